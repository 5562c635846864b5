import type { Instant, Task, TaskResource } from './task.js';
import type { TaskStatus } from './task-status.js';

/** One stored change of a task. `from` and `to` may be equal: a sub-task went on, say. */
export interface Transition {
  readonly seq: number;
  /** Null when the task became known. */
  readonly from: TaskStatus | null;
  readonly to: TaskStatus;
  readonly upstreamStatus: string | null;
  /** The change happened after this instant and before `at`; null when nothing was read before. */
  readonly notBefore: Instant | null;
  readonly at: Instant;
}

/** The part of a task that a filter looks at and that a change can alter. */
export interface FilterFacts {
  readonly status: TaskStatus;
  readonly done: boolean;
  readonly kind: string;
  readonly resource: TaskResource | null;
}

export function filterFacts({ status, done, kind, resource }: Task): FilterFacts {
  return { status, done, kind, resource };
}
