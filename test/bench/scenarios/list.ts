import type { Bench } from '../bench.js';
import type { Child } from '../child.js';
import { ROOT, startGateway } from '../gateway.js';
import { GATEWAY, makeRow, medianOf, type Row } from '../row.js';
import { ACCOUNT, copyStore, mixedTask, range, seedStore, STORE_FILE } from '../tasks.js';
import { startUpstream } from '../upstream.js';
import { atLeast } from './query.js';
import { checkEqual, loaded, runRounds } from './paired.js';
import { join } from 'node:path';

export const LIST_GOAL =
  '≥ 2 × stock Apollo Server with the same resolvers and store; flat from 1,000 to 1,000,000 rows';

const LIST = `query Tasks {
  tasks(first: 50) {
    nodes {
      id service account region kind status done upstreamStatus createdAt updatedAt finishedAt seq stale
      resource { type id name } error { code message } progress { done total percent }
      ... on EcsTask { operation serverId serverName keypairName }
      ... on SfsTask { shareId subTasks { upstreamId kind status } }
      ... on ApigTask { instanceId }
      ... on RenderTask { applicationId sessionId device { id brand type } finishReason }
      ... on BcsTask { instanceId instanceName }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** The slowest size may cost so much more than the fastest: that, and the noise of one core, is flat. */
const FLAT = 0.8;

/** A page of 50 tasks of all five types; beside stock Apollo Server, and by the size of the store. */
export async function queryList(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  const upstream = await startUpstream(() => '{}');
  // Equal to the letter, they would be executed once for all who wait: what that is worth, `query.shared` tells.
  const bodies = [
    ...range(0, 2 * scale.connections, (request) =>
      Buffer.from(JSON.stringify({ query: LIST, extensions: { request } })),
    ),
  ];
  const children: { name: string; child: Child }[] = [];
  const gateway = (name: string, folder: string, entry: string): Promise<number> =>
    startGateway({ folder, core, upstreamUrl: upstream.url, main: entry }).then((child) =>
      children.push({ name, child }),
    );
  try {
    const folders = await fill(bench);
    const [few, some, many] = folders;
    await gateway(GATEWAY, some, main);
    if (bench.other !== undefined) await gateway('other', copyOf(bench, some, 'other'), bench.other);
    const stock = copyOf(bench, some, 'stock');
    const child = await bench.peer('stock-list', [join(ROOT, 'dist'), join(stock, STORE_FILE), ACCOUNT]);
    children.push({ name: 'apollo', child });
    await checkEqual(children, bodies.slice(0, 1));
    await gateway(FEW, few, main);
    await gateway(MANY, many, main);
    for (const each of children) await checkEqual([each], bodies.slice(0, 1));
    const plan = { connections: scale.connections, bodies };
    const systems = children.map((each) => loaded(each.name, each.child, plan));
    const all = await runRounds(systems, scale);
    for (const { load } of systems) load.close();
    const { [FEW]: ofFew = [], [MANY]: ofMany = [], ...rounds } = all;
    const rate = (each: typeof ofFew): number => medianOf(each.map(({ value }) => value));
    const [low, middle, high] = [rate(ofFew), rate(rounds[GATEWAY] ?? []), rate(ofMany)];
    const flat = Math.min(low, middle, high) / Math.max(low, middle, high);
    const [fewRows, someRows, manyRows] = scale.listRows;
    return makeRow({
      key: 'query.list',
      unit: 'pages of 50 per second of one core',
      goal: LIST_GOAL,
      rounds,
      also: {
        [`pages a second at ${fewRows} rows`]: low,
        [`pages a second at ${someRows} rows`]: middle,
        [`pages a second at ${manyRows} rows`]: high,
        'slowest by fastest': flat,
      },
      holds: ({ ratio }) => atLeast(ratio, { apollo: 2 }) && flat >= FLAT,
    });
  } finally {
    await Promise.all(children.map(({ child }) => child.stop()));
    await upstream.close();
  }
}

const FEW = 'few';
const MANY = 'many';

/** One store grows; a copy is kept of each size. */
async function fill(bench: Bench): Promise<readonly [string, string, string]> {
  const growing = bench.folder('list-growing');
  const folders: string[] = [];
  let rows = 0;
  for (const size of bench.scale.listRows) {
    await seedStore(growing, range(rows, size, mixedTask));
    rows = size;
    folders.push(size === bench.scale.listRows[2] ? growing : copyOf(bench, growing, String(size)));
  }
  return folders as unknown as readonly [string, string, string];
}

function copyOf(bench: Bench, folder: string, name: string): string {
  const copy = bench.folder(`list-${name}`);
  copyStore(folder, copy);
  return copy;
}
