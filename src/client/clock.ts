export interface Timer {
  cancel(): void;
}

/** Time as the client knows it; tests give one of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after `delayMs`. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** A timer takes no longer delay. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
