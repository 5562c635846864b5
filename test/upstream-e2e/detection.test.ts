import { openCloud, type Cloud } from './cloud.js';

/**
 * How soon an end is found, and for how many calls, by the simulated upstream's own log; beside the poller that most
 * people have: one call every ten seconds from the start, which finds an end after five seconds on average.
 */

const FIXED_MS = 10_000;
const FIXED_MEAN_MS = FIXED_MS / 2;
const MINUTE = 60_000;

let cloud: Cloud;
afterEach(() => cloud.close());

interface Detection {
  readonly meanDelayMs: number;
  readonly callsPerTask: number;
}

async function detect(lifeMs: number, tasks: number, watched: boolean): Promise<Detection> {
  const spread = Math.min(FIXED_MS, lifeMs / 10);
  cloud = await openCloud({ services: ['SFS'], polling: { requestsPerSecond: 50 } });
  await cloud.watch.run();
  if (watched) cloud.watch.followMatching({}, null);
  const ends = new Map<string, number>();
  for (let number = 0; number < tasks; number++) {
    // Lives that end at all phases of an interval: the fixed poller finds these after half of one, on average.
    const runMs = lifeMs + (spread * number) / tasks;
    const [job] = await cloud.addTasks('SFS', 1, {
      known: false,
      ageMs: 0,
      waitMs: 0,
      runMs,
      outcome: 'success',
    });
    const identity = { service: 'SFS', account: 'a', scope: '', upstreamId: job!.id };
    await cloud.watch.adopt(identity, { kind: 'bind_ldap', details: { shareId: 's', subTasks: [] } }, {});
    ends.set(job!.taskId, job!.createdAt + runMs);
    await cloud.advance(130);
  }
  await cloud.advance(lifeMs + FIXED_MS * 4);
  const delays = await Promise.all(
    [...ends].map(async ([id, endAt]) => {
      const { task } = await cloud.stored(id);
      expect(task.status).toBe('SUCCEEDED');
      return task.updatedAt - endAt;
    }),
  );
  return {
    meanDelayMs: delays.reduce((sum, delay) => sum + delay, 0) / tasks,
    callsPerTask: cloud.requests().length / tasks,
  };
}

const fixedCalls = (lifeMs: number): number => lifeMs / FIXED_MS + 0.5;

test.each([
  ['3 s', 3_000, 20],
  ['40 s', 40_000, 20],
])('an end after %s is found three times sooner than by a fixed poller', async (name, lifeMs, tasks) => {
  const { meanDelayMs, callsPerTask } = await detect(lifeMs, tasks, true);
  process.stderr.write(`${name}: found after ${meanDelayMs.toFixed(0)} ms, ${callsPerTask.toFixed(1)} calls\n`);
  expect(meanDelayMs).toBeLessThan(FIXED_MEAN_MS / 3);
  expect(callsPerTask - fixedCalls(lifeMs)).toBeLessThanOrEqual(40);
});

test.each([
  ['10 min', 10 * MINUTE, 20],
  ['2 h', 120 * MINUTE, 5],
])('an end after %s is found no later, for at most forty calls more', async (name, lifeMs, tasks) => {
  const { meanDelayMs, callsPerTask } = await detect(lifeMs, tasks, true);
  process.stderr.write(`${name}: found after ${meanDelayMs.toFixed(0)} ms, ${callsPerTask.toFixed(1)} calls\n`);
  // Half a second for what a few tasks leave to chance.
  expect(meanDelayMs).toBeLessThanOrEqual(FIXED_MEAN_MS + 500);
  expect(callsPerTask - fixedCalls(lifeMs)).toBeLessThanOrEqual(40);
});

test('where nobody watches it costs a third of the calls', async () => {
  const { callsPerTask } = await detect(10 * MINUTE, 8, false);
  process.stderr.write(`10 min, unwatched: ${callsPerTask.toFixed(1)} calls\n`);
  expect(callsPerTask).toBeLessThanOrEqual(fixedCalls(10 * MINUTE) / 3 + 1);
});
