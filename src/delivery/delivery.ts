import type { Accounts, StoredTask, TaskCounts } from '../store/store.js';
import type { Instant, Task } from '../task/task.js';
import type { TaskFilter } from '../task/task-filter.js';
import type { TaskId } from '../task/task-id.js';
import type { TaskStatus } from '../task/task-status.js';
import type { Transition } from '../task/transition.js';

/**
 * Brings the store's log to whoever listens: gap-free, in order, resumable, each reader at its own pace. Knows nothing
 * of GraphQL and of sockets.
 *
 * One tail per process reads the log, woken by hints and at the latest every few seconds. Readers that are
 * caught up share what the tail reads; a reader that is behind reads the log by itself until it has caught up.
 */
export interface Delivery {
  run(): Promise<void>;
  stop(): Promise<void>;

  /** The newest place of the log, as an opaque cursor: taken before a page is read, nothing behind it is missed. */
  headCursor(): Promise<string>;
  /** The opaque cursor of a place. */
  cursorAt(point: { readonly position: number; readonly mark: number }): string;

  /**
   * The events of one subscription. Nothing is read before the stream is opened or iterated.
   *
   * @throws BadUserInputError when `after` is no cursor at all, or the filter has `stale` or `overdue`
   * @throws TaskNotFoundError for a task that is not there, not visible, or removed and asked for without a cursor
   */
  stream(request: StreamRequest): Promise<EventStream>;

  /** Resolves with the task when it is done, or as it is at `deadlineAt`; null when it is not there or not visible. */
  waitForTask(id: TaskId, accounts: Accounts, deadlineAt: Instant, signal: AbortSignal): Promise<StoredTask | null>;
}

export type StreamRequest = { readonly accounts: Accounts } & (
  | { readonly type: 'task'; readonly id: TaskId; readonly after: string | null }
  | { readonly type: 'tasks'; readonly filter: TaskFilter; readonly after: string | null }
  | { readonly type: 'stats'; readonly filter: TaskFilter }
);

/** An event of `taskUpdated` or `tasksUpdated`. */
export interface TaskEvent {
  readonly type: 'SNAPSHOT' | 'CHANGED' | 'REMOVED' | 'RESET';
  readonly cursor: string;
  /** As of this event; null in RESET. */
  readonly task: Task | null;
  readonly transition: Transition | null;
  readonly previousStatus: TaskStatus | null;
  readonly at: Instant;
  readonly resetReason: ResetReason | null;
}

export const ResetReason = { TRIMMED: 'TRIMMED', UNKNOWN_CURSOR: 'UNKNOWN_CURSOR' } as const;
export type ResetReason = (typeof ResetReason)[keyof typeof ResetReason];

export type StreamEvent = TaskEvent | TaskCounts;

/**
 * A subscription that can be taken in two ways, once: iterated, as GraphQL does it, or opened by a transport
 * that shares work between equal subscriptions.
 */
export interface EventStream extends AsyncIterable<StreamEvent> {
  readonly request: StreamRequest;
  /**
   * Begins to push events into `sink`, in order; the first may come before this returns. Equal streams that are caught
   * up get one and the same event object.
   */
  open(sink: EventSink): OpenStream;
}

/** Takes events at its own pace. Its methods must not throw, and may call `close` of their own stream. */
export interface EventSink {
  /** @returns false when it wants no further event before `resume` */
  next(event: StreamEvent): boolean;
  /** Nothing follows: the task is done or removed. */
  complete(): void;
  /** The stream broke, and may be taken up again from the last cursor. */
  fail(error: Error): void;
}

export interface OpenStream {
  /** The sink takes events again. */
  resume(): void;
  /** Ends the stream; the sink is not called again. Calling it twice does nothing. */
  close(): void;
}
