import type { Json } from '../base/json.js';
import type { Freshness, Instant, Task } from '../task/task.js';
import type { TaskFilter } from '../task/task-filter.js';
import type { TaskId, TaskIdentity } from '../task/task-id.js';
import type { TaskStatus } from '../task/task-status.js';
import type { FilterFacts, Transition } from '../task/transition.js';

/**
 * What has been seen of each task, and in which order. Not a cache: nothing here expires on its own.
 *
 * Every method rejects with `StoreUnavailableError` when the store cannot be reached or written; nothing is then
 * half done. Methods that take `accounts` see those accounts and no others; null means all of them.
 */
export interface TaskStore {
  /**
   * Names this store. A copy of its file bears the same name: by the marks of the log what each wrote later is told apart.
   *
   * @throws StoreUnavailableError as long as the store could not be reached even once
   */
  readonly epoch: string;

  // ---- tasks

  /** What is known of the tasks; an id that is not held, or not in `accounts`, is missing from the map. */
  get(ids: readonly TaskId[], accounts: Accounts): Promise<ReadonlyMap<TaskId, StoredTask>>;
  /** One page in the order asked for, ties by id. `now` decides what is stale and what is overdue. */
  list(query: TaskQuery): Promise<TaskPage>;
  count(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<number>;
  /**
   * Counts by status, service and kind. Costs the same whatever the number of tasks, as long as the filter holds
   * nothing but services, accounts, statuses, kinds and done; other filters count rows. What is stale and what is overdue
   * is counted along an index.
   */
  stats(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<TaskCounts>;
  /** Changes of a task since it became known (or was tracked again), by `seq`, behind `afterSeq`. */
  timeline(id: TaskId, page: { readonly afterSeq: number; readonly limit: number }): Promise<Timeline>;
  /** The last answer of the upstream, secrets removed; null when there is none. */
  raw(id: TaskId): Promise<Json>;
  /** The content a task produced; null when there is none. */
  content(id: TaskId): Promise<string | null>;
  /** Open tasks of one account and service: what a poller has to watch. */
  openTasks(account: string, service: string): Promise<readonly StoredTask[]>;
  /** Whether a task was removed and not tracked again since: discovery must not adopt it. */
  removed(ids: readonly TaskId[]): Promise<ReadonlySet<TaskId>>;
  /**
   * When tasks of this account and service were listed for the first time: `now` is kept if this is it. Discovery adopts
   * what ended after that, also what ended while no gateway ran.
   */
  firstReadAt(account: string, service: string, now: Instant): Promise<Instant>;
  /**
   * How long tasks take that succeed, by account, service and kind: accounts do not learn of one another. Follows
   * from what was committed; the removal of a task does not make it unseen.
   *
   * @returns one per key, in their order; null while too few tasks have succeeded
   */
  estimates(keys: readonly EstimateKey[]): Promise<readonly (Estimate | null)[]>;

  // ---- the log

  /** The position of the newest entry. Anything committed later gets a higher one. */
  head(): Promise<LogPoint>;
  /** Whether `point` is an entry of this log, was trimmed from it, or is not of it. */
  locate(point: LogPoint): Promise<'held' | 'trimmed' | 'unknown'>;
  /**
   * Entries behind `after`, oldest first, in commit order: an entry once read is never followed later by one of a lower
   * position. `scannedTo` is where to go on, also when the filter left everything out.
   */
  readLog(query: LogQuery): Promise<LogSlice>;

  // ---- writing

  /**
   * Writes all of `writes` in one transaction, or none. A change is refused as a conflict when the task is no longer at
   * the `seq` before it, or is there already for `seq` 1; the others are still written. The caller that lost drops its
   * reading: the winner's is at least as fresh.
   *
   * @returns one result per write, in their order
   * @throws FencedError when `fence` is no longer the newest of its group; nothing is written
   */
  commit(writes: readonly Write[], fence?: Fence): Promise<readonly WriteResult[]>;
  /** Notes how lately tasks were read. No change, no event; may be lost by a crash. Unknown ids are passed over. */
  touch(notes: readonly FreshnessNote[]): Promise<void>;

  // ---- starts that must happen once

  /**
   * Claims a key for a start. The first caller gets `claimed` and must settle it; everybody else gets what became of it.
   * A claim that a crash left open reads as `unknown`; where several processes share the store, as `pending` for a minute first.
   * `input` is the canonical text of the input, secrets included; only
   * a keyed hash of it is kept.
   */
  claimStart(key: StartKey, input: string, at: Instant): Promise<StartClaim>;
  /** `forgotten` frees the key again: the start certainly did not happen. Accepted starts are settled by `commit`. */
  settleStart(key: StartKey, outcome: 'unknown' | 'forgotten'): Promise<void>;

  // ---- retention

  /**
   * Drops log entries, start keys and marks of removal from before these instants, and removes tasks that ended before
   * `finishedBefore`, each with a REMOVED entry. Does at most `limit` rows a call.
   *
   * @returns whether there is more to do
   */
  trim(limits: {
    readonly logBefore: Instant;
    readonly finishedBefore: Instant;
    readonly startsBefore: Instant;
    readonly now: Instant;
    readonly limit: number;
  }): Promise<boolean>;

  /** A cheap write and read; rejects when the store does not work. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Names of accounts; null for all. */
export type Accounts = readonly string[] | null;

export interface StoredTask {
  readonly task: Task;
  readonly freshness: Freshness;
}

export const TaskOrder = {
  CREATED_DESC: 'CREATED_DESC',
  CREATED_ASC: 'CREATED_ASC',
  UPDATED_DESC: 'UPDATED_DESC',
  UPDATED_ASC: 'UPDATED_ASC',
} as const;
export type TaskOrder = (typeof TaskOrder)[keyof typeof TaskOrder];

export interface EstimateKey {
  readonly account: string;
  readonly service: string;
  readonly kind: string;
}

export interface Estimate {
  /** How many tasks the durations are of: the newest ones, at least 10. */
  readonly samples: number;
  /** Half of them took no longer. */
  readonly typicalMs: number;
  /** Nine of ten of them took no longer; an open task that has taken longer since `createdAt` is overdue. */
  readonly slowMs: number;
}

/** A place in an ordered list: the order's instant, then the id. */
export interface PageKey {
  readonly at: Instant;
  readonly id: TaskId;
}

export interface TaskQuery {
  readonly filter: TaskFilter;
  readonly accounts: Accounts;
  readonly order: TaskOrder;
  /** `forward`: the first `limit` rows behind `after`; `backward`: the last `limit` rows before `before`. */
  readonly direction: 'forward' | 'backward';
  readonly limit: number;
  readonly after?: PageKey;
  readonly before?: PageKey;
  readonly now: Instant;
}

export interface TaskPage {
  /** In the order asked for, whatever the direction. */
  readonly tasks: readonly StoredTask[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

export interface TaskCounts {
  readonly total: number;
  readonly open: number;
  readonly stale: number;
  readonly overdue: number;
  /** Only statuses and services that occur. */
  readonly byStatus: ReadonlyMap<TaskStatus, number>;
  readonly byService: ReadonlyMap<string, { readonly count: number; readonly open: number }>;
}

export interface Timeline {
  readonly transitions: readonly (Transition & { readonly point: LogPoint })[];
  readonly totalCount: number;
  readonly hasNext: boolean;
}

/**
 * A place in the log. The mark is a random number kept with the entry: it tells an entry of this log from one that
 * stood at the same position in a log since replaced by a copied file.
 */
export interface LogPoint {
  readonly position: number;
  readonly mark: number;
}

export interface LogEntry {
  readonly point: LogPoint;
  readonly type: 'CHANGED' | 'REMOVED';
  /** The task as of this entry. */
  readonly task: Task;
  /** What a filter saw before this change; null when the task became known, and in REMOVED. */
  readonly before: FilterFacts | null;
  /** CHANGED only. */
  readonly transition: Transition | null;
  readonly at: Instant;
}

export interface LogQuery {
  readonly after: number;
  readonly accounts: Accounts;
  /** Only entries of this task. */
  readonly id?: TaskId;
  readonly limit: number;
}

export interface LogSlice {
  readonly entries: readonly LogEntry[];
  /** Everything up to here has been looked at. */
  readonly scannedTo: LogPoint;
  /** False when entries beyond `scannedTo` are known to exist. */
  readonly complete: boolean;
}

export type Write = ChangeWrite | RemoveWrite;

export interface ChangeWrite {
  readonly type: 'change';
  readonly task: Task;
  readonly transition: Transition;
  readonly before: FilterFacts | null;
  readonly freshness: Freshness;
  /** Left out: stays as it is. */
  readonly raw?: Json;
  /** The text behind `task.contentHash`, when this change brought it. */
  readonly content?: string;
  /** Settles this start as accepted, in the same transaction. */
  readonly start?: StartKey;
  /** Only a caller that asks for it (`trackTask`) may bring a removed task back; others get `removed`. */
  readonly revive?: boolean;
}

export interface RemoveWrite {
  readonly type: 'remove';
  readonly id: TaskId;
  readonly at: Instant;
}

export type WriteResult =
  | { readonly type: 'committed'; readonly point: LogPoint }
  /** Somebody else wrote first: `current` is what is stored now, null when nothing is. */
  | { readonly type: 'conflict'; readonly current: StoredTask | null }
  /** The task was removed and this write may not revive it. */
  | { readonly type: 'removed' };

export interface FreshnessNote {
  readonly id: TaskId;
  readonly freshness: Freshness;
  readonly raw?: Json;
}

/** The right of one process to write readings of a poll group, for as long as nobody got a higher token. */
export interface Fence {
  readonly account: string;
  readonly service: string;
  readonly token: number;
}

/** How long a `clientRequestId` is remembered (promise 7). */
export const START_KEY_LIFE_MS = 24 * 60 * 60 * 1000;

export interface StartKey {
  readonly account: string;
  readonly mutation: string;
  readonly clientRequestId: string;
}

export type StartClaim =
  | { readonly type: 'claimed' }
  /** Another call holds the claim right now, in this process or another; ask again. */
  | { readonly type: 'pending' }
  | { readonly type: 'accepted'; readonly identity: TaskIdentity }
  | { readonly type: 'unknown' }
  /** The key was used with another input. */
  | { readonly type: 'mismatch' };

export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Another process has taken over what this one meant to write. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}
