/**
 * How many calls a second the tasks of a poll group ask for. Tasks with about the same interval are read together where
 * the source has a list, so they are counted by powers of two of their interval; each step is O(1) in the tasks.
 */
export class Demand {
  readonly #buckets = new Map<number, { tasks: number; readingsPerMs: number }>();

  add(intervalMs: number): void {
    const key = bucketOf(intervalMs);
    const bucket = this.#buckets.get(key) ?? { tasks: 0, readingsPerMs: 0 };
    bucket.tasks++;
    bucket.readingsPerMs += 1 / intervalMs;
    this.#buckets.set(key, bucket);
  }

  remove(intervalMs: number): void {
    const key = bucketOf(intervalMs);
    const bucket = this.#buckets.get(key);
    if (!bucket) return;
    bucket.tasks--;
    bucket.readingsPerMs -= 1 / intervalMs;
    // Dropping the empty bucket drops what rounding has left in it as well.
    if (bucket.tasks === 0) this.#buckets.delete(key);
  }

  callsPerSecond(callsFor: (tasks: number) => number): number {
    let calls = 0;
    for (const { tasks, readingsPerMs } of this.#buckets.values()) {
      calls += (callsFor(tasks) / tasks) * readingsPerMs * 1000;
    }
    return calls;
  }
}

function bucketOf(intervalMs: number): number {
  return Math.floor(Math.log2(intervalMs));
}

/** The part of a budget that planned polls may use; the rest is for what requests need. */
const PLANNED_SHARE = 0.9;

/** By how much all intervals of a poll group stretch, so that its budget carries them; at least 1. */
export function stretchFor(callsPerSecond: number, requestsPerSecond: number): number {
  return Math.max(1, callsPerSecond / (requestsPerSecond * PLANNED_SHARE));
}
