import { ManualClock } from '../support/manual-clock.js';
import { closeStores, openEngine, openStore, seed } from './engine.js';
import { FakeSource } from './fake-source.js';

afterEach(closeStores);

const MINUTE = 60_000;

async function watchMany(source: FakeSource, clock: ManualClock, requestsPerSecond: number, count = 1000) {
  const store = await openStore(clock);
  const ids = await seed(store, source, count, clock.now());
  const { watch } = await openEngine([source], clock, { store, polling: { requestsPerSecond } });
  const interest = watch.followMatching({ services: [source.service] }, null);
  await watch.run();
  return { watch, ids, interest, store };
}

function gaps(instants: readonly number[]): readonly number[] {
  return instants.slice(1).map((at, index) => at - (instants[index] ?? 0));
}

test('1,000 watched tasks of a source without a list take one call per task and interval', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, ids } = await watchMany(source, clock, 200);
  await clock.advance(20_000);
  const settled = clock.now();
  await clock.advance(MINUTE);
  const calls = source.callsSince(settled);
  expect(calls).toBeGreaterThanOrEqual(5900);
  expect(calls).toBeLessThanOrEqual(6100);
  for (const id of ids) expect(Math.max(...gaps(source.asked(id, settled)))).toBeLessThanOrEqual(10_100);
  await watch.stop();
});

/** What a second of the next `seconds` brings, each a hundred, more or less, and not a thousand at once. */
async function expectEven(source: FakeSource, clock: ManualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    const from = clock.now();
    await clock.advance(1000);
    expect(source.callsSince(from)).toBeGreaterThan(50);
    expect(source.callsSince(from)).toBeLessThan(150);
  }
}

test('a crowd that a start makes due together is read evenly from the first interval on, and none of it twice in one', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, ids } = await watchMany(source, clock, 10_000);
  const begun = clock.now();
  await expectEven(source, clock, 40);
  for (const id of ids) {
    expect(source.asked(id)[0]! - begun).toBeLessThanOrEqual(10_000);
    expect(Math.min(...gaps(source.asked(id)))).toBeGreaterThan(9_900);
    expect(Math.max(...gaps(source.asked(id)))).toBeLessThanOrEqual(10_100);
  }
  await watch.stop();
});

test('a crowd that somebody begins to watch is read evenly, and none of it later than an interval from then', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const store = await openStore(clock);
  const ids = await seed(store, source, 1000, clock.now());
  const { watch } = await openEngine([source], clock, { store, polling: { requestsPerSecond: 10_000 } });
  await watch.run();
  await clock.advance(2 * MINUTE);
  const begun = clock.now();
  watch.followMatching({ services: [source.service] }, null);
  await expectEven(source, clock, 30);
  for (const id of ids) expect(source.asked(id, begun)[0]! - begun).toBeLessThanOrEqual(10_000);
  await watch.stop();
});

test('a crowd that has become due during a pause is read evenly after it', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, ids } = await watchMany(source, clock, 10_000);
  await clock.advance(20_000);
  source.pausedUntil = clock.now() + 40_000;
  const paused = clock.now();
  await clock.advance(39_999);
  expect(source.callsSince(paused)).toBe(0);
  const begun = clock.now();
  await expectEven(source, clock, 30);
  for (const id of ids) expect(source.asked(id, begun)[0]! - begun).toBeLessThanOrEqual(10_100);
  await watch.stop();
});

test('a hundred tasks that a start makes due are read as fast as the budget allows', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch } = await watchMany(source, clock, 100, 100);
  await clock.advance(1100);
  expect(source.calls).toHaveLength(100);
  await watch.stop();
});

test('no poll is begun while others wait for the budget, of which requests take first', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch } = await watchMany(source, clock, 4, 40);
  await clock.advance(2000);
  source.waitingPolls = 2;
  const held = clock.now();
  await clock.advance(10_000);
  expect(source.callsSince(held + 1)).toBe(0);
  source.waitingPolls = 1;
  await clock.advance(10_000);
  expect(source.callsSince(held)).toBeGreaterThanOrEqual(36);
  await watch.stop();
});

test('where the budget cannot carry the intervals, all stretch alike, and what is told follows', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, ids, store } = await watchMany(source, clock, 10);
  await clock.advance(4 * MINUTE);
  const settled = clock.now();
  await clock.advance(6 * MINUTE);
  expect(source.callsSince(settled)).toBeLessThanOrEqual(3610);
  expect(source.callsSince(settled)).toBeGreaterThanOrEqual(3000);
  const all = ids.flatMap((id) => gaps(source.asked(id, settled)));
  // 1,000 tasks at nine tenths of ten calls a second
  expect(Math.min(...all)).toBeGreaterThan(109_000);
  expect(Math.max(...all)).toBeLessThan(113_000);
  const held = await store.get(
    ids.slice(0, 50).map((id) => source.id(id)),
    null,
  );
  for (const { freshness } of held.values()) {
    expect(freshness.nextPollAt! - freshness.askedAt!).toBeGreaterThan(109_000);
    expect(freshness.staleAt! - freshness.observedAt!).toBeGreaterThan(300_000);
  }
  await watch.stop();
});

test.each([
  ['render, 1,000 rows a page', (tasks: number) => Math.ceil(tasks / 1000), 1],
  ['render, 500 rows a page', (tasks: number) => Math.ceil(tasks / 500), 2],
  ['100 rows a page', (tasks: number) => (tasks < 2 ? tasks : Math.ceil(tasks / 100)), 10],
  ['50 rows a page', (tasks: number) => (tasks < 2 ? tasks : Math.ceil(tasks / 50)), 20],
])('1,000 watched tasks of one list share its calls: %s', async (_, callsFor, perInterval) => {
  const clock = new ManualClock();
  const source = new FakeSource(clock, { callsFor });
  const { watch } = await watchMany(source, clock, 10);
  await clock.advance(30_000);
  const settled = clock.now();
  await clock.advance(2 * MINUTE);
  expect(source.callsSince(settled) / 12).toBeLessThanOrEqual(perInterval * 1.05);
  expect(source.callsSince(settled) / 12).toBeGreaterThanOrEqual(perInterval * 0.9);
  await watch.stop();
});

test('accounts that are read by lists do not come due in the same instant after a start', async () => {
  const clock = new ManualClock();
  const callsFor = (tasks: number): number => Math.ceil(tasks / 1000);
  const sources = ['a', 'b', 'c', 'd', 'e'].map((account) => new FakeSource(clock, { account, callsFor }));
  const store = await openStore(clock);
  for (const source of sources) await seed(store, source, 100, clock.now());
  const polling = { requestsPerSecond: 10_000, unwatchedMs: 1000 };
  const { watch } = await openEngine(sources, clock, { store, polling });
  await watch.run();
  const begun = clock.now();
  await clock.advance(1000);
  const first = sources.map(({ calls }) => calls[0]!.at - begun).sort((a, b) => a - b);
  expect(Math.min(...gaps(first))).toBeGreaterThan(100);
  expect(first[0]).toBeLessThan(50);
  await watch.stop();
});

test('10,000 tasks that are due at once are spread within the budget', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch } = await watchMany(source, clock, 10, 10_000);
  const begun = clock.now();
  await clock.advance(10_000);
  for (let second = 0; second < 10; second++) {
    const from = begun + second * 1000;
    const calls = source.calls.filter(({ at }) => at >= from && at < from + 1000).length;
    expect(calls).toBeLessThanOrEqual(11);
    expect(calls).toBeGreaterThanOrEqual(second > 0 ? 5 : 0);
  }
  await watch.stop();
});

test('a task that many watch is read no more often than one that one watches', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, ids } = await watchMany(source, clock, 10, 1);
  const id = source.id(ids[0]!);
  const interests = Array.from({ length: 100 }, () => [
    watch.follow(id),
    watch.followMatching({ ids: [id] }, ['prod']),
  ]);
  await clock.advance(MINUTE);
  expect(source.calls.length).toBeLessThanOrEqual(7);
  for (const interest of interests.flat()) interest.release();
  await watch.stop();
});

test('a task that nobody watches any more is read a third as often', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const { watch, interest } = await watchMany(source, clock, 10, 1);
  await clock.advance(MINUTE);
  interest.release();
  interest.release();
  await clock.advance(30_000);
  const settled = clock.now();
  await clock.advance(10 * MINUTE);
  expect(source.callsSince(settled)).toBeLessThanOrEqual(21);
  expect(source.callsSince(settled)).toBeGreaterThanOrEqual(19);
  await watch.stop();
});

test('one account that is slow to answer keeps no other from its cadence', async () => {
  const clock = new ManualClock();
  const slow = new FakeSource(clock, { account: 'slow' });
  const quick = new FakeSource(clock, { account: 'quick' });
  slow.script = () => new Promise(() => undefined);
  const store = await openStore(clock);
  await seed(store, slow, 500, clock.now());
  const [id] = await seed(store, quick, 1, clock.now());
  const { watch } = await openEngine([slow, quick], clock, { store });
  watch.followMatching({}, null);
  await watch.run();
  await clock.advance(2 * MINUTE);
  const rounds = gaps(quick.asked(id!));
  expect(rounds.length).toBeGreaterThanOrEqual(10);
  expect(Math.max(...rounds)).toBeLessThanOrEqual(10_050);
  const stopped = watch.stop();
  await clock.advance(5000);
  await stopped;
});
