import type { Clock, Timer } from '../base/clock.js';
import type { Principal } from '../graphql/principal.js';

const SWEEP_MS = 1_000;
/** Credentials are looked up in every third sweep: 4403 is promised within 5 s. */
const SWEEPS_PER_LOOKUP = 3;
/** A reader that takes nothing for so long, while something waits, is closed (promise 13). */
const LONGEST_STALL_MS = 30_000;

export interface Swept {
  /** @param lookUp whether credentials are to be looked up, beside their expiry */
  sweep(now: number, lookUp: boolean): void;
}

/** One timer for all sockets of a kind, and none without sockets. */
export class Sweep<T extends Swept> {
  readonly members = new Set<T>();
  #timer: Timer | undefined;
  #round = 0;

  constructor(private readonly clock: Clock) {}

  add(member: T): void {
    this.members.add(member);
    this.#timer ??= this.#plan();
  }

  remove(member: T): void {
    this.members.delete(member);
    if (this.members.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #plan(): Timer {
    return this.clock.setTimer(SWEEP_MS, () => {
      this.#timer = this.#plan();
      this.#round++;
      const now = this.clock.now();
      const lookUp = this.#round % SWEEPS_PER_LOOKUP === 0;
      for (const member of this.members) member.sweep(now, lookUp);
    });
  }
}

export function hasExpired(principal: Principal, now: number, lookUp: boolean): boolean {
  return (principal.expiresAt !== null && now >= principal.expiresAt) || (lookUp && !principal.stillValid());
}

/** Notices a peer that takes nothing of what waits for it. */
export class StallWatch {
  #taken = -1;
  #since = 0;

  /**
   * @param waiting how much waits
   * @param taken grows with what the peer takes, and only with that
   */
  isStalled(now: number, waiting: number, taken: number): boolean {
    if (waiting === 0 || taken !== this.#taken) {
      this.#taken = waiting === 0 ? -1 : taken;
      this.#since = now;
      return false;
    }
    return now - this.#since >= LONGEST_STALL_MS;
  }
}
