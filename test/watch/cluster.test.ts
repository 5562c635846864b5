import { createCorrectedClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import type { PubSub } from '../../src/pubsub/pubsub.js';
import type { TaskStore } from '../../src/store/store.js';
import type { Facts } from '../../src/task/reading.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { createWatch, type Polling, type WatchEngine } from '../../src/watch/create-watch.js';
import { ManualClock } from '../support/manual-clock.js';
import { POLLING, closeStores, openStore, polled, seed, seeded } from './engine.js';
import { FakeLeases } from './fake-leases.js';
import { FakeSource, running, seen, succeeded } from './fake-source.js';

const paused: Facts = { ...running, status: TaskStatus.UNKNOWN, upstreamStatus: 'PAUSED' };
const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER'];
const STEP_MS = 50;

interface Replica {
  readonly name: string;
  readonly clock: ManualClock;
  readonly watch: WatchEngine;
  readonly sources: Readonly<Record<string, FakeSource>>;
  fencedWrites(): Promise<number>;
}

let world: ManualClock;
let store: TaskStore;
let pubsub: PubSub;
let leases: FakeLeases;
let replicas: Replica[];
/** Processes that stand still: their clocks go on behind their backs. */
const frozen = new Set<Replica>();

beforeEach(async () => {
  world = new ManualClock();
  store = await openStore(world);
  pubsub = createMemoryPubSub();
  leases = new FakeLeases(() => world.now());
  replicas = [];
  frozen.clear();
});
afterEach(async () => {
  frozen.clear();
  leases.cutOff.clear();
  for (const { watch } of replicas) await stop(watch);
  await closeStores();
});

async function stop(watch: WatchEngine): Promise<void> {
  const state = { stopped: false };
  const done = watch.stop().finally(() => (state.stopped = true));
  while (!state.stopped) await advance(STEP_MS);
  await done;
}

/** All replicas live through the same time, in small steps; what is frozen finds out afterwards. */
async function advance(ms: number): Promise<void> {
  for (let end = world.now() + ms; world.now() < end;) {
    const step = Math.min(STEP_MS, end - world.now());
    await world.advance(step);
    for (const replica of replicas) if (!frozen.has(replica)) await replica.clock.advance(step);
  }
}

async function thaw(replica: Replica, frozenMs: number): Promise<void> {
  frozen.delete(replica);
  replica.clock.jumpTo(replica.clock.now() + frozenMs);
  await replica.clock.advance(0);
}

async function add(name: string, options: { polling?: Partial<Polling>; aheadMs?: number } = {}): Promise<Replica> {
  const clock = new ManualClock(world.now() + (options.aheadMs ?? 0));
  const corrected = createCorrectedClock(clock);
  const sources = Object.fromEntries(SERVICES.map((service) => [service, new FakeSource(clock, { service })]));
  const metrics = createMetrics();
  const watch = createWatch({
    sources: Object.values(sources).map(polled),
    store,
    pubsub,
    clock: corrected,
    random: seeded(replicas.length + 1),
    logger: silentLogger,
    metrics,
    polling: { ...POLLING, ...options.polling },
    cluster: {
      leases: leases.of(name, () => clock.now()),
      elapsed: () => clock.now(),
      correct: (sample) => corrected.correct(sample),
    },
  });
  const replica: Replica = {
    name,
    clock,
    watch,
    sources,
    fencedWrites: async () => (await metrics.fencedWrites.get()).values[0]?.value ?? 0,
  };
  replicas.push(replica);
  await watch.run();
  return replica;
}

const heldBy = (name: string): readonly string[] =>
  Object.entries(leases.owners()).flatMap(([service, owner]) => (owner === name ? [service] : []));

/** When a task was asked for, by whoever. */
const asked = (service: string, upstreamId: string, since = 0): readonly number[] =>
  replicas.flatMap(({ sources }) => sources[service]!.asked(upstreamId, since)).sort((a, b) => a - b);

const gaps = (instants: readonly number[]): readonly number[] =>
  instants.slice(1).map((at, index) => at - instants[index]!);

async function two(options: Parameters<typeof add>[1] = {}): Promise<readonly [Replica, Replica]> {
  const pair = [await add('a', options), await add('b', options)] as const;
  await advance(2_000);
  return pair;
}

describe('who polls what', () => {
  test('one replica polls everything, two share it, and what one leaves the other takes up at once', async () => {
    const a = await add('a');
    expect(heldBy('a')).toHaveLength(4);
    expect(a.watch.replicas()).toBe(1);
    const b = await add('b');
    await advance(1_500);
    expect([heldBy('a').length, heldBy('b').length]).toEqual([2, 2]);
    expect([a.watch.replicas(), b.watch.replicas()]).toEqual([2, 2]);
    expect(a.watch.load()).toMatchObject({ groups: 4, held: 2 });
    await stop(a.watch);
    await advance(500);
    expect(heldBy('b')).toHaveLength(4);
    expect(b.watch.replicas()).toBe(1);
  });

  test('while groups change hands each task keeps its interval, and nobody polls what another holds', async () => {
    for (const service of SERVICES) await seed(store, new FakeSource(world, { service }), 3, world.now());
    const a = await add('a');
    await advance(40_000);
    await add('b');
    await advance(40_000);
    await add('c');
    await advance(40_000);
    await stop(a.watch);
    await advance(60_000);
    for (const service of SERVICES) {
      for (const id of ['task-0', 'task-1', 'task-2']) {
        const between = gaps(asked(service, id));
        expect(between.length).toBeGreaterThanOrEqual(4);
        expect(Math.min(...between)).toBeGreaterThan(29_000);
        expect(Math.max(...between)).toBeLessThan(33_000);
      }
    }
  });

  test('what is polled by a replica that does not reach the store is polled by another once its lease has run out, and never by both', async () => {
    for (const service of SERVICES) await seed(store, new FakeSource(world, { service }), 2, world.now());
    const [a, b] = await two({ polling: { unwatchedMs: 1_000 } });
    const lost = heldBy('a');
    const cutAt = world.now();
    leases.cutOff.add('a');
    await advance(15_000);
    expect(heldBy('b')).toHaveLength(4);
    for (const service of lost) {
      const last = Math.max(...a.sources[service]!.calls.map(({ at }) => at));
      const first = Math.min(...b.sources[service]!.calls.map(({ at }) => at).filter((at) => at > cutAt));
      expect(last - cutAt).toBeLessThanOrEqual(8_000);
      expect(first).toBeGreaterThan(last);
      expect(first - cutAt).toBeLessThan(12_000);
    }
    leases.cutOff.clear();
    await advance(4_000);
    expect([heldBy('a').length, heldBy('b').length]).toEqual([2, 2]);
  });

  test('a lease that ran out while the store was away goes on where nobody else took it', async () => {
    await seed(store, new FakeSource(world, { service: 'SFS' }), 1, world.now());
    const a = await add('a', { polling: { unwatchedMs: 1_000 } });
    leases.cutOff.add('a');
    await advance(20_000);
    const silent = world.now();
    expect(asked('SFS', 'task-0', silent - 10_000)).toEqual([]);
    leases.cutOff.clear();
    await advance(5_000);
    expect(asked('SFS', 'task-0', silent).length).toBeGreaterThanOrEqual(2);
    expect(leases.rows.get('prod/SFS')!.token).toBe(1);
    expect(await a.fencedWrites()).toBe(0);
  });

  test('a claim whose answer was lost is given back and made again', async () => {
    leases.deaf.add('a');
    const a = await add('a');
    expect(a.watch.load().held).toBe(0);
    await advance(6_000);
    expect(heldBy('a')).toHaveLength(4);
    expect(a.watch.load().held).toBe(4);
  });

  test('a process that was frozen polls nothing of what another has taken over, and what it read before is not written', async () => {
    for (const service of SERVICES) await seed(store, new FakeSource(world, { service }), 5, world.now());
    const [a, b] = await two();
    const [idle, service] = heldBy('a') as [string, string];
    const mine = a.sources[service]!;
    await a.watch.adopt(mine.identity('x'), running, {});
    let answer: (late: ReturnType<typeof seen>) => void = () => undefined;
    mine.script = (id, at) => (id === 'x' ? new Promise((resolve) => (answer = resolve)) : seen(running, at));
    await advance(31_000);
    expect(mine.asked('x')).toHaveLength(1);
    frozen.add(a);
    b.sources[service]!.script = (_, at) => seen(paused, at);
    await advance(40_000);
    expect(heldBy('b')).toHaveLength(4);
    expect(b.sources[service]!.asked('x').length).toBeGreaterThanOrEqual(1);
    const sent = (): number => mine.calls.length + a.sources[idle]!.calls.length;
    const before = sent();
    answer(seen(succeeded, a.clock.now()));
    // Nor does it poll before it has heard from the store.
    leases.cutOff.add('a');
    await thaw(a, 40_000);
    await advance(300);
    leases.cutOff.clear();
    await advance(300);
    expect(sent()).toBe(before);
    expect(await a.fencedWrites()).toBe(1);
    expect((await store.get([mine.id('x')], null)).get(mine.id('x'))!.task.status).toBe(TaskStatus.UNKNOWN);
  });

  test('a replica whose clock is ten minutes ahead stamps by the clock of the store', async () => {
    const a = await add('a', { aheadMs: 600_000 });
    const stored = await a.watch.adopt(a.sources['SFS']!.identity('x'), running, {});
    expect(stored.task.createdAt).toBe(world.now());
    await advance(61_000);
    const id = a.sources['SFS']!.id('x');
    const { freshness } = (await store.get([id], null)).get(id)!;
    expect(Math.abs(freshness.nextPollAt! - world.now())).toBeLessThanOrEqual(30_000);
  });

  test('what is no longer configured on one replica is polled by another that knows it, and comes back', async () => {
    const [a, b] = await two();
    const gone = heldBy('a');
    const left = SERVICES.filter((service) => !gone.includes(service));
    await a.watch.reconfigure(
      left.map((service) => polled(a.sources[service]!)),
      POLLING,
    );
    await advance(20_000);
    expect(heldBy('b')).toEqual(expect.arrayContaining([...gone]));
    expect(a.watch.load().groups).toBe(2);
    expect(a.watch.load().held + b.watch.load().held).toBe(4);
    await a.watch.reconfigure(Object.values(a.sources).map(polled), POLLING);
    await advance(10_000);
    expect([heldBy('a').length, heldBy('b').length]).toEqual([2, 2]);
  });
});

describe('what one replica does and another polls', () => {
  /** A group that `b` holds, a source of `a` for it, and the source that `b` polls it with. */
  async function held(options: Parameters<typeof add>[1] = {}) {
    const [a, b] = await two(options);
    const [service] = heldBy('b') as [string];
    return { a, b, service, mine: a.sources[service]!, theirs: b.sources[service]! };
  }

  test('a task that one has started is polled by the other', async () => {
    const { a, mine, theirs } = await held();
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(35_000);
    expect(mine.asked('x')).toEqual([]);
    expect(theirs.asked('x').length).toBeGreaterThanOrEqual(1);
  });

  test('without hints it is as well, some seconds later', async () => {
    const { a, mine, theirs } = await held({ polling: { unwatchedMs: 1_000 } });
    pubsub.publish = () => undefined;
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(7_500);
    expect(theirs.asked('x').length).toBeGreaterThanOrEqual(1);
  });

  test('a task that one saw end, or has removed, is not polled by the other any more', async () => {
    const { a, mine, theirs } = await held({ polling: { unwatchedMs: 2_000 } });
    await a.watch.adopt(mine.identity('ended'), running, {});
    await a.watch.adopt(mine.identity('removed'), running, {});
    await advance(3_000);
    for (const id of ['ended', 'removed']) expect(theirs.asked(id).length).toBeGreaterThanOrEqual(1);
    mine.script = (_, at) => seen(succeeded, at);
    await a.watch.refresh([mine.identity('ended')], { maxAgeMs: 0 });
    await a.watch.remove([mine.id('removed')]);
    await advance(200);
    const since = world.now();
    await advance(10_000);
    expect([...theirs.asked('ended', since), ...theirs.asked('removed', since)]).toEqual([]);
  });

  test('a change that one has read is the state from which the other goes on', async () => {
    const { a, b, mine, theirs } = await held();
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(1_000);
    mine.script = (_, at) => seen(paused, at);
    await a.watch.refresh([mine.identity('x')], { maxAgeMs: 0 });
    theirs.script = (_, at) => seen(paused, at);
    await advance(40_000);
    expect((await store.timeline(mine.id('x'), { afterSeq: 0, limit: 9 })).transitions.map(({ to }) => to)).toEqual([
      TaskStatus.RUNNING,
      TaskStatus.UNKNOWN,
    ]);
    expect(await b.fencedWrites()).toBe(0);
  });

  test('who watches through one has the other poll more often, until nobody does', async () => {
    const { a, mine, theirs } = await held();
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(120_000);
    const byId = a.watch.follow(mine.id('x'));
    await advance(1_000);
    const watchedAt = world.now();
    await advance(60_000);
    expect(theirs.asked('x', watchedAt).length).toBeGreaterThanOrEqual(5);
    byId.release();
    const byFilter = a.watch.followMatching({ services: [mine.service] }, ['prod']);
    await advance(60_000);
    expect(theirs.asked('x', watchedAt + 60_000).length).toBeGreaterThanOrEqual(5);
    byFilter.release();
    await advance(15_000);
    const leftAt = world.now();
    await advance(90_000);
    expect(theirs.asked('x', leftAt).length).toBeLessThanOrEqual(3);
  });

  test('what a dead replica watched is watched no longer', async () => {
    const { a, b, mine, theirs } = await held();
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(120_000);
    const watchedAt = world.now();
    a.watch.follow(mine.id('x'));
    await advance(30_000);
    expect(theirs.asked('x', watchedAt).length).toBeGreaterThanOrEqual(2);
    frozen.add(a);
    await advance(30_000);
    const deadAt = world.now();
    await advance(90_000);
    expect(theirs.asked('x', deadAt).length).toBeLessThanOrEqual(3);
    expect(b.watch.replicas()).toBe(1);
    await thaw(a, 120_000);
  });

  test('both tell the same of every source', async () => {
    const { a, b, mine } = await held();
    await a.watch.adopt(mine.identity('x'), running, {});
    await advance(5_000);
    const told = (replica: Replica) =>
      replica.watch.sources().map(({ service, watched, state }) => ({ service, watched, state }));
    expect(told(a)).toEqual(told(b));
    expect(told(a).find(({ service }) => service === mine.service)).toMatchObject({ watched: 1 });
  });

  test('a task that one reads of a group whose budget is too small is stale by the stretched interval', async () => {
    for (const service of SERVICES) await seed(store, new FakeSource(world, { service }), 40, world.now());
    const { a, mine } = await held({ polling: { unwatchedMs: 10_000, requestsPerSecond: 1 } });
    await advance(2_500);
    await a.watch.refresh([mine.identity('task-0')], { maxAgeMs: 0 });
    await advance(1_500);
    const id = mine.id('task-0');
    const { freshness } = (await store.get([id], null)).get(id)!;
    expect(freshness.staleAt! - freshness.observedAt!).toBeGreaterThan(120_000);
  });

  test('what a version to come has written of itself is passed over', async () => {
    const { a, b, mine } = await held();
    const [service] = heldBy('a') as [string];
    await a.watch.adopt(a.sources[service]!.identity('y'), running, {});
    await advance(2_000);
    frozen.add(b);
    const life = leases.lives.get('b')!;
    const odd = '{"new":1},["x"],[{},7],[{"ids":7},null],[{"search":5},null],[{"hue":1},null],7';
    Object.assign(life, { seenAt: Infinity, version: 2, interests: `[${JSON.stringify(mine.id('x'))},${odd}]` });
    leases.rows.get(`prod/${mine.service}`)!.report = '{"state":"DREAMING","watched":1}';
    await advance(2_500);
    expect(a.watch.sources().find((source) => source.service === mine.service)).toMatchObject({ watched: 0 });
    leases.rows.get(`prod/${mine.service}`)!.report = 'no JSON';
    await advance(40_000);
    expect(a.watch.sources()).toHaveLength(4);
    const y = a.sources[service]!.id('y');
    expect((await store.get([y], null)).get(y)!.freshness.observedAt).toBeGreaterThan(world.now() - 31_000);
    Object.assign(life, { version: 3, interests: '{' });
    await advance(2_500);
    expect(heldBy('a')).toContain(service);
    await thaw(b, 45_000);
  });
});
