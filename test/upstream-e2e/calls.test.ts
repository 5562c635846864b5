import type { Freshness } from '../../src/task/task.js';
import { openCloud, type AddedTask, type Cloud } from './cloud.js';

/** Calls per interval of 1,000 watched tasks of each service, counted by the simulated upstream. */

let cloud: Cloud;
afterEach(() => cloud.close());

/** A thousand requests over sockets, on a busy machine. */

const TASKS = 1000;
const WATCHED_MS = 10_000;
/** 1,000 calls at nine tenths of the ten a second that are the default. */
const STRETCHED_MS = 111_111;

/** As after a restart: what is planned goes on where it was. */
async function watchMany(service: string, requestsPerSecond: number, dueWithinMs: number) {
  cloud = await openCloud({ services: [service], polling: { requestsPerSecond, watchedMs: WATCHED_MS } });
  const tasks = await cloud.addTasks(service, TASKS, { dueWithinMs });
  cloud.watch.followMatching({}, null);
  await cloud.watch.run();
  return tasks;
}

async function freshnessOf(tasks: readonly AddedTask[]): Promise<readonly Freshness[]> {
  const ids = tasks.map(({ taskId }) => taskId);
  return [...(await cloud.store.get(ids, null)).values()].map(({ freshness }) => freshness);
}

function mostInASecond(instants: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const at of instants) counts.set(Math.floor(at / 1000), (counts.get(Math.floor(at / 1000)) ?? 0) + 1);
  return Math.max(...counts.values());
}

/** How often each task was asked for. */
function askedByTask(): readonly number[] {
  const counts = new Map<string, number>();
  for (const { path } of cloud.requests()) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts.values()];
}

test.each(['SFS', 'APIG'])('1,000 watched tasks of %s cost one call each per interval', async (service) => {
  const tasks = await watchMany(service, 200, WATCHED_MS);
  await cloud.advance(WATCHED_MS - 50);
  const calls = cloud.requests();
  expect(calls.length).toBeGreaterThanOrEqual(TASKS * 0.98);
  expect(calls.length).toBeLessThanOrEqual(TASKS * 1.02);
  expect(mostInASecond(calls.map(({ at }) => at))).toBeLessThanOrEqual(200);
  expect(Math.max(...askedByTask())).toBe(1);
  await cloud.advance(1100);
  for (const { nextPollAt, askedAt } of await freshnessOf(tasks)) {
    expect(nextPollAt! - askedAt!).toBeGreaterThanOrEqual(WATCHED_MS - 50);
    expect(nextPollAt! - askedAt!).toBeLessThanOrEqual(WATCHED_MS);
  }
});

test.each([
  ['ECS', 1],
  ['RENDER', 1],
  ['BCS', 10],
])('1,000 watched tasks of %s cost %i calls per interval, within the default budget', async (service, mostCalls) => {
  const tasks = await watchMany(service, 10, 1000);
  await cloud.advance(1.5 * WATCHED_MS);
  const settled = cloud.clock.now();
  await cloud.advance(3 * WATCHED_MS);
  const perInterval = cloud.requests(settled).length / 3;
  expect(perInterval).toBeLessThanOrEqual(mostCalls * 1.05);
  expect(perInterval).toBeGreaterThanOrEqual(mostCalls * 0.9);
  for (const { observedAt } of await freshnessOf(tasks)) {
    expect(cloud.clock.now() - observedAt!).toBeLessThanOrEqual(WATCHED_MS + 2200);
  }
});

test.each(['SFS', 'APIG'])(
  'the default budget stretches 1,000 watched tasks of %s alike, and says so',
  async (service) => {
    const tasks = await watchMany(service, 10, STRETCHED_MS);
    await cloud.advance(STRETCHED_MS - 50);
    const calls = cloud.requests();
    expect(calls.length).toBeGreaterThanOrEqual(TASKS * 0.98);
    expect(calls.length).toBeLessThanOrEqual(TASKS * 1.02);
    expect(mostInASecond(calls.map(({ at }) => at))).toBeLessThanOrEqual(11);
    expect(Math.max(...askedByTask())).toBe(1);
    await cloud.advance(1100);
    const all = await freshnessOf(tasks);
    expect(all).toHaveLength(TASKS);
    for (const { nextPollAt, askedAt, observedAt, staleAt } of all) {
      expect(nextPollAt! - askedAt!).toBeGreaterThan(STRETCHED_MS - 200);
      expect(nextPollAt! - askedAt!).toBeLessThan(STRETCHED_MS + 200);
      expect(staleAt! - observedAt!).toBeGreaterThan(3 * (STRETCHED_MS - 200));
    }
  },
);
