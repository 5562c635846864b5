import { parseHttpDate } from './retry-after.js';

/** The front gateway refuses signatures that are 15 minutes off; from here on somebody should set the clock. */
const WORRYING_SKEW_MS = 5 * 60_000;

/** How far the upstream's clock is ahead of ours, from the `Date` header of its replies. */
export interface ClockSkew {
  /** Null before the first reply with a date. Exact to about a second. */
  readonly ms: number | null;
  observe(date: string | undefined, now: number): void;
}

/** @param warn called when the skew passes 5 minutes, and again only after it was less in between */
export function createClockSkew(warn: (skewMs: number) => void): ClockSkew {
  let ms: number | null = null;
  let warned = false;
  return {
    get ms() {
      return ms;
    },
    observe(date, now) {
      const theirs = date === undefined ? undefined : parseHttpDate(date);
      if (theirs === undefined) return;
      ms = theirs - now;
      const worrying = isWorryingSkew(ms);
      if (worrying && !warned) warn(ms);
      warned = worrying;
    },
  };
}

export function isWorryingSkew(ms: number | null): boolean {
  return ms !== null && Math.abs(ms) > WORRYING_SKEW_MS;
}
