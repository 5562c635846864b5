import type { GroupName } from '../store/leases.js';

/**
 * Calls some replica, every few seconds, to look whether a poll group needs a new owner. Only a hint: it may be lost,
 * doubled or late, and it gives no right to anything.
 */
export interface WakeUps {
  /** @param wake settles when the replica has looked; never rejects */
  run(wake: (group: GroupName) => Promise<void>): void;
  /** Sees to it that each of these groups has its wake-ups, now and after they were lost. Never throws. */
  schedule(groups: readonly GroupName[]): void;
  close(): Promise<void>;
}
