import type { Clock, ClockSample } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { PubSub, Unsubscribe } from '../pubsub/pubsub.js';
import type { GroupName, Lease, Leases } from '../store/leases.js';
import type { TaskStore } from '../store/store.js';
import { Leaseholder, type LeasedWork } from './leaseholder.js';
import { LogFollower } from './log-follower.js';
import type { PollGroup, Tenure } from './poll-group.js';
import { SharedInterests, type Following } from './shared-interests.js';
import { formatReport, parseReport, parseStretch, reportOn } from './source-report.js';
import type { WakeUps } from './wake-ups.js';
import type { SourceReport } from './watch.js';

/** What replicas of one store share the work by. */
export interface ClusterOptions {
  readonly leases: Leases;
  /** Without it the beat alone finds groups that have nobody. */
  readonly wakeUps?: WakeUps;
  /** Milliseconds; goes on while the process is stopped, and is never set. */
  readonly elapsed: () => number;
  /** Hears how far the process' clock is from the store's. */
  readonly correct: (sample: ClockSample) => void;
}

export interface ClusterParts extends ClusterOptions {
  readonly store: TaskStore;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The groups that this process is configured to poll. */
  readonly groups: () => Iterable<PollGroup>;
  readonly groupOf: (name: GroupName) => PollGroup | undefined;
  /** Where interests count in this process. */
  readonly here: Following;
  /** Resolves when what a stopped group has under way is written or given up. Never rejects. */
  readonly finish: (group: PollGroup) => Promise<void>;
}

/** One replica's part in polling what several are configured to poll. */
export interface Cluster {
  readonly interests: Following;
  /** How many replicas are alive, as far as is known; at least 1. */
  replicas(): number;
  /** Takes part until `stop`. Never rejects. */
  run(): Promise<void>;
  /** Takes up nothing more; what is held stays held until `leave`. */
  stop(): Promise<void>;
  leave(): Promise<void>;
  /** The group is no longer configured here. */
  drop(group: PollGroup): void;
  /** Other groups are configured here. */
  regroup(): void;
  /** Sets every timer anew. */
  rearm(): void;
  /** How a group does, whoever polls it. */
  report(group: PollGroup): SourceReport;
  /** By how much another replica stretches the intervals of a group; 1 where none polls it. */
  stretch(group: PollGroup): number;
}

/** No account can be called so. */
const REPLICAS = '/replicas';

export function createCluster(parts: ClusterParts): Cluster {
  const { leases, store, pubsub, groupOf } = parts;
  const follower = new LogFollower(parts);
  const interests = new SharedInterests(parts.here, () => holder.soon());
  const holder = new Leaseholder({ ...parts, interests, work: leasedWork(), announce });
  let announcing = false;
  let hints: Promise<Unsubscribe> | undefined;

  function announce(): void {
    announcing = true;
    pubsub.publish(REPLICAS);
    announcing = false;
  }

  function leasedWork(): LeasedWork {
    return {
      groups: () => [...parts.groups()].map(nameOf),
      polls: (name) => groupOf(name)?.running ?? false,
      takeUp,
      async finish(name) {
        const group = groupOf(name);
        if (!group) return;
        group.stop();
        await parts.finish(group);
        forget(group);
      },
      lose(name) {
        const group = groupOf(name);
        group?.stop();
        if (group) forget(group);
      },
      report(name) {
        const group = groupOf(name);
        return group ? formatReport(group) : '';
      },
    };
  }

  /** The log is followed from before the tasks are read, so that nothing falls in between. */
  async function takeUp(lease: Lease, tenure: Tenure): Promise<void> {
    const group = groupOf(lease);
    if (!group) return;
    const { position } = await store.head();
    const tasks = await store.openTasks(lease.account, lease.service);
    if (!tenure.valid() || groupOf(lease) !== group) return;
    group.resume(tasks);
    follower.follow(group, position);
    group.start(lease, tenure);
  }

  function forget(group: PollGroup): void {
    follower.leave(group);
    group.dropAll();
  }

  /** What whoever else polls the group, or polled it last, has said of it. */
  function elsewhere(group: PollGroup): string {
    const state = group.running ? undefined : holder.state(nameOf(group));
    return (state?.owner === leases.replica ? null : state?.report) ?? '';
  }

  function schedule(): void {
    parts.wakeUps?.schedule([...parts.groups()].map(nameOf));
  }

  return {
    interests,
    replicas: () => holder.replicas,

    async run() {
      hints = pubsub.subscribe(REPLICAS, () => {
        if (!announcing) holder.soon();
      });
      await holder.run();
      parts.wakeUps?.run(async (name) => {
        if (groupOf(name)) await holder.wake(name);
      });
      schedule();
    },

    async stop() {
      const unsubscribe = await hints;
      await unsubscribe?.();
      await holder.stop();
    },

    async leave() {
      await follower.stop();
      await holder.leave();
    },

    drop(group) {
      follower.leave(group);
      holder.drop(nameOf(group));
    },

    regroup() {
      schedule();
      holder.soon();
    },

    rearm() {
      holder.rearm();
      follower.rearm();
    },

    report(group) {
      const here = reportOn(group);
      return parseReport(elsewhere(group), here) ?? here;
    },

    stretch: (group) => parseStretch(elsewhere(group)),
  };
}

function nameOf({ polled: { account, service } }: PollGroup): GroupName {
  return { account, service };
}
