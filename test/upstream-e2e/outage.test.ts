import { Secret } from '../../src/base/secret.js';
import type { FaultEffect } from '../../src/simulator/faults.js';
import { SourceState } from '../../src/watch/watch.js';
import { openCloud, type AddedTask, type Cloud } from './cloud.js';

/** What an upstream in trouble is asked, next to one that is well; virtual time, real sockets. */

const MINUTE = 60_000;
const OUTAGE_MS = 5 * MINUTE;

let cloud: Cloud;
let tasks: readonly AddedTask[];

beforeEach(async () => {
  cloud = await openCloud({ services: ['SFS'] });
  tasks = await cloud.addTasks('SFS', 20, { dueWithinMs: 10_000 });
  cloud.watch.followMatching({}, null);
  await cloud.watch.run();
  await cloud.advance(12_000);
});
afterEach(() => cloud.close());

async function requestsIn(ms: number): Promise<readonly number[]> {
  const since = cloud.clock.now();
  await cloud.advance(ms);
  return cloud.requests(since).map(({ at }) => at);
}

async function storedTasks() {
  const stored = await cloud.store.get(
    tasks.map(({ taskId }) => taskId),
    null,
  );
  return [...stored.values()];
}

const gaps = (instants: readonly number[]): readonly number[] =>
  instants.slice(1).map((at, index) => at - instants[index]!);

describe('an outage of five minutes', () => {
  it.each<readonly [string, FaultEffect, most: number]>([
    // The circuit opens, and probes every five seconds.
    ['of every request, by 503', { kind: 'status', status: 503 }, 90],
    ['of every request, by reset', { kind: 'resetBefore' }, 90],
    ['of every request, by silence', { kind: 'hangAfter' }, 90],
  ])('%s is asked far less than in peace, and followed by no burst', async (_, effect, most) => {
    const before = (await storedTasks()).map(({ task }) => task.seq);
    cloud.control.addFault({ effect, forMs: OUTAGE_MS });
    const outage = await requestsIn(OUTAGE_MS);
    // In peace: twenty tasks every ten seconds.
    expect(outage.length).toBeLessThanOrEqual(most);
    expect(outage.length).toBeGreaterThanOrEqual(OUTAGE_MS / 20_000);
    expect(cloud.watch.sources()[0]?.state).toBe(SourceState.OPEN);
    for (const { task, freshness } of await storedTasks()) {
      expect(task.status).toBe('RUNNING');
      expect(freshness.staleAt!).toBeLessThan(cloud.clock.now());
    }

    const after = await requestsIn(MINUTE);
    for (const start of after)
      expect(after.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(11);
    expect(cloud.watch.sources()[0]?.state).toBe(SourceState.OK);
    const recovered = await storedTasks();
    expect(recovered.map(({ task }) => task.seq)).toEqual(before);
    for (const { freshness } of recovered) {
      expect(freshness.lastPollError).toBeNull();
      expect(freshness.staleAt!).toBeGreaterThan(cloud.clock.now());
    }
  });

  it('in part is asked at most a fifth more than peace', async () => {
    const peace = (await requestsIn(OUTAGE_MS)).length;
    expect(peace).toBeGreaterThanOrEqual(590);
    cloud.control.addFault({ effect: { kind: 'status', status: 503 }, forMs: OUTAGE_MS, chance: 0.4 });
    const outage = (await requestsIn(OUTAGE_MS)).length;
    expect(outage).toBeLessThanOrEqual(peace * 1.2);
    for (const { task } of await storedTasks()) expect(task.status).toBe('RUNNING');
  });
});

describe('a throttled upstream', () => {
  it.each<readonly [string, FaultEffect, least: number, most: number]>([
    ['seconds', { kind: 'throttle', retryAfter: 40 }, 40_000, 42_000],
    ['a date', { kind: 'throttle', retryAfterDateMs: 40_000 }, 38_900, 42_000],
    ['more than five minutes', { kind: 'throttle', retryAfter: 86_400 }, 300_000, 302_000],
    ['a date that is past', { kind: 'throttle', retryAfterDateMs: -60_000 }, 0, 3000],
    ['nonsense', { kind: 'throttle', retryAfter: 'soon' }, 0, 3000],
    ['nothing, by code in a 500', { kind: 'throttle', code: 'APIG.0308', status: 500 }, 0, 3000],
    ['nothing, by code in a 403', { kind: 'throttle', code: 'APIGW.0308', status: 403 }, 0, 3000],
  ])('that says to wait by %s is obeyed', async (_, effect, least, most) => {
    cloud.control.addFault({ effect, times: 1 });
    const asked = await requestsIn(least + 15_000);
    const [pause] = gaps(asked);
    expect(Math.max(...gaps(asked))).toBe(least > 0 ? pause : Math.max(...gaps(asked)));
    expect(pause).toBeGreaterThanOrEqual(least);
    expect(pause).toBeLessThanOrEqual(most);
    for (const { task, freshness } of await storedTasks()) {
      expect(task.status).toBe('RUNNING');
      expect(freshness.lastPollError).toBeNull();
    }
  });

  it('is shown as such, with the time of the next poll', async () => {
    cloud.control.addFault({ effect: { kind: 'throttle', retryAfter: 120 }, times: 1 });
    await cloud.advance(5000);
    const [source] = cloud.watch.sources();
    expect(source).toMatchObject({ state: SourceState.THROTTLED, lastError: { code: 'UPSTREAM_THROTTLED' } });
    expect(source!.nextPollAt! - cloud.clock.now()).toBeGreaterThan(110_000);
  });

  it('of one account slows no other', async () => {
    await cloud.close();
    cloud = await openCloud({
      services: ['SFS'],
      tenants: ['1', '2'].map((digit) => ({
        domain: { id: `domain-${digit}`, name: `domain-${digit}` },
        projects: [{ id: digit.repeat(32), name: 'cn-north-4' }],
        users: [],
        accessKeys: [],
        tokens: [`token-${digit}`],
      })),
      accounts: ['1', '2'].map((digit) => ({
        name: `a${digit}`,
        projectId: digit.repeat(32),
        auth: { token: new Secret(`token-${digit}`) },
      })),
    });
    for (const digit of ['1', '2'])
      await cloud.addTasks('SFS', 10, { account: `a${digit}`, projectId: digit.repeat(32), dueWithinMs: 10_000 });
    cloud.watch.followMatching({}, null);
    await cloud.watch.run();
    cloud.control.addFault({ match: { projectId: '1'.repeat(32) }, effect: { kind: 'throttle', retryAfter: 240 } });
    await cloud.advance(2 * MINUTE);
    const count = (digit: string) => cloud.requests().filter(({ path }) => path.includes(digit.repeat(32))).length;
    expect(count('1')).toBeLessThanOrEqual(2);
    expect(count('2')).toBeGreaterThanOrEqual(118);
    tasks = [];
  });
});
