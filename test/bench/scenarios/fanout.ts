import type { Bench } from '../bench.js';
import type { Child } from '../child.js';
import { cpuMs } from '../child.js';
import { startGateway } from '../gateway.js';
import { GATEWAY, makeRow, medianOf, percentileOf, type Measured, type Row } from '../row.js';
import { openCrowd, type Crowd } from '../sockets.js';
import { bcsJob, openBcsTask, openSfsTask, range, seedStore, sfsJob, taskId, upstreamId } from '../tasks.js';
import { startUpstream } from '../upstream.js';
import { pause, waitUntil } from '../wait.js';
import { BUSY, canonical } from './paired.js';

export const SAME_GOAL = 'CPU ≤ 1.3 × bare ws, ≥ 4 × ahead of stock graphql-ws, ≤ 40 KiB per subscriber';
export const DISTINCT_GOAL = 'p99 commit to client ≤ 500 ms at ≤ 80 % of a core, nothing lost';

const SAME =
  'subscription { tasksUpdated { type cursor task { id kind status upstreamStatus seq progress { percent } } } }';
const READ = 'query Read($id: ID!) { task(id: $id, maxAgeSeconds: 0) { seq } }';

/** A system, its crowd, and what makes it send them one change. */
interface FanOut {
  readonly name: string;
  readonly child: Child;
  readonly crowd: Crowd;
  readonly kibPerSubscriber: number;
  /** How many messages have come, and the last of them. */
  readonly heard: { messages: number; last: string };
  readonly change: () => Promise<unknown>;
}

/** One change to everybody: processor time from the request that brings it to the last client that has it. */
export async function fanOutSame(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  let words = 0;
  const upstream = await startUpstream((path) =>
    JSON.stringify(sfsJob(path.split('/').at(-1)!, words % 2 === 0 ? 'running' : 'waiting')),
  );
  const systems: FanOut[] = [];
  try {
    const builds = [[GATEWAY, main] as const, ...(bench.other === undefined ? [] : [['other', bench.other] as const])];
    for (const [name, entry] of builds) {
      const folder = bench.folder(`fanout-${name}`);
      await seedStore(folder, [openSfsTask(0)]);
      const child = await startGateway({ folder, core, upstreamUrl: upstream.url, main: entry, services: ['SFS'] });
      const body = JSON.stringify({ query: READ, variables: { id: taskId('SFS', 0) } });
      systems.push(await crowded(bench, name, child, () => post(`${child.url}/graphql`, body), true));
    }
    const [first] = systems;
    const payload = (): string => JSON.stringify((JSON.parse(first!.heard.last) as { payload: unknown }).payload);
    for (const [name, peer, subscribes] of PEERS) {
      if (!(bench.peers?.includes(name) ?? true)) continue;
      const child = await bench.peer(peer, []);
      systems.push(await crowded(bench, name, child, () => post(child.url, payload()), subscribes));
    }

    const rounds = new Map<string, Measured[]>(systems.map(({ name }) => [name, []]));
    for (let round = -WARM_UP; round < scale.changes; round++) {
      words++;
      // The gateway goes first: the others send what it has sent.
      for (const system of systems) {
        const measured = await changeOnce(system);
        if (round >= 0) rounds.get(system.name)?.push(measured);
      }
      checkSame(systems);
    }
    return makeRow({
      key: 'fanout.same',
      unit: 'ms of CPU per change to all',
      goal: SAME_GOAL,
      rounds: Object.fromEntries(rounds),
      also: {
        subscribers: scale.subscribers,
        ...Object.fromEntries(
          systems.map(({ name, kibPerSubscriber }) => [`${name} KiB per subscriber`, kibPerSubscriber]),
        ),
      },
      holds: ({ ratio, also }) =>
        (ratio['ws'] ?? NaN) <= 1.3 &&
        (ratio['graphql-ws'] ?? NaN) <= 1 / 4 &&
        (also['gateway KiB per subscriber'] ?? NaN) <= 40,
    });
  } finally {
    for (const { crowd } of systems) crowd.close();
    await Promise.all(systems.map(({ child }) => child.stop()));
    await upstream.close();
  }
}

/** Their names in the table, their files, and whether they wait for a `subscribe`. */
const PEERS = [
  ['ws', 'bare-ws', false],
  ['graphql-ws', 'graphql-ws', true],
] as const;

/** Changes that nobody counts: code is compiled, buffers are made. */
const WARM_UP = 5;

async function crowded(
  bench: Bench,
  name: string,
  child: Child,
  change: FanOut['change'],
  subscribes: boolean,
): Promise<FanOut> {
  const heard = { messages: 0, last: '' };
  const before = child.rssKib();
  const crowd = await openCrowd({
    url: child.url,
    size: bench.scale.subscribers,
    ...(subscribes && { subscribe: () => ({ query: SAME }) }),
    receive(message) {
      heard.messages++;
      heard.last = message;
    },
  });
  await pause(SETTLE_MS);
  const kibPerSubscriber = (child.rssKib() - before) / crowd.size;
  return { name, child, crowd, kibPerSubscriber, heard, change };
}

const SETTLE_MS = 1000;

async function changeOnce({ child, crowd, heard, change }: FanOut): Promise<Measured> {
  heard.messages = 0;
  const before = child.cpuMs();
  await change();
  await waitUntil(() => heard.messages >= crowd.size, 30_000, 'not everybody was told');
  await pause(20);
  return { value: child.cpuMs() - before };
}

function checkSame(systems: readonly FanOut[]): void {
  const [first, ...others] = systems
    .filter(({ name }) => name !== 'other')
    .map(({ heard }) => canonical((JSON.parse(heard.last) as { payload: unknown }).payload));
  if (others.some((other) => other !== first)) throw new Error(`Other events: ${[first, ...others].join('\n')}`);
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(text);
}

const DISTINCT = `subscription Task($id: ID!) {
  taskUpdated(id: $id) { type at task { id status seq progress { percent } } }
}`;
/** What one account can list of BCS: pages up to a thousand. */
const PER_ACCOUNT = 1000;

/** Each subscriber has a task of its own, and each task changes once a second. */
export async function fanOutDistinct(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  const size = scale.subscribers;
  let began = Infinity;
  const accounts = Array.from({ length: Math.ceil(size / PER_ACCOUNT) }, (_, index) => `bench${index}`);
  const upstream = await startUpstream((_path, query) => bcsPage(new URLSearchParams(query), size, began));
  const folder = bench.folder('fanout-distinct');
  await seedStore(
    folder,
    range(0, size, (index) => openBcsTask(index % PER_ACCOUNT, accounts[Math.floor(index / PER_ACCOUNT)]!)),
  );
  const intervals = { youngSeconds: 1, watchedSeconds: 1, unwatchedSeconds: 1 };
  const child = await startGateway({
    folder,
    core,
    main,
    accounts,
    services: ['BCS'],
    upstreamUrl: upstream.url,
    polling: intervals,
  });
  const delays: number[] = [];
  const seqs = new Int32Array(size);
  let lost = 0;
  let measuring = false;
  const crowd = await openCrowd({
    url: child.url,
    size,
    subscribe: (index) => ({
      query: DISTINCT,
      variables: { id: taskId('BCS', index % PER_ACCOUNT, accounts[Math.floor(index / PER_ACCOUNT)]) },
    }),
    receive(message, subscriber) {
      const now = Date.now();
      const { payload } = JSON.parse(message) as { payload: { data?: { taskUpdated: TaskEvent } } };
      const event = payload.data?.taskUpdated;
      if (!event) throw new Error(message);
      if (seqs[subscriber] !== 0 && event.task.seq !== seqs[subscriber]! + 1) lost++;
      seqs[subscriber] = event.task.seq;
      if (measuring && event.type === 'CHANGED') delays.push(now - Date.parse(event.at));
    },
  });
  try {
    // Nothing changes before everybody is there.
    began = Date.now();
    await pause(5_000);
    measuring = true;
    const [begin, cpu, load] = [performance.now(), child.cpuMs(), cpuMs(process.pid)];
    await pause(scale.distinctMs);
    measuring = false;
    const elapsed = performance.now() - begin;
    const share = ((child.cpuMs() - cpu) / elapsed) * 100;
    const loadShare = (cpuMs(process.pid) - load) / elapsed;
    const also = {
      'changes a second': (delays.length / elapsed) * 1000,
      '% of a core': share,
      'p50 ms': medianOf(delays),
      'p99 ms': percentileOf(delays, 0.99),
      lost: lost + crowd.lost,
      'load % of a core': loadShare * 100,
    };
    const saturated = loadShare >= BUSY ? 'the subscribers had their core to the brim' : undefined;
    return makeRow({
      key: 'fanout.distinct',
      unit: 'ms from commit to client, p99',
      goal: DISTINCT_GOAL,
      rounds: { [GATEWAY]: [{ value: also['p99 ms'], void: saturated }] },
      also,
      holds: () =>
        also['p99 ms'] <= 500 && share <= 80 && also.lost === 0 && also['changes a second'] >= size * KEPT_UP,
    });
  } finally {
    crowd.close();
    await child.stop();
    await upstream.close();
  }
}

/** A poll a second cannot meet every second exactly. */
const KEPT_UP = 0.95;

interface TaskEvent {
  readonly type: string;
  readonly at: string;
  readonly task: { readonly seq: number };
}

/** Every task has moved on when it is asked for again a second later. */
function bcsPage(query: URLSearchParams, size: number, began: number): string {
  const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))];
  const count = Math.min(size, PER_ACCOUNT);
  const progress = Math.floor(Math.max(0, Date.now() - began) / 900) % 100;
  const jobs = [...range(offset, Math.min(offset + limit, count), (index) => bcsJob(upstreamId(index), progress))];
  return JSON.stringify({ count, jobs });
}
