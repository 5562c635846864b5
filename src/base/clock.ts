import type { AbortNews } from './abort.js';

/** Time, and nothing else. Every part that waits or stamps takes a `Clock`, so that tests own time. */
export interface Clock {
  /** Milliseconds since 1970 UTC. May jump when the machine's clock is set. */
  now(): number;
  /** Calls `callback` once, no sooner than `delayMs` from now. Never keeps the process alive by itself. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  /** Forgets the timer; calling it again, or after it has fired, does nothing. */
  cancel(): void;
}

const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_DELAY_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Milliseconds since the process began; goes on while it is stopped, and is never set. */
export const systemElapsed = (): number => performance.now();

/** How far another clock is ahead of this one, and by how much that may be wrong; in milliseconds. */
export interface ClockSample {
  readonly offsetMs: number;
  readonly errorMs: number;
}

export interface CorrectedClock extends Clock {
  /** Goes by the other clock from now on. */
  correct(sample: ClockSample): void;
}

/**
 * Tells the time of another clock. Stays as it is while a sample does not contradict it, so that slow answers move it to
 * and fro as little as possible.
 */
export function createCorrectedClock(clock: Clock): CorrectedClock {
  let offset = 0;
  return {
    now: () => Math.round(clock.now() + offset),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
    correct({ offsetMs, errorMs }) {
      offset = Math.min(Math.max(offset, offsetMs - errorMs), offsetMs + errorMs);
    },
  };
}

/** Resolves after `delayMs`, or at once when `signal` aborts. */
export function delay(clock: Clock, delayMs: number, signal?: AbortNews): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
