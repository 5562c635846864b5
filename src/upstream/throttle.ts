import type { Clock } from '../base/clock.js';
import { dueAt } from './due-at.js';
import { LONGEST_WAIT_MS } from './retry-after.js';

const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

const THROTTLE_CODES: ReadonlySet<string> = new Set(['APIGW.0308', 'APIG.0308']);

export function isThrottleCode(code: string | undefined): boolean {
  return code !== undefined && THROTTLE_CODES.has(code);
}

/** How long polls wait after the upstream said that there were too many requests. */
export interface Throttle {
  /** The end of the pause; may lie in the past. */
  readonly until: number;
  /** The end of a pause that the upstream named itself (Retry-After): nobody is sent before it. May lie in the past. */
  readonly namedUntil: number;
  /** @param askedAt when the request was sent: those in flight together are throttled together, and count once */
  throttled(askedAt: number, retryAfterMs: number | undefined): void;
  answered(): void;
}

export function createThrottle(options: { readonly clock: Clock; readonly random: () => number }): Throttle {
  const { clock, random } = options;
  let until = -Infinity;
  let namedUntil = -Infinity;
  let rounds = 0;
  let throttledAt = -Infinity;
  return {
    get until() {
      return dueAt(until, LONGEST_WAIT_MS, clock.now());
    },
    get namedUntil() {
      return dueAt(namedUntil, LONGEST_WAIT_MS, clock.now());
    },
    throttled(askedAt, retryAfterMs) {
      const now = clock.now();
      if (retryAfterMs !== undefined) namedUntil = Math.max(namedUntil, now + retryAfterMs);
      const sameRound = askedAt <= throttledAt && throttledAt <= now;
      if (sameRound && retryAfterMs === undefined) return;
      if (!sameRound) rounds++;
      throttledAt = now;
      const ceiling = Math.min(FIRST_BACKOFF_MS * 2 ** (rounds - 1), LONGEST_BACKOFF_MS);
      until = Math.max(until, now + (retryAfterMs ?? random() * ceiling));
    },
    answered() {
      rounds = 0;
    },
  };
}
