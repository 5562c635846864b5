import { StoreUnavailableError } from '../../src/store/store.js';
import type { TaskStore } from '../../src/store/store.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { ManualClock } from '../support/manual-clock.js';
import { closeStores, openEngine, openStore, polled, POLLING, seed } from './engine.js';
import { FakeSource, gone, running, seen, succeeded, unread } from './fake-source.js';

afterEach(closeStores);

async function one(lists = false, store?: TaskStore) {
  const clock = new ManualClock();
  const source = new FakeSource(clock, { lists });
  const engine = await openEngine([source], clock, {
    ...(store && { store }),
    polling: { discoverMs: lists ? 30_000 : 0 },
  });
  await engine.watch.run();
  const stored = async (id: string) => (await engine.store.get([source.id(id)], null)).get(source.id(id));
  return { clock, source, stored, ...engine };
}

test('what a start made is polled to its end, and every change is told after it is stored', async () => {
  const { clock, source, watch, pubsub, store, stored } = await one();
  const told: number[] = [];
  await pubsub.subscribe('prod', () => void store.head().then(({ position }) => told.push(position)));
  await watch.adopt(source.identity('a'), { kind: 'bind_ldap' }, {});
  watch.follow(source.id('a'));
  await clock.advance(3000);
  source.script = (_, at) => seen(succeeded, at);
  await clock.advance(1500);
  const task = await stored('a');
  expect(task?.task).toMatchObject({ status: TaskStatus.SUCCEEDED, done: true, seq: 3 });
  expect(task?.freshness).toMatchObject({ nextPollAt: null, staleAt: null, lastPollError: null });
  expect(told).toHaveLength(3);
  const calls = source.calls.length;
  await clock.advance(60_000);
  expect(source.calls.length).toBe(calls);
  await watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('a failed poll sets the error and nothing else; the next good one clears it', async () => {
  const { clock, source, watch, stored } = await one();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  await clock.advance(2500);
  const before = await stored('a');
  source.script = (_, at) => unread(at);
  await clock.advance(10_000);
  const failed = await stored('a');
  expect(failed?.task).toEqual(before?.task);
  expect(failed?.freshness.lastPollError?.code).toBe('UPSTREAM_TIMEOUT');
  expect(failed?.freshness.observedAt).toBeLessThanOrEqual(before!.freshness.observedAt! + 2000);
  source.script = (_, at) => seen(running, at);
  await clock.advance(3000);
  expect((await stored('a'))?.freshness.lastPollError).toBeNull();
  await watch.stop();
});

test('a task that its upstream has forgotten expires when it has said so for a minute, within three intervals', async () => {
  const { clock, source, watch, stored } = await one();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  source.script = (_, at) => gone(at);
  await clock.advance(119_000);
  expect((await stored('a'))?.task.status).toBe(TaskStatus.RUNNING);
  expect((await stored('a'))?.freshness.lastPollError?.code).toBe('UPSTREAM_NOT_FOUND');
  await clock.advance(31_000);
  expect((await stored('a'))?.task).toMatchObject({ status: TaskStatus.EXPIRED, done: true, kind: 'bind_ldap' });
  await watch.stop();
});

test('a task that comes and goes does not expire', async () => {
  const { clock, source, watch, stored } = await one();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  let polls = 0;
  source.script = (_, at) => (polls++ % 4 === 0 ? seen(running, at) : gone(at));
  await clock.advance(600_000);
  expect((await stored('a'))?.task.status).toBe(TaskStatus.RUNNING);
  await watch.stop();
});

test('an answer asked for before what is stored is dropped and counted', async () => {
  const { clock, source, watch, stored, metrics } = await one();
  await watch.adopt(source.identity('a'), running, {});
  await watch.refresh([source.identity('a')], { maxAgeMs: 0 });
  await clock.advance(5000);
  source.script = (_, at) => seen({ ...running, status: TaskStatus.PENDING }, at - 8000);
  await watch.refresh([source.identity('a')], { maxAgeMs: 0 });
  expect((await stored('a'))?.task.status).toBe(TaskStatus.RUNNING);
  const counted = await metrics.refusedReadings.get();
  expect(counted.values).toMatchObject([{ labels: { reason: 'older' }, value: 1 }]);
  await watch.stop();
});

test('while an upstream is paused no poll is sent, and one probe goes before the others', async () => {
  const { clock, source, watch } = await one();
  for (const id of ['a', 'b', 'c', 'd']) {
    await watch.adopt(source.identity(id), running, {});
    watch.follow(source.id(id));
  }
  await clock.advance(5000);
  const paused = clock.now();
  source.pausedUntil = paused + 20_000;
  let answer: (() => void) | undefined;
  source.script = (_, at) => new Promise((resolve) => (answer = () => resolve(seen(running, at))));
  await clock.advance(19_000);
  expect(source.callsSince(paused + 1)).toBe(0);
  await clock.advance(5000);
  expect(source.callsSince(paused + 1)).toBe(1);
  source.script = (_, at) => seen(running, at);
  answer?.();
  await clock.advance(2000);
  expect(source.callsSince(paused + 1)).toBeGreaterThanOrEqual(4);
  await watch.stop();
});

test('refreshes that overlap share one reading, and a fresh enough task is not read', async () => {
  const { clock, source, watch } = await one();
  await watch.adopt(source.identity('a'), running, {});
  let answer: (() => void) | undefined;
  source.script = (_, at) => new Promise((resolve) => (answer = () => resolve(seen(running, at))));
  const asked = [1, 2, 3].map(() => watch.refresh([source.identity('a')], { maxAgeMs: 0 }));
  await clock.advance(10);
  answer?.();
  const answers = await Promise.all(asked);
  expect(source.calls).toHaveLength(1);
  expect(source.calls[0]?.priority).toBe('request');
  for (const refreshed of answers) expect(refreshed.get(source.id('a'))).toMatchObject({ type: 'task', error: null });
  await clock.advance(1000);
  await watch.refresh([source.identity('a')], { maxAgeMs: 5000 });
  expect(source.calls).toHaveLength(1);
  await watch.stop();
});

test('an unknown task is adopted by a refresh, absent where the upstream does not know it, failed where it is silent', async () => {
  const { source, watch, stored } = await one();
  source.script = (id, at) => (id === 'here' ? seen(running, at) : id === 'silent' ? unread(at) : gone(at));
  const ids = ['here', 'nowhere', 'silent'];
  const answers = await watch.refresh(
    ids.map((id) => source.identity(id)),
    { maxAgeMs: 0 },
  );
  expect(ids.map((id) => answers.get(source.id(id))?.type)).toEqual(['task', 'absent', 'failed']);
  expect((await stored('here'))?.task.seq).toBe(1);
  const other = { ...source.identity('x'), account: 'unconfigured' };
  expect([...(await watch.refresh([other], { maxAgeMs: 0 })).values()]).toEqual([{ type: 'absent' }]);
  await watch.stop();
});

test('a removed task is no longer polled, and comes back only when it is asked for', async () => {
  const { clock, source, watch, stored } = await one(true);
  await watch.adopt(source.identity('a'), running, {});
  await watch.remove([source.id('a')]);
  source.listed = [{ upstreamId: 'a', facts: running }];
  await clock.advance(65_000);
  expect(await stored('a')).toBeUndefined();
  expect(source.calls).toHaveLength(0);
  const plain = await watch.refresh([source.identity('a')], { maxAgeMs: 0 });
  expect(plain.get(source.id('a'))?.type).toBe('absent');
  const revived = await watch.refresh([source.identity('a')], { maxAgeMs: 0, revive: true });
  expect(revived.get(source.id('a'))).toMatchObject({ type: 'task', stored: { task: { seq: 1 } } });
  await watch.stop();
});

test('discovery adopts what is listed, asks from the first read on, and leaves known tasks to polls', async () => {
  const { clock, source, watch, stored } = await one(true);
  const begun = clock.now();
  source.listed = [
    { upstreamId: 'a', facts: running },
    { upstreamId: 'b', facts: succeeded },
  ];
  await clock.advance(31_000);
  expect([(await stored('a'))?.task.status, (await stored('b'))?.task.status]).toEqual(['RUNNING', 'SUCCEEDED']);
  source.listed = [{ upstreamId: 'a', facts: succeeded }];
  source.script = (_, at) => seen(running, at);
  await clock.advance(90_000);
  expect((await stored('a'))?.task).toMatchObject({ status: 'RUNNING', seq: 1 });
  expect(new Set(source.sinces).size).toBe(1);
  expect(source.sinces[0]).toBeGreaterThanOrEqual(begun);
  await watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('a store that is away for a while loses no change', async () => {
  const clock = new ManualClock();
  const real = await openStore(clock);
  let away = false;
  const store = new Proxy(real, {
    get: (target, key: keyof TaskStore) => {
      const value = target[key];
      if (typeof value !== 'function') return value;
      if (away && (key === 'commit' || key === 'touch')) {
        return () => Promise.reject(new StoreUnavailableError('away'));
      }
      return value.bind(target);
    },
  });
  const source = new FakeSource(clock);
  await seed(store, source, 20, clock.now());
  const { watch } = await openEngine([source], clock, { store });
  watch.followMatching({}, null);
  await watch.run();
  await clock.advance(12_000);
  away = true;
  source.script = (_, at) => seen(succeeded, at);
  await clock.advance(30_000);
  source.script = (_, at) => seen(running, at);
  away = false;
  await clock.advance(30_000);
  expect(await store.count({ statuses: ['SUCCEEDED'] }, null, clock.now())).toBe(20);
  await watch.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('after a restart polling goes on where it stopped', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock);
  const store = await openStore(clock);
  const dueAt = clock.now() + 17_000;
  const [id] = await seed(store, source, 1, clock.now(), { nextPollAt: dueAt });
  const { watch } = await openEngine([source], clock, { store });
  await watch.run();
  await clock.advance(20_000);
  expect(source.asked(id!)).toEqual([dueAt]);
  await watch.stop();
});

test('a reload adds and removes accounts, and keeps the tasks and interests of the others', async () => {
  const { clock, source, watch, stored } = await one();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  await clock.advance(2500);
  const added = new FakeSource(clock, { account: 'second' });
  await watch.reconfigure([polled(source), polled(added)], POLLING);
  await watch.adopt(added.identity('b'), running, {});
  const reloaded = clock.now();
  await clock.advance(5000);
  expect(source.asked('a', reloaded).length).toBeGreaterThanOrEqual(4);
  await watch.reconfigure([polled(added)], POLLING);
  const left = clock.now();
  await clock.advance(40_000);
  expect(source.callsSince(left)).toBe(0);
  expect(added.callsSince(left)).toBeGreaterThanOrEqual(1);
  expect((await stored('a'))?.task.status).toBe('RUNNING');
  expect(watch.sources().map(({ account, watched }) => [account, watched])).toEqual([['second', 1]]);
  await watch.stop();
});

test('one bad task keeps 200 healthy ones of its list from nothing', async () => {
  const clock = new ManualClock();
  const source = new FakeSource(clock, { callsFor: (tasks) => Math.ceil(tasks / 100) });
  const store = await openStore(clock);
  await seed(store, source, 201, clock.now());
  source.script = (id, at) =>
    id === 'task-0'
      ? new Promise((resolve) => void clock.setTimer(10_000, () => resolve(unread(at))))
      : seen(running, at);
  const { watch } = await openEngine([source], clock, { store });
  watch.followMatching({}, null);
  await watch.run();
  await clock.advance(40_000);
  const settled = clock.now();
  await clock.advance(60_000);
  for (const id of ['task-1', 'task-77', 'task-200']) {
    expect(source.asked(id, settled).length).toBeGreaterThanOrEqual(6);
  }
  const stopped = watch.stop();
  await clock.advance(20_000);
  await stopped;
});

test('stopping waits for what is under way, then gives it up', async () => {
  const { clock, source, watch } = await one();
  source.script = () => new Promise(() => undefined);
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  await clock.advance(1500);
  let stopped = false;
  const stopping = watch.stop().then(() => (stopped = true));
  await clock.advance(1000);
  expect(stopped).toBe(false);
  await clock.advance(2500);
  await stopping;
  expect(clock.pendingTimers).toBe(0);
});

test('a task that is removed while it is read is not polled again', async () => {
  const { clock, source, watch, stored } = await one();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  let answer: (() => void) | undefined;
  source.script = (_, at) => new Promise((resolve) => (answer = () => resolve(seen(running, at))));
  await clock.advance(1500);
  expect(source.calls).toHaveLength(1);
  await watch.remove([source.id('a')]);
  answer?.();
  await clock.advance(60_000);
  expect(source.calls).toHaveLength(1);
  expect(await stored('a')).toBeUndefined();
  expect(watch.sources()[0]?.watched).toBe(0);
  await watch.stop();
});

test('a start that discovery was quicker than is settled, and adds what a list does not tell', async () => {
  const { clock, source, watch, store, stored } = await one(true);
  const start = { account: 'prod', mutation: 'bindLdap', clientRequestId: 'once' };
  await store.claimStart(start, '{}', clock.now());
  source.listed = [{ upstreamId: 'a', facts: running }];
  await clock.advance(31_000);
  expect((await stored('a'))?.task.seq).toBe(1);
  const facts = { status: TaskStatus.PENDING, details: { shareId: 's' } } as const;
  const adopted = await watch.adopt(source.identity('a'), facts, { start });
  expect(adopted.task).toMatchObject({ seq: 2, status: TaskStatus.RUNNING, details: { shareId: 's' } });
  expect(await store.claimStart(start, '{}', clock.now())).toMatchObject({ type: 'accepted' });
  await watch.stop();
});

/** Timers wait as long as they were told to, whatever the time of day is set to: as on a machine. */
class AdjustableClock extends ManualClock {
  skewMs = 0;

  override now(): number {
    return super.now() + this.skewMs;
  }
}

test('a clock that was set back stops no polls and makes no answer older', async () => {
  const clock = new AdjustableClock();
  const source = new FakeSource(clock);
  const { watch, metrics } = await openEngine([source], clock);
  await watch.run();
  await watch.adopt(source.identity('a'), running, {});
  watch.follow(source.id('a'));
  await clock.advance(5000);
  clock.skewMs = -3_600_000;
  const before = source.calls.length;
  await clock.advance(10_000);
  expect(source.calls.length - before).toBeGreaterThanOrEqual(8);
  expect((await metrics.refusedReadings.get()).values).toEqual([]);
  await watch.stop();
});
