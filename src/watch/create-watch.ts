import { delay, type Clock, type Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Tracer } from '../base/tracer.js';
import type { PubSub } from '../pubsub/pubsub.js';
import type { GroupName } from '../store/leases.js';
import { StoreUnavailableError, type Accounts, type TaskStore } from '../store/store.js';
import { isStale } from '../task/task.js';
import type { TaskFilter } from '../task/task-filter.js';
import { parseTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import { createAdopt } from './adopt.js';
import type { Polling } from './cadence.js';
import { createCluster, type ClusterOptions } from './cluster.js';
import { createDiscovery } from './discovery.js';
import { Interests } from './interests.js';
import { PollGroup } from './poll-group.js';
import { groupKey, type PolledSource } from './polled-source.js';
import { createRecorder } from './recorder.js';
import { createRefresh } from './refresh.js';
import { keepTrimming, type Retention } from './retention.js';
import type { Following } from './shared-interests.js';
import { reportOn } from './source-report.js';
import type { Interest, Watch } from './watch.js';

export type { ClusterOptions, Polling, PolledSource, Retention };

export interface WatchOptions {
  readonly sources: readonly PolledSource[];
  readonly store: TaskStore;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
  readonly polling: Polling;
  /** Left out: nothing is trimmed. */
  readonly retention?: Retention;
  /** Given where several processes share the work; without it every group is polled here. */
  readonly cluster?: ClusterOptions;
}

export interface WatchEngine extends Watch {
  /**
   * Goes on with other sources after a reload: what is new is taken up, what is gone is no longer polled but kept, what
   * has changed goes on where it is. Nobody's interest is lost.
   */
  reconfigure(sources: readonly PolledSource[], polling: Polling): Promise<void>;
  health(): WatchHealth;
  /** Sets every timer anew, where the engine has fallen silent; what is under way stays under way. */
  revive(): void;
  load(): WatchLoad;
  /** How many processes share the work, as far as is known; at least 1. */
  replicas(): number;
}

/** How much there is to do at present. */
export interface WatchLoad {
  /** Poll groups of this process, and those of them that it polls. */
  readonly groups: number;
  readonly held: number;
  /** Changes, and notes of freshness, that wait for the store. */
  readonly writes: number;
  readonly freshness: number;
}

export interface WatchHealth {
  readonly running: boolean;
  /** How long ago the engine showed a sign of life, about once a second while it runs; null before its first. */
  readonly lastTickAgeMs: number | null;
}

const TICK_MS = 1000;
/** Its multiples part a circle about evenly, however many there are. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;
/** How long readings under way may take after `stop`, before they are given up. */
const GRACE_MS = 2000;
const GIVE_UP_MS = 1000;

export function createWatch(options: WatchOptions): WatchEngine {
  const { store, clock, random, logger, metrics } = options;
  const groups = new Map<string, PollGroup>();
  const leaving = new Set<PollGroup>();
  const untaken = new Set<PollGroup>();
  const interests = new Interests();
  const recorder = createRecorder(options);
  const discover = createDiscovery(options);
  const trimming = new AbortController();
  let running = false;
  let tickTimer: Timer | undefined;
  let lastTickAt: number | null = null;
  let trimmed = Promise.resolve();

  const groupOf = (identity: TaskIdentity): PollGroup | undefined => groups.get(groupKey(identity));
  const refresh = createRefresh({ store, clock, groupOf });
  const adopt = createAdopt({ clock, recorder, interests, groupOf });
  const here: Following = { follow, followMatching };
  const cluster = options.cluster && createCluster({ ...options, ...options.cluster, ...clusterWork() });
  const interested = cluster?.interests ?? here;
  for (const polled of options.sources) addGroup(polled, options.polling);

  function clusterWork() {
    return {
      groups: () => groups.values(),
      groupOf: (name: GroupName) => groups.get(groupKey(name)),
      here,
      async finish(group: PollGroup) {
        await settle([group]);
        await recorder.flush();
      },
    };
  }

  function addGroup(polled: PolledSource, polling: Polling): PollGroup {
    const group = new PollGroup(polled, polling, {
      clock,
      random,
      logger,
      metrics,
      ...(options.tracer && { tracer: options.tracer }),
      recorder,
      watching: interests,
      discover,
      phase: (groups.size * GOLDEN_RATIO) % 1,
      ...(cluster && { shared: true, stretchElsewhere: (one) => cluster.stretch(one) }),
    });
    groups.set(groupKey(polled), group);
    return group;
  }

  /** Where nobody else polls the group. While the store is away it is tried again at each tick. */
  async function takeUp(group: PollGroup): Promise<void> {
    const { account, service } = group.polled;
    try {
      const tasks = await store.openTasks(account, service);
      if (groups.get(groupKey(group.polled)) !== group) return;
      group.resume(tasks);
      if (running) group.start();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      untaken.add(group);
    }
  }

  function takeUpAgain(): void {
    const again = [...untaken];
    untaken.clear();
    for (const group of again)
      takeUp(group).catch((error: unknown) => logger.error({ err: error }, 'a poll group could not be taken up'));
  }

  function tick(): void {
    lastTickAt = clock.now();
    countStale(lastTickAt);
    void recorder.flush();
    takeUpAgain();
    tickTimer = clock.setTimer(TICK_MS, tick);
  }

  function countStale(now: number): void {
    const stale = new Map<string, number>();
    metrics.staleTasks.reset();
    for (const { polled, entries } of groups.values()) {
      let count = stale.get(polled.service) ?? 0;
      for (const { stored } of entries.values()) if (isStale(stored.task, stored.freshness, now)) count++;
      stale.set(polled.service, count);
    }
    for (const [service, count] of stale) metrics.staleTasks.set({ service }, count);
  }

  function letGo(key: string, group: PollGroup): void {
    groups.delete(key);
    untaken.delete(group);
    cluster?.drop(group);
    group.stop();
    group.dropAll();
    leaving.add(group);
    void group.settled().then(() => leaving.delete(group));
  }

  function follow(id: TaskId): Interest {
    return interests.follow(id, () => {
      const group = groupOf(parseTaskId(id));
      const entry = group?.entries.get(id);
      if (group && entry) group.interestArrived([entry]);
    });
  }

  function followMatching(filter: TaskFilter, accounts: Accounts): Interest {
    return interests.followMatching(filter, accounts, (matches) => {
      for (const group of groups.values()) {
        const entries = [...group.entries.values()].filter(({ stored }) => matches(stored.task));
        if (entries.length > 0) group.interestArrived(entries);
      }
    });
  }

  /** Waits for what is under way, at first patiently. */
  async function settle(all: readonly PollGroup[]): Promise<void> {
    const settled = Promise.all(all.map((group) => group.settled()));
    const patience = new AbortController();
    const done = settled.then(() => patience.abort());
    await Promise.race([done, delay(clock, GRACE_MS, patience.signal)]);
    for (const group of all) group.giveUp();
    await Promise.race([done, delay(clock, GIVE_UP_MS, patience.signal)]);
  }

  return {
    async run() {
      if (running) return;
      running = true;
      await (cluster ? cluster.run() : Promise.all([...groups.values()].map(takeUp)));
      tick();
      if (options.retention) trimmed = keepTrimming(options, options.retention, trimming.signal);
    },

    async stop() {
      running = false;
      await cluster?.stop();
      for (const group of groups.values()) group.stop();
      tickTimer?.cancel();
      trimming.abort();
      await settle([...groups.values(), ...leaving]);
      await trimmed;
      await recorder.flush();
      await cluster?.leave();
    },

    refresh,
    adopt,

    async remove(ids) {
      await recorder.remove(ids, (id) => parseTaskId(id).account);
      for (const id of ids) groupOf(parseTaskId(id))?.drop(id);
    },

    follow: (id) => interested.follow(id),
    followMatching: (filter, accounts) => interested.followMatching(filter, accounts),

    sources: () => [...groups.values()].map((group) => cluster?.report(group) ?? reportOn(group)),

    async reconfigure(sources, polling) {
      const wanted = new Set(sources.map(groupKey));
      for (const [key, group] of groups) if (!wanted.has(key)) letGo(key, group);
      const added: PollGroup[] = [];
      for (const polled of sources) {
        const group = groups.get(groupKey(polled));
        if (group) group.replace(polled, polling);
        else added.push(addGroup(polled, polling));
      }
      if (cluster) cluster.regroup();
      else if (running) await Promise.all(added.map(takeUp));
    },

    health: () => ({ running, lastTickAgeMs: lastTickAt === null ? null : clock.now() - lastTickAt }),

    revive() {
      if (!running) return;
      tickTimer?.cancel();
      tick();
      for (const group of groups.values()) group.rearm();
      cluster?.rearm();
    },

    load: () => ({
      groups: groups.size,
      held: [...groups.values()].filter((group) => group.running).length,
      ...recorder.waiting(),
    }),

    replicas: () => cluster?.replicas() ?? 1,
  };
}
