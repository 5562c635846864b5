import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createDelivery, type DeliveryOptions, type RunningDelivery } from '../../src/delivery/create-delivery.js';
import type { EventStream, StreamEvent, TaskEvent } from '../../src/delivery/delivery.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { TaskStore } from '../../src/store/store.js';
import { applyReading, createTask } from '../../src/task/apply-reading.js';
import type { Facts } from '../../src/task/reading.js';
import { UNREAD, type Task } from '../../src/task/task.js';
import type { TaskIdentity } from '../../src/task/task-id.js';
import { filterFacts } from '../../src/task/transition.js';
import { ManualClock, settle } from '../support/manual-clock.js';

export const ACCOUNTS = ['prod', 'test'];

export interface Harness {
  readonly store: TaskStore;
  readonly clock: ManualClock;
  readonly delivery: RunningDelivery;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly tasks: TaskScript;
  close(): Promise<void>;
}

export async function startDelivery(options: Partial<DeliveryOptions> = {}): Promise<Harness> {
  const clock = new ManualClock();
  const metrics = createMetrics();
  const store = options.store ?? (await openSqliteStore({ file: ':memory:', clock, logger: silentLogger }));
  const pubsub = options.pubsub ?? createMemoryPubSub();
  const delivery = createDelivery({
    clock,
    metrics,
    logger: silentLogger,
    accounts: ACCOUNTS,
    ...options,
    store,
    pubsub,
  });
  await delivery.run();
  const tasks = new TaskScript(
    store,
    () => clock.now(),
    (account) => pubsub.publish(account),
  );
  return {
    store,
    clock,
    delivery,
    metrics,
    tasks,
    async close() {
      await delivery.stop();
      await store.close();
      expect(clock.pendingTimers).toBe(0);
    },
  };
}

export function identity(upstreamId: string, account = 'prod', service = 'BCS'): TaskIdentity {
  return { service, account, scope: '', upstreamId };
}

/** Writes changes of tasks as the watch does: commit, then a hint. */
export class TaskScript {
  readonly #known = new Map<string, Task>();

  constructor(
    private readonly store: TaskStore,
    private readonly now: () => number,
    private readonly publish: (account: string) => void,
  ) {}

  async create(upstreamId: string, facts: Facts = {}, account = 'prod', revive = false): Promise<Task> {
    const { task, transition } = createTask(
      identity(upstreamId, account),
      'r',
      { status: 'RUNNING', ...facts },
      this.now(),
    );
    await this.store.commit([{ type: 'change', task, transition, before: null, freshness: UNREAD, revive }]);
    this.#known.set(upstreamId, task);
    this.publish(account);
    return task;
  }

  async change(upstreamId: string, facts: Facts): Promise<Task> {
    const before = this.#known.get(upstreamId)!;
    const at = this.now();
    const applied = applyReading(before, { type: 'seen', facts, from: 'query', askedAt: at, answeredAt: at }, null, at);
    if (applied.type !== 'changed') throw new Error(`No change: ${applied.type}`);
    const { task, transition } = applied;
    const [result] = await this.store.commit([
      { type: 'change', task, transition, before: filterFacts(before), freshness: UNREAD },
    ]);
    if (result?.type !== 'committed') throw new Error(`Not committed: ${result?.type ?? 'nothing'}`);
    this.#known.set(upstreamId, task);
    this.publish(task.account);
    return task;
  }

  step(upstreamId: string, done: number): Promise<Task> {
    return this.change(upstreamId, { progress: { done, total: 1_000_000, percent: 0 } });
  }

  async remove(upstreamId: string): Promise<void> {
    const { id, account } = this.#known.get(upstreamId)!;
    await this.store.commit([{ type: 'remove', id, at: this.now() }]);
    this.publish(account);
  }
}

/** Takes everything at once, or as much as it is told to. */
export class Collector {
  readonly events: StreamEvent[] = [];
  completed = false;
  error: Error | undefined;
  readonly #source;
  #room = Infinity;

  constructor(stream: EventStream, room = Infinity) {
    this.#room = room;
    this.#source = stream.open({
      next: (event) => {
        this.events.push(event);
        return --this.#room > 0;
      },
      complete: () => (this.completed = true),
      fail: (error) => (this.error = error),
    });
  }

  get taskEvents(): readonly TaskEvent[] {
    return this.events as TaskEvent[];
  }

  /** What was seen, in short: `SNAPSHOT 1`, `CHANGED 2`. */
  get story(): readonly string[] {
    return this.taskEvents.map(({ type, task }) => (task ? `${type} ${task.seq}` : type));
  }

  take(count = Infinity): void {
    this.#room = count;
    this.#source.resume();
  }

  close(): void {
    this.#source.close();
  }
}

export { settle };
