import type { Absence, Instant, Task } from './task.js';

/** Polls in this first part of a task's life say nothing: upstreams list a new task late. */
export const FIRST_LIFE_MS = 60_000;
const LEAST_POLLS = 3;
const LEAST_SPAN_MS = 60_000;

/** Counts one more answer that the upstream does not know the task. */
export function noteAbsence(task: Task, absence: Absence | null, at: Instant): Absence | null {
  if (at - task.createdAt < FIRST_LIFE_MS) return absence;
  return absence ? { ...absence, count: absence.count + 1 } : { count: 1, firstAt: at };
}

/** Whether the upstream has said often and long enough that it does not know the task (promise 5). */
export function isExpired(absence: Absence | null, at: Instant): boolean {
  return absence !== null && absence.count >= LEAST_POLLS && at - absence.firstAt >= LEAST_SPAN_MS;
}
