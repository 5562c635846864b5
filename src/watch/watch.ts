import type { Facts } from '../task/reading.js';
import type { PollError } from '../task/task.js';
import type { TaskFilter } from '../task/task-filter.js';
import type { TaskId, TaskIdentity } from '../task/task-id.js';
import type { Accounts, StartKey, StoredTask } from '../store/store.js';

/**
 * The one way by which anything learned about a task gets into the store: due → poll → diff → commit → publish.
 * Queries and mutations that need the upstream go through it as well, so that nobody is shown what subscribers
 * were not told.
 */
export interface Watch {
  /** Takes up every open task of the store and polls until `stop`. */
  run(): Promise<void>;
  /** No further poll begins; resolves when those under way are written or given up. */
  stop(): Promise<void>;

  /**
   * Reads tasks upstream now, unless what is stored was observed within `maxAgeMs`, or the task is done. Reads of the
   * same task that overlap are one. An unknown task that the upstream knows is adopted, unless it was removed
   * and `revive` is not set.
   *
   * Never rejects for an upstream: see `Refreshed`.
   *
   * @returns an entry for every identity, by task id
   */
  refresh(
    identities: readonly TaskIdentity[],
    options: { readonly maxAgeMs: number; readonly revive?: boolean },
  ): Promise<ReadonlyMap<TaskId, Refreshed>>;

  /**
   * Takes a task into the store that a start has just made, with `seq` 1 and status PENDING unless the facts say
   * otherwise, and begins to poll it. `start` is settled as accepted in the same transaction. `error` says why it
   * could not be read, where `trackTask` takes up a task unread.
   */
  adopt(
    identity: TaskIdentity,
    facts: Facts,
    options: { readonly start?: StartKey; readonly revive?: boolean; readonly error?: PollError },
  ): Promise<StoredTask>;

  /** Removes tasks, each with a REMOVED event; those that are not there are passed over. */
  remove(ids: readonly TaskId[]): Promise<void>;

  /** While held, the task counts as watched and is polled more often. */
  follow(id: TaskId): Interest;
  /** The same for every task that the filter matches. */
  followMatching(filter: TaskFilter, accounts: Accounts): Interest;

  /** One entry per configured account and service. */
  sources(): readonly SourceReport[];
}

export interface Interest {
  release(): void;
}

export type Refreshed =
  /** What is stored now; `error` says why it could not be read again, if so. */
  | { readonly type: 'task'; readonly stored: StoredTask; readonly error: PollError | null }
  /** The upstream does not know it, or it was removed. */
  | { readonly type: 'absent' }
  /** Nothing is stored and the upstream could not be read. */
  | { readonly type: 'failed'; readonly error: PollError };

export const SourceState = {
  OK: 'OK',
  THROTTLED: 'THROTTLED',
  FAILING: 'FAILING',
  OPEN: 'OPEN',
  UNAUTHORIZED: 'UNAUTHORIZED',
  IDLE: 'IDLE',
} as const;
export type SourceState = (typeof SourceState)[keyof typeof SourceState];

/** How the gateway polls one service in one account. */
export interface SourceReport {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly state: SourceState;
  readonly watched: number;
  readonly requestsPerMinute: number;
  readonly requestBudgetPerMinute: number;
  readonly lastSuccessAt: number | null;
  readonly lastError: PollError | null;
  readonly nextPollAt: number | null;
}
