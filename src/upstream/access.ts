import type { Clock } from '../base/clock.js';
import { dueAt } from './due-at.js';

const PROBE_EVERY_MS = 60_000;

/** Whether the upstream accepts the credentials. While it does not, one poll a minute finds out if it does again. */
export interface Access {
  readonly refused: boolean;
  /** When the next poll may try; null while nothing is wrong. */
  readonly probeAt: number | null;
  deny(): void;
  grant(): void;
  /** Takes the one try that is due, if it is: others wait for the next. */
  claimProbe(): void;
}

export function createAccess(clock: Clock, onChange: (refused: boolean) => void): Access {
  let probeAt: number | null = null;
  return {
    get refused() {
      return probeAt !== null;
    },
    get probeAt() {
      return probeAt === null ? null : dueAt(probeAt, PROBE_EVERY_MS, clock.now());
    },
    deny() {
      // Only a poll that takes the try moves the next one on: requests of users must not put it off.
      if (probeAt !== null) return;
      onChange(true);
      probeAt = clock.now() + PROBE_EVERY_MS;
    },
    grant() {
      if (probeAt !== null) onChange(false);
      probeAt = null;
    },
    claimProbe() {
      if (probeAt !== null) probeAt = clock.now() + PROBE_EVERY_MS;
    },
  };
}
