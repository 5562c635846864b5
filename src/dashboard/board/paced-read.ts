import { systemClock, type Clock, type Timer } from '../../client/clock.js';
import { TaskgateError } from '../../client/index.js';
import { waitBefore } from '../wait-before.js';

export interface PacedRead {
  /** Something has moved. */
  ask(): void;
  end(): void;
}

/** A number that trembles is looked at once. */
const SETTLES_MS = 500;
/** Thousands of boards may look at the same crowd of changes. */
const EVERY_MS = 10_000;

/**
 * Reads soon after it is asked to, and at most every ten seconds however often that is: the last change is read in any
 * case, and nothing puts a read off. What fails is tried again, less and less often.
 */
export function createPacedRead(read: (signal: AbortSignal) => Promise<void>, clock: Clock = systemClock): PacedRead {
  const controller = new AbortController();
  const { signal } = controller;
  let timer: Timer | undefined;
  let reading = false;
  let asked = false;
  let failures = 0;
  let mayReadAt = -Infinity;

  const readNow = async (): Promise<void> => {
    timer = undefined;
    asked = false;
    reading = true;
    mayReadAt = clock.now() + EVERY_MS;
    try {
      await read(signal);
      failures = 0;
    } catch (cause) {
      asked = true;
      const askedToWait = cause instanceof TaskgateError ? (cause.retryAfterMs ?? 0) : 0;
      mayReadAt = clock.now() + Math.max(waitBefore(failures++), askedToWait);
    }
    reading = false;
    if (asked) ask();
  };
  const ask = (): void => {
    asked = true;
    if (timer || reading || signal.aborted) return;
    timer = clock.setTimer(Math.max(SETTLES_MS, mayReadAt - clock.now()), () => void readNow());
  };
  return {
    ask,
    end() {
      controller.abort();
      timer?.cancel();
    },
  };
}
