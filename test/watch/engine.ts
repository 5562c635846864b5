import type { Clock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { ChangeWrite, TaskStore } from '../../src/store/store.js';
import { createTask } from '../../src/task/apply-reading.js';
import { UNREAD } from '../../src/task/task.js';
import { createWatch, type Polling, type PolledSource, type Retention } from '../../src/watch/create-watch.js';
import type { ManualClock } from '../support/manual-clock.js';
import { FakeSource, running } from './fake-source.js';

export const POLLING: Polling = {
  youngMs: 1000,
  watchedMs: 10_000,
  unwatchedMs: 30_000,
  discoverMs: 0,
  requestsPerSecond: 10,
};

/** Repeatable, and spread well enough. */
export function seeded(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function polled(source: FakeSource): PolledSource {
  return { service: source.service, account: source.account, region: 'cn-north-4', source, client: source };
}

export async function openEngine(
  sources: readonly FakeSource[],
  clock: ManualClock,
  options: { polling?: Partial<Polling>; store?: TaskStore; retention?: Retention } = {},
) {
  const store = options.store ?? (await openStore(clock));
  const pubsub = createMemoryPubSub();
  const metrics = createMetrics();
  const watch = createWatch({
    sources: sources.map(polled),
    store,
    pubsub,
    clock,
    random: seeded(),
    logger: silentLogger,
    metrics,
    polling: { ...POLLING, ...options.polling },
    ...(options.retention && { retention: options.retention }),
  });
  return { watch, store, pubsub, metrics };
}

const open = new Set<TaskStore>();

/** A store in memory; closed behind the test. */
export async function openStore(clock: Clock): Promise<TaskStore> {
  const store = await openSqliteStore({ file: ':memory:', clock, logger: silentLogger });
  open.add(store);
  return store;
}

/** For `afterEach`. */
export async function closeStores(): Promise<void> {
  for (const store of open) await store.close();
  open.clear();
}

/** Puts open tasks into the store as if they had been read `ageMs` ago for the last time. */
export async function seed(
  store: TaskStore,
  source: FakeSource,
  count: number,
  now: number,
  { createdMsAgo = 3_600_000, nextPollAt = null }: { createdMsAgo?: number; nextPollAt?: number | null } = {},
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `task-${index}`);
  const writes = ids.map((upstreamId): ChangeWrite => {
    const identity = source.identity(upstreamId);
    const { task, transition } = createTask(identity, 'cn-north-4', running, now - createdMsAgo);
    return { type: 'change', task, transition, before: null, freshness: { ...UNREAD, nextPollAt } };
  });
  for (let from = 0; from < writes.length; from += 1000) await store.commit(writes.slice(from, from + 1000));
  return ids;
}
