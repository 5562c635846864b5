import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { PubSub, Unsubscribe } from '../pubsub/pubsub.js';
import type { LogEntry, TaskStore } from '../store/store.js';
import type { TaskId } from '../task/task-id.js';
import { groupKey } from './polled-source.js';
import type { PollGroup } from './poll-group.js';

/** Without hints the log is looked at so often. */
const ROUND_MS = 5_000;
/** Hints come in bursts; a poll group may learn of news a moment later. */
const PATIENCE_MS = 50;
const MOST_AT_ONCE = 500;

/** Tells the poll groups of this process what other processes have written: new tasks, newer states, ends and removals. */
export class LogFollower {
  readonly #store: TaskStore;
  readonly #pubsub: PubSub;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #groups = new Map<string, PollGroup>();
  readonly #subscriptions = new Map<string, Promise<Unsubscribe>>();
  #position = Infinity;
  #timer: Timer | undefined;
  #wakeAt = Infinity;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(parts: {
    readonly store: TaskStore;
    readonly pubsub: PubSub;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#store = parts.store;
    this.#pubsub = parts.pubsub;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** @param position of the log when the tasks of the group were read, or before */
  follow(group: PollGroup, position: number): void {
    this.#groups.set(groupKey(group.polled), group);
    // Entries that are read twice do no harm.
    this.#position = Math.min(this.#position, position);
    const { account } = group.polled;
    if (!this.#subscriptions.has(account)) {
      this.#subscriptions.set(
        account,
        this.#pubsub.subscribe(account, () => this.#wake(PATIENCE_MS)),
      );
    }
    this.#wake(PATIENCE_MS);
  }

  leave(group: PollGroup): void {
    const key = groupKey(group.polled);
    if (this.#groups.get(key) !== group) return;
    this.#groups.delete(key);
    const accounts = this.#accounts();
    for (const [account, subscription] of this.#subscriptions) {
      if (accounts.has(account)) continue;
      this.#subscriptions.delete(account);
      void subscription.then((unsubscribe) => unsubscribe());
    }
    if (this.#groups.size > 0) return;
    this.#position = Infinity;
    this.#cancel();
  }

  /** Looks now, where the timer itself may have been lost. */
  rearm(): void {
    this.#cancel();
    this.#wake(0);
  }

  async stop(): Promise<void> {
    for (const group of this.#groups.values()) this.leave(group);
    await this.#reading;
  }

  #wake(delayMs: number): void {
    if (this.#groups.size === 0) return;
    const at = this.#clock.now() + delayMs;
    if (this.#timer && this.#wakeAt <= at) return;
    this.#cancel();
    this.#wakeAt = at;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#cancel();
      if (this.#reading) this.#again = true;
      else this.#reading = this.#readAll().finally(() => this.#ended());
    });
  }

  #ended(): void {
    this.#reading = undefined;
    this.#wake(this.#again ? 0 : ROUND_MS);
    this.#again = false;
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Infinity;
  }

  /** Never rejects: the next round makes up for a failed one. */
  async #readAll(): Promise<void> {
    try {
      while (this.#groups.size > 0) {
        const after = this.#position;
        const slice = await this.#store.readLog({ after, accounts: [...this.#accounts()], limit: MOST_AT_ONCE });
        await this.#apply(slice.entries);
        // A group that came meanwhile may need entries from further back.
        if (this.#position === after) {
          this.#position = slice.scannedTo.position;
          if (slice.complete) return;
        }
      }
    } catch (error) {
      this.#logger.debug({ err: error }, 'the log could not be followed');
    }
  }

  async #apply(entries: readonly LogEntry[]): Promise<void> {
    const news = new Set<TaskId>();
    for (const { type, task } of entries) {
      const group = this.#groups.get(groupKey(task));
      if (!group) continue;
      const known = group.entries.get(task.id);
      if (type === 'REMOVED' || task.done) {
        group.drop(task.id);
        news.delete(task.id);
      } else if (!known || known.stored.task.seq < task.seq) news.add(task.id);
    }
    if (news.size === 0) return;
    // The log does not say how lately a task was read.
    for (const stored of (await this.#store.get([...news], null)).values()) {
      this.#groups.get(groupKey(stored.task))?.learn(stored);
    }
  }

  #accounts(): ReadonlySet<string> {
    return new Set([...this.#groups.values()].map(({ polled }) => polled.account));
  }
}
