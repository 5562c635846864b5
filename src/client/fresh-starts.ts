import type { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import { pause } from './pause.js';
import { TaskgateError } from './taskgate-error.js';

/** A follower's beginnings without its cursor. */
export interface FreshStarts {
  /** The first is at once; each that follows without news between waits longer. */
  next(signal: AbortSignal): Promise<void>;
  /** Something came by the stream. */
  news(): void;
}

export function createFreshStarts(clock: Clock, backoff: Backoff): FreshStarts {
  let first = true;
  return {
    async next(signal) {
      if (!first) await pause(clock, backoff.next(), signal).done;
      first = false;
    },
    news() {
      first = true;
      backoff.reset();
    },
  };
}

/** The gateway refuses what it was given: of a subscription that has worked before, its cursor. */
export function isRefusedInput(error: unknown): boolean {
  return error instanceof TaskgateError && error.code === 'BAD_USER_INPUT';
}
