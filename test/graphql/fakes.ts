import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createDelivery } from '../../src/delivery/create-delivery.js';
import type { Delivery } from '../../src/delivery/delivery.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import type { TaskStore } from '../../src/store/store.js';
import { createTask } from '../../src/task/apply-reading.js';
import { UNREAD, type PollError } from '../../src/task/task.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../../src/task/task-id.js';
import type { Interest, Refreshed, SourceReport, Watch } from '../../src/watch/watch.js';
import type { ManualClock } from '../support/manual-clock.js';

/** What the upstream says of a task, by its upstream id; what is not in here it does not know. */
export type Upstream = Map<string, 'known' | PollError>;

/** Stands for the engine: adopts what `upstream` knows, and notes what it was asked for. */
export class FakeWatch implements Watch {
  readonly upstream: Upstream = new Map();
  readonly refreshed: string[][] = [];
  readonly interests = new Set<Interest>();
  reports: readonly SourceReport[] = [];
  failAdoption = false;

  constructor(
    private readonly store: TaskStore,
    private readonly clock: ManualClock,
  ) {}

  run = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();

  async refresh(
    identities: readonly TaskIdentity[],
    options: { readonly maxAgeMs: number; readonly revive?: boolean },
  ): Promise<ReadonlyMap<TaskId, Refreshed>> {
    this.refreshed.push(identities.map(({ upstreamId }) => upstreamId));
    const removed = await this.store.removed(identities.map(formatTaskId));
    const answers = new Map<TaskId, Refreshed>();
    for (const identity of identities) {
      const id = formatTaskId(identity);
      if (removed.has(id) && options.revive !== true) answers.set(id, { type: 'absent' });
      else answers.set(id, await this.#read(identity, options.revive === true));
    }
    return answers;
  }

  async #read(identity: TaskIdentity, revive: boolean): Promise<Refreshed> {
    const id = formatTaskId(identity);
    const said = this.upstream.get(identity.upstreamId);
    const stored = (await this.store.get([id], null)).get(id);
    const error = typeof said === 'object' ? said : null;
    if (stored) return { type: 'task', stored, error };
    if (error) return { type: 'failed', error };
    if (said === undefined) return { type: 'absent' };
    return { type: 'task', stored: await this.adopt(identity, {}, { revive }), error: null };
  }

  adopt: Watch['adopt'] = async (identity, facts, { error = null, ...options }) => {
    if (this.failAdoption) throw new Error('The disk is full');
    const { task, transition } = createTask(identity, 'cn-north-4', facts, this.clock.now());
    const freshness = { ...UNREAD, lastPollError: error };
    const [result] = await this.store.commit([
      { type: 'change', task, transition, before: null, freshness, ...options },
    ]);
    if (result?.type === 'conflict' && result.current) return result.current;
    return { task, freshness };
  };

  async remove(ids: readonly TaskId[]): Promise<void> {
    await this.store.commit(ids.map((id) => ({ type: 'remove', id, at: this.clock.now() })));
  }

  follow(): Interest {
    const interest: Interest = { release: () => void this.interests.delete(interest) };
    this.interests.add(interest);
    return interest;
  }

  followMatching = (): Interest => this.follow();
  sources = (): readonly SourceReport[] => this.reports;
}

export function createTestDelivery(
  store: TaskStore,
  clock: ManualClock,
): { readonly delivery: Delivery; readonly stop: () => Promise<void> } {
  const delivery = createDelivery({
    store,
    pubsub: createMemoryPubSub(),
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    accounts: ['alpha', 'beta'],
  });
  return { delivery, stop: () => delivery.stop() };
}

export function pollError(code: string, retryable = true): PollError {
  return { code, message: 'said by the upstream', at: 0, retryable };
}
