import { delay, type Clock, type Timer } from '../base/clock.js';
import type { Principal } from '../graphql/principal.js';

const SWEEP_MS = 1_000;
const SPREAD_STEPS = 50;
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

  /** Does something to each of the present members, in some fifty moments spread over `ms`; returns after the last. */
  async spread(ms: number, each: (member: T) => void): Promise<void> {
    const members = [...this.members];
    const steps = Math.min(SPREAD_STEPS, members.length);
    for (let step = 0; step < steps; step++) {
      const from = Math.floor((step * members.length) / steps);
      const to = Math.floor(((step + 1) * members.length) / steps);
      members.slice(from, to).forEach(each);
      if (step < steps - 1) await delay(this.clock, ms / steps);
    }
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
