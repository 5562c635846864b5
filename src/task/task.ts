import type { JsonObject } from '../base/json.js';
import type { TaskId, TaskIdentity } from './task-id.js';
import type { TaskStatus } from './task-status.js';

/** Instants are milliseconds since 1970 UTC everywhere inside the gateway. */
export type Instant = number;

export interface TaskResource {
  /** server, share, api_group, application, blockchain_instance; an open set */
  readonly type: string;
  readonly id: string;
  readonly name: string | null;
}

export const TaskErrorCode = {
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  QUOTA_EXCEEDED: 'QUOTA_EXCEEDED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  INVALID_INPUT: 'INVALID_INPUT',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'INTERNAL',
  UNKNOWN: 'UNKNOWN',
} as const;
export type TaskErrorCode = (typeof TaskErrorCode)[keyof typeof TaskErrorCode];

/** Why a task itself failed: data, not an error of the gateway. */
export interface TaskError {
  readonly code: TaskErrorCode | null;
  readonly message: string;
  /** The upstream's code, verbatim (APIG.3201). */
  readonly upstreamCode: string | null;
}

export interface TaskProgress {
  readonly done: number;
  readonly total: number;
  /** 0..100 */
  readonly percent: number;
}

/**
 * What the gateway knows of one task, normalised: a plain frozen value, one per `seq`.
 *
 * Large texts (the last raw answer, an export's content) are not in it: the store keeps them once per task.
 */
export interface Task extends TaskIdentity {
  readonly id: TaskId;
  readonly region: string;
  /** `unknown` until known */
  readonly kind: string;
  readonly status: TaskStatus;
  /** True when nothing follows: see `TERMINAL_STATUSES`. */
  readonly done: boolean;
  /** The upstream's own word, verbatim; null before its first answer. */
  readonly upstreamStatus: string | null;
  readonly resource: TaskResource | null;
  /** When the task was started, or first seen; never changes. */
  readonly createdAt: Instant;
  /** When this state was stored. */
  readonly updatedAt: Instant;
  readonly startedAt: Instant | null;
  /** As the upstream says; where it has no times, when the end was seen. */
  readonly finishedAt: Instant | null;
  readonly error: TaskError | null;
  readonly warnings: readonly TaskError[];
  readonly progress: TaskProgress | null;
  /** The service's own fields, as its GraphQL type names them. */
  readonly details: JsonObject;
  /** SHA-256 of the stored content, where the task has one (an exported definition); the text is in the store. */
  readonly contentHash: string | null;
  /** 1, 2, 3 … without gaps; 1 is the task becoming known. */
  readonly seq: number;
}

export interface PollError {
  /** UPSTREAM_* */
  readonly code: string;
  readonly message: string;
  readonly at: Instant;
  readonly retryable: boolean;
}

/** How lately a task was read. Moves with every poll, and is no change of the task. */
export interface Freshness {
  /** When the upstream last answered about the task. */
  readonly observedAt: Instant | null;
  /** When the newest answer was asked for; an answer asked for earlier is older, whenever it arrives. */
  readonly askedAt: Instant | null;
  readonly nextPollAt: Instant | null;
  /** From when on the task counts as stale if nothing is read until then; null when it is done. */
  readonly staleAt: Instant | null;
  readonly lastPollError: PollError | null;
  readonly absence: Absence | null;
}

/** How often, and since when, the upstream says that it does not know the task. */
export interface Absence {
  readonly count: number;
  readonly firstAt: Instant;
}

export const UNREAD: Freshness = {
  observedAt: null,
  askedAt: null,
  nextPollAt: null,
  staleAt: null,
  lastPollError: null,
  absence: null,
};

export function isStale(task: Task, freshness: Freshness, now: Instant): boolean {
  return !task.done && freshness.staleAt !== null && now > freshness.staleAt;
}
