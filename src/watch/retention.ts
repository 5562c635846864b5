import { delay, type Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { START_KEY_LIFE_MS, type TaskStore } from '../store/store.js';

export interface Retention {
  /** How long changes are kept; fractions are allowed. */
  readonly retentionDays: number;
  /** How long finished tasks are kept; fractions are allowed. */
  readonly finishedDays: number;
}

const DAY_MS = 24 * 3600 * 1000;
const LONGEST_ROUND_MS = 60_000;
const SHORTEST_ROUND_MS = 1000;
/** Small steps with a pause between them: trimming must not hold up the writing of readings. */
const ROWS_A_STEP = 1000;
const PAUSE_MS = 50;

/** Lets go of what is older than promised, every minute, until `signal` aborts. Never rejects. */
export async function keepTrimming(
  parts: { readonly store: TaskStore; readonly clock: Clock; readonly logger: Logger },
  { retentionDays, finishedDays }: Retention,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, logger } = parts;
  const shortest = Math.min(retentionDays, finishedDays) * DAY_MS;
  const roundMs = Math.min(LONGEST_ROUND_MS, Math.max(SHORTEST_ROUND_MS, shortest / 10));
  for (await delay(clock, roundMs, signal); !signal.aborted; await delay(clock, roundMs, signal)) {
    try {
      while (await step()) await delay(clock, PAUSE_MS, signal);
    } catch (error) {
      logger.warn({ err: error }, 'old changes could not be trimmed');
    }
  }

  async function step(): Promise<boolean> {
    if (signal.aborted) return false;
    const now = clock.now();
    return store.trim({
      logBefore: now - retentionDays * DAY_MS,
      finishedBefore: now - finishedDays * DAY_MS,
      startsBefore: now - START_KEY_LIFE_MS,
      now,
      limit: ROWS_A_STEP,
    });
  }
}
