import type { ResetReason, TaskFilter, TaskOrder, TaskService, TaskStatus } from './generated/documents.js';

export type { ResetReason, TaskFilter, TaskOrder, TaskService, TaskStatus };

/** What the client reads of each task, whatever its service. Instants are RFC 3339 in UTC. */
export interface FollowedTask {
  readonly __typename: string;
  readonly id: string;
  readonly service: TaskService;
  readonly account: string;
  readonly region: string;
  readonly upstreamId: string;
  readonly kind: string;
  readonly status: TaskStatus;
  readonly done: boolean;
  readonly upstreamStatus: string | null;
  readonly resource: { readonly type: string; readonly id: string; readonly name: string | null } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error: TaskFailure | null;
  readonly warnings: readonly TaskFailure[];
  readonly progress: { readonly done: number; readonly total: number; readonly percent: number } | null;
  readonly estimate: TaskEstimate | null;
  readonly seq: number;
  readonly observedAt: string | null;
  readonly stale: boolean;
  readonly nextPollAt: string | null;
  readonly lastPollError: {
    readonly code: string;
    readonly message: string;
    readonly at: string;
    readonly retryable: boolean;
  } | null;
}

export interface TaskFailure {
  readonly code: string | null;
  readonly message: string;
  readonly upstreamCode: string | null;
}

export interface TaskEstimate {
  readonly samples: number;
  readonly typicalSeconds: number;
  readonly slowSeconds: number;
  readonly expectedFinishAt: string | null;
  readonly overdue: boolean;
}

export interface TaskStats {
  readonly total: number;
  readonly open: number;
  readonly stale: number;
  readonly overdue: number;
  readonly byStatus: readonly { readonly status: TaskStatus; readonly count: number }[];
  readonly byService: readonly { readonly service: TaskService; readonly count: number; readonly open: number }[];
}

/** What became of a task. `cursor` is what `after` takes to go on exactly behind it. */
export interface TaskUpdate {
  readonly kind: 'snapshot' | 'changed' | 'removed';
  readonly task: FollowedTask;
  /** `changed` only; null when the task has just become known. */
  readonly previousStatus: TaskStatus | null;
  readonly cursor: string;
  readonly at: string;
}

/**
 * Why a follower could not go on from its cursor. `REFUSED_CURSOR`: the gateway did not take it for a cursor. `GAP`: a
 * change was missing behind it, also when it was asked for again.
 */
export type ResetCause = ResetReason | 'REFUSED_CURSOR' | 'GAP';

/** How a wait for a task ended. `timedOut`: the task as it was seen last; null when nothing was heard in that time. */
export type WaitedTask =
  | { readonly outcome: 'done' | 'removed'; readonly task: FollowedTask }
  | { readonly outcome: 'timedOut'; readonly task: FollowedTask | null };

/** Said of one task before the snapshot that follows: changes between may have been missed. */
export interface TaskReset {
  readonly kind: 'reset';
  readonly reason: ResetCause;
  readonly cursor: string;
  readonly at: string;
}

/** The first tasks of the filter in the order asked for, at most `limit`; it takes the place of what was known before. */
export interface TaskList {
  readonly kind: 'list';
  /** `initial`, or why the stream could not go on from its cursor. */
  readonly reason: 'initial' | ResetCause;
  readonly tasks: readonly FollowedTask[];
  /** How many there are, however many are in `tasks`. */
  readonly totalCount: number;
  /** What `tasks(after: …)` takes to read those behind them; null when there are none. */
  readonly endCursor: string | null;
  /** The sources that could not be read. */
  readonly sourceErrors: readonly SourceError[];
  readonly cursor: string;
}

export interface SourceError {
  readonly service: TaskService;
  readonly account: string;
  readonly code: string;
  readonly message: string;
}
