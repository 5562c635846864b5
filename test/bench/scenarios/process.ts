import type { Bench } from '../bench.js';
import { cpuMs } from '../child.js';
import { startGateway } from '../gateway.js';
import { GATEWAY, makeRow, medianOf, percentileOf, type Measured, type Row } from '../row.js';
import { openCrowd } from '../sockets.js';
import { mixedTask, openSfsTask, range, seedStore, sfsJob, upstreamId } from '../tasks.js';
import { startUpstream } from '../upstream.js';
import { pause, waitUntil } from '../wait.js';
import { BUSY } from './paired.js';

export const WATCH_GOAL = '≤ 50 % of a core, detection p99 ≤ interval + 1 s, ≤ 3 KB of memory per task';
export const START_GOAL = 'ready in ≤ 5 s';
export const IDLE_GOAL = '≤ 150 MB, < 1 % CPU';

const INTERVAL_SECONDS = 10;
const CHANGES_A_SECOND = 20;
const EVENTS = 'subscription { tasksUpdated { type task { upstreamId upstreamStatus } } }';

/** Everything is watched by one subscriber; tasks begin to wait or to run again at instants that only the upstream knows. */
export async function watchSteady(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  const waiting = new Set<string>();
  const changedAt = new Map<string, number>();
  const upstream = await startUpstream((path) => {
    const id = path.split('/').at(-1)!;
    return answerOf(id, waiting.has(id));
  });
  const polling = { youngSeconds: 1, watchedSeconds: INTERVAL_SECONDS, unwatchedSeconds: 30 };
  const gateway = async (name: string, tasks: number) => {
    const folder = bench.folder(`watch-${name}`);
    await seedStore(folder, range(0, tasks, openSfsTask));
    return startGateway({ folder, core, main, upstreamUrl: upstream.url, services: ['SFS'], polling, probe: true });
  };
  const empty = await gateway('empty', 1);
  const child = await gateway('full', scale.watchedTasks);
  const delays: number[] = [];
  const crowd = await openCrowd({
    url: child.url,
    size: 1,
    subscribe: () => ({ query: EVENTS }),
    receive(message) {
      const { payload } = JSON.parse(message) as {
        payload: { data?: { tasksUpdated: { task: { upstreamId: string } } } };
      };
      const id = payload.data?.tasksUpdated.task.upstreamId ?? '';
      const at = changedAt.get(id);
      changedAt.delete(id);
      if (at !== undefined) delays.push(performance.now() - at);
    },
  });
  try {
    await pause(2 * INTERVAL_SECONDS * 1000 + 2000);
    const [begin, cpu, load, calls] = [performance.now(), child.cpuMs(), cpuMs(process.pid), upstream.calls];
    let next = 0;
    const change = (): void => {
      // By a step that meets each of them once, and in no order of polling.
      const id = upstreamId((next++ * 7919) % scale.watchedTasks);
      if (waiting.has(id)) waiting.delete(id);
      else waiting.add(id);
      changedAt.set(id, performance.now());
    };
    const timer = setInterval(change, 1000 / CHANGES_A_SECOND);
    await pause(scale.watchMs);
    clearInterval(timer);
    const elapsed = performance.now() - begin;
    const share = ((child.cpuMs() - cpu) / elapsed) * 100;
    const loadShare = (cpuMs(process.pid) - load) / elapsed;
    const polls = ((upstream.calls - calls) / elapsed) * 1000;
    await waitUntil(
      () => changedAt.size === 0,
      3 * INTERVAL_SECONDS * 1000,
      `${changedAt.size} changes were never told`,
    );
    const [used, base] = [await child.memory(), await empty.memory()];
    const p99 = percentileOf(delays, 0.99);
    const kbPerTask = (inUse(used) - inUse(base)) / scale.watchedTasks / 1000;
    const also = {
      'watched tasks': scale.watchedTasks,
      'polls a second': polls,
      'changes seen': delays.length,
      'detection p50 ms': medianOf(delays),
      'detection p99 ms': p99,
      'KB per task': kbPerTask,
      'load % of a core': loadShare * 100,
    };
    const keptUp = polls >= (scale.watchedTasks / INTERVAL_SECONDS) * 0.95;
    return makeRow({
      key: 'watch.steady',
      unit: '% of a core',
      goal: WATCH_GOAL,
      rounds: {
        [GATEWAY]: [{ value: share, void: loadShare >= BUSY ? 'the upstream had its core to the brim' : undefined }],
      },
      also,
      holds: () => share <= 50 && p99 <= (INTERVAL_SECONDS + 1) * 1000 && kbPerTask <= 3 && keptUp,
    });
  } finally {
    crowd.close();
    await Promise.all([child.stop(), empty.stop()]);
    await upstream.close();
  }
}

function inUse({ heapUsed, external }: NodeJS.MemoryUsage): number {
  return heapUsed + external;
}

const answers = new Map<string, string>();

function answerOf(id: string, waits: boolean): string {
  const key = `${id}${waits ? ' waits' : ''}`;
  let text = answers.get(key);
  if (text === undefined) answers.set(key, (text = JSON.stringify(sfsJob(id, waits ? 'waiting' : 'running'))));
  return text;
}

/** From the start of the process to the first time that it says it is ready. */
export async function start(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  const upstream = await startUpstream(() => '{}');
  const folder = bench.folder('start');
  try {
    await seedStore(folder, range(0, scale.storedTasks, mixedTask));
    const rounds: Measured[] = [];
    for (let round = 0; round < scale.starts; round++) {
      const begin = performance.now();
      const child = await startGateway({ folder, core, main, upstreamUrl: upstream.url });
      while (!(await fetch(`${child.url}/readyz`)).ok) await pause(5);
      rounds.push({ value: (performance.now() - begin) / 1000 });
      await child.stop();
    }
    return makeRow({
      key: 'start',
      unit: 'seconds until ready',
      goal: START_GOAL,
      rounds: { [GATEWAY]: rounds },
      also: { 'stored tasks': scale.storedTasks },
      holds: ({ median }) => (median[GATEWAY] ?? NaN) <= 5,
    });
  } finally {
    await upstream.close();
  }
}

/** The default intervals, an account without a task, and nobody there. */
export async function idle(bench: Bench): Promise<Row> {
  const { scale, core, main } = bench;
  const upstream = await startUpstream(() => '{"jobs":[],"count":0,"tasks":[],"total":0}');
  const polling = {
    youngSeconds: 1,
    watchedSeconds: 10,
    unwatchedSeconds: 30,
    discoverSeconds: 30,
    requestsPerSecond: 10,
  };
  const child = await startGateway({ folder: bench.folder('idle'), core, main, upstreamUrl: upstream.url, polling });
  try {
    // What the start has left behind is collected once, some ten seconds after it.
    await pause(scale.settleMs);
    const [begin, cpu] = [performance.now(), child.cpuMs()];
    await pause(scale.idleMs);
    const share = ((child.cpuMs() - cpu) / (performance.now() - begin)) * 100;
    const megabytes = (child.rssKib() * 1024) / 1e6;
    return makeRow({
      key: 'idle',
      unit: 'MB resident',
      goal: IDLE_GOAL,
      rounds: { [GATEWAY]: [{ value: megabytes }] },
      also: { '% of a core': share },
      holds: () => megabytes <= 150 && share < 1,
    });
  } finally {
    await child.stop();
    await upstream.close();
  }
}
