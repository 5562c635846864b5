/** How often tasks are read, as configured; every value is positive, in milliseconds. */
export interface Polling {
  /** A watched task in the first 30 s of its life. */
  readonly youngMs: number;
  /** A watched task of some age. */
  readonly watchedMs: number;
  /** A task that nobody watches. */
  readonly unwatchedMs: number;
  /** How often lists are looked through for tasks started elsewhere; 0 is never. */
  readonly discoverMs: number;
  /** Per account and service. */
  readonly requestsPerSecond: number;
}

/**
 * From `youngMs` (0) to `watchedMs` (1) by age. Most tasks end within a minute, and a task costs the same few calls more
 * however long it lives: hence slow growth up to a minute, and none of it left soon after.
 */
const GROWTH: readonly (readonly [ageMs: number, share: number])[] = [
  [30_000, 0.1],
  [45_000, 0.15],
  [45_000, 0.24],
  [60_000, 0.24],
  [75_000, 1],
];

/** The wait between two readings of a task of this age. Pure. */
export function intervalFor(ageMs: number, watched: boolean, polling: Polling): number {
  if (!watched) return polling.unwatchedMs;
  const { youngMs, watchedMs } = polling;
  const share = growth(ageMs);
  return youngMs * (1 - share) + watchedMs * share;
}

function growth(ageMs: number): number {
  let from: readonly [number, number] | undefined;
  for (const point of GROWTH) {
    if (ageMs < point[0]) {
      return from ? from[1] + ((point[1] - from[1]) * (ageMs - from[0])) / (point[0] - from[0]) : 0;
    }
    from = point;
  }
  return 1;
}

const MOST_JITTER_MS = 20;

/** Shortens an interval a little, so that tasks that began together drift apart. `random` is in [0, 1). */
export function jittered(intervalMs: number, random: number): number {
  return intervalMs - random * Math.min(intervalMs / 20, MOST_JITTER_MS);
}

const LEAST_STALE_MS = 30_000;

/** How long after a reading a task counts as stale, if none follows (promise 2). */
export function staleAfter(plannedMs: number): number {
  return Math.max(LEAST_STALE_MS, 3 * plannedMs);
}
