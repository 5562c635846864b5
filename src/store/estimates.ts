import { UNKNOWN_KIND } from '../task/apply-reading.js';
import type { Task } from '../task/task.js';
import { TaskStatus } from '../task/task-status.js';
import type { Estimate, EstimateKey } from './store.js';

/** Fewer finished tasks than this say nothing of the next one. */
const FEWEST_SAMPLES = 10;
/** The newest so many count, so that an upstream that has become faster or slower is believed after a while. */
const MOST_SAMPLES = 200;

/** Durations of the tasks of one key that succeeded, in milliseconds, oldest first, and what follows from them. */
export interface History {
  readonly durations: readonly number[];
  readonly estimate: Estimate | null;
}

export function formatEstimateKey({ account, service, kind }: EstimateKey): string {
  return JSON.stringify([account, service, kind]);
}

export function historyOf(durations: readonly number[]): History {
  return { durations, estimate: estimateOf(durations) };
}

export function withDuration(history: History | undefined, duration: number): History {
  return historyOf([...(history?.durations ?? []), duration].slice(-MOST_SAMPLES));
}

function estimateOf(durations: readonly number[]): Estimate | null {
  if (durations.length < FEWEST_SAMPLES) return null;
  const sorted = [...durations].sort((a, b) => a - b);
  const nearestRank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { samples: sorted.length, typicalMs: nearestRank(0.5), slowMs: nearestRank(0.9) };
}

/**
 * How long the task took, when this change is its success: from `createdAt`, which is also where an expectation of an open
 * task counts from.
 *
 * A task that was already over when it became known counts only where the upstream says when it began: otherwise
 * it would seem to have taken no time. What is of no known kind says nothing of any kind.
 *
 * @param before the task before the change; null when it became known by it
 */
export function durationBySuccess(task: Task, before: Task | null): number | null {
  const { kind, status, done, startedAt, createdAt, finishedAt } = task;
  if (kind === UNKNOWN_KIND || !done || status !== TaskStatus.SUCCEEDED || finishedAt === null) return null;
  if (before ? before.done : startedAt === null) return null;
  return Math.max(0, finishedAt - createdAt);
}
