import type { Bench } from '../bench.js';
import type { Child } from '../child.js';
import { startGateway } from '../gateway.js';
import { GATEWAY, makeRow, type Row } from '../row.js';
import { openSfsTask, PROJECT_ID, range, restingSfsTask, seedStore, sfsJob, taskId, upstreamId } from '../tasks.js';
import { startUpstream, type Upstream } from '../upstream.js';
import { checkEqual, loaded, runRounds, type Loaded } from './paired.js';

const FIELDS = `id service account upstreamId kind status done upstreamStatus createdAt startedAt finishedAt
    error { code message } progress { done total percent } ... on SfsTask { subTasks { upstreamId kind status } }`;
const COLD = `query Task($id: ID!) {\n  task(id: $id, maxAgeSeconds: 0) {\n    ${FIELDS}\n  }\n}`;
const HOT = `query Task($id: ID!) {\n  task(id: $id) {\n    ${FIELDS}\n  }\n}`;

const UNIT = 'requests per second of one core';
const CHECKED = 20;

export const COLD_GOAL = '≥ 0.8 × bare, ≥ 1.0 × Mercurius, ≥ 3 × Apollo with RESTDataSource';
export const SHARED_GOAL = 'upstream calls ≤ 1/10 of the peers’, ≥ 1.5 × bare';
export const HOT_GOAL = '≥ 0.5 × bare serving the same object from memory';

/** A different open task each time: the gateway knows them all, and reads each anew from the upstream. */
export async function queryCold(bench: Bench): Promise<Row> {
  const { scale } = bench;
  const bodies = bodiesOf(COLD, scale.coldTasks);
  return withSystems(bench, scale.coldTasks, async (children) => {
    await checkEqual(children, bodies.slice(0, CHECKED));
    const systems = children.map(({ name, child }) => loaded(name, child, { connections: scale.connections, bodies }));
    const rounds = await runRounds(systems, scale);
    closeAll(systems);
    return makeRow({
      key: 'query.cold',
      unit: UNIT,
      goal: COLD_GOAL,
      rounds,
      holds: ({ ratio }) => atLeast(ratio, { bare: 0.8, mercurius: 1, apollo: 3 }),
    });
  });
}

/** All clients ask for one and the same task. */
export async function queryShared(bench: Bench): Promise<Row> {
  const { scale } = bench;
  const bodies = bodiesOf(COLD, 1);
  return withSystems(bench, 1, async (children, upstream) => {
    await checkEqual(children, bodies);
    const systems = children.map(({ name, child }) => loaded(name, child, { connections: 32, bodies }));
    const calls = new Map<string, { calls: number; requests: number }>();
    let before = 0;
    const rounds = await runRounds(systems, {
      ...scale,
      rounds: Math.ceil(scale.rounds / 2),
      around(name, requests) {
        const counted = calls.get(name) ?? { calls: 0, requests: 0 };
        if (requests > 0)
          calls.set(name, { calls: counted.calls + upstream.calls - before, requests: counted.requests + requests });
        before = upstream.calls;
      },
    });
    closeAll(systems);
    const perRequest = Object.fromEntries(
      [...calls].map(([name, counted]) => [`${name} upstream calls per request`, counted.calls / counted.requests]),
    );
    const own = perRequest[`${GATEWAY} upstream calls per request`] ?? Infinity;
    const theirs = Object.entries(perRequest).filter(([name]) => !/^(gateway|other) /.test(name));
    return makeRow({
      key: 'query.shared',
      unit: UNIT,
      goal: SHARED_GOAL,
      rounds,
      also: perRequest,
      holds: ({ ratio }) => atLeast(ratio, { bare: 1.5 }) && theirs.every(([, peer]) => own <= peer / 10),
    });
  });
}

/** Tasks that are watched: polled at the default cadence, and asked for without a limit of age. */
export async function queryHot(bench: Bench): Promise<Row> {
  const { scale } = bench;
  const bodies = bodiesOf(HOT, scale.hotTasks);
  const upstream = await startUpstream(sfsAnswer);
  const children: Named[] = [];
  try {
    const polling = { youngSeconds: 1, watchedSeconds: 10, unwatchedSeconds: 10 };
    children.push(...(await gateways(bench, upstream, scale.hotTasks, polling)));
    const jobs = [
      ...range(0, scale.hotTasks, (index) => ({ id: taskId('SFS', index), job: sfsJob(upstreamId(index)) })),
    ];
    const child = await bench.peer('bare-memory', [upstream.url, PROJECT_ID, JSON.stringify(jobs)]);
    children.push({ name: 'bare', child });
    await checkEqual(children, bodies.slice(0, CHECKED));
    const plan = { connections: scale.connections, bodies };
    const systems = children.map((each) => loaded(each.name, each.child, plan));
    const rounds = await runRounds(systems, scale);
    closeAll(systems);
    return makeRow({
      key: 'query.hot',
      unit: UNIT,
      goal: HOT_GOAL,
      rounds,
      holds: ({ ratio }) => atLeast(ratio, { bare: 0.5 }),
    });
  } finally {
    await stopAll(children, upstream);
  }
}

interface Named {
  readonly name: string;
  readonly child: Child;
}

const PEERS = ['bare', 'mercurius', 'apollo', 'yoga'];

async function withSystems(
  bench: Bench,
  tasks: number,
  run: (children: readonly Named[], upstream: Upstream) => Promise<Row>,
): Promise<Row> {
  const upstream = await startUpstream(sfsAnswer);
  const children: Named[] = [];
  try {
    children.push(...(await gateways(bench, upstream, tasks, {})));
    for (const name of bench.peers ?? PEERS) {
      children.push({ name, child: await bench.peer(name, [upstream.url, PROJECT_ID]) });
    }
    return await run(children, upstream);
  } finally {
    await stopAll(children, upstream);
  }
}

/** The gateway, and the other build of it where one was named. */
async function gateways(
  bench: Bench,
  upstream: Upstream,
  tasks: number,
  polling: Record<string, number>,
): Promise<readonly Named[]> {
  const builds = [
    [GATEWAY, bench.main] as const,
    ...(bench.other === undefined ? [] : [['other', bench.other] as const]),
  ];
  const started: Named[] = [];
  for (const [name, main] of builds) {
    const folder = bench.folder(`query-${name}-${tasks}-${started.length}-${Object.keys(polling).length}`);
    const task = Object.keys(polling).length > 0 ? openSfsTask : restingSfsTask;
    await seedStore(folder, range(0, tasks, task));
    const child = await startGateway({
      folder,
      core: bench.core,
      upstreamUrl: upstream.url,
      main,
      services: ['SFS'],
      polling,
    });
    started.push({ name, child });
  }
  return started;
}

async function stopAll(children: readonly Named[], upstream: Upstream): Promise<void> {
  await Promise.all(children.map(({ child }) => child.stop()));
  await upstream.close();
}

function closeAll(systems: readonly Loaded[]): void {
  for (const { load } of systems) load.close();
}

function sfsAnswer(path: string): string | undefined {
  const id = path.split('/').at(-1) ?? '';
  return jobs.get(id) ?? remember(id);
}

/** The upstream's work is not what is measured. */
const jobs = new Map<string, string>();
function remember(id: string): string {
  const text = JSON.stringify(sfsJob(id));
  jobs.set(id, text);
  return text;
}

function bodiesOf(query: string, tasks: number): readonly Buffer[] {
  return [
    ...range(0, tasks, (index) => Buffer.from(JSON.stringify({ query, variables: { id: taskId('SFS', index) } }))),
  ];
}

export function atLeast(ratio: Readonly<Record<string, number>>, least: Readonly<Record<string, number>>): boolean {
  return Object.entries(least).every(([name, value]) => (ratio[name] ?? NaN) >= value);
}
