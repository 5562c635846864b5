/** A burst this long is let through, so that a high budget does not need a timer per call. */
const TOLERANCE_MS = 20;

/** Spaces calls out so that a poll group stays in its budget: at most one burst of 20 ms' worth, then evenly. */
export class Pace {
  #freeAt = 0;

  constructor(private requestsPerSecond: number) {}

  set rate(requestsPerSecond: number) {
    this.requestsPerSecond = requestsPerSecond;
  }

  /** When the next call may go; now or earlier means now. */
  nextAt(now: number): number {
    // A clock that was set back must not leave a long wait behind.
    const ahead = this.#freeAt - now;
    return ahead <= TOLERANCE_MS ? now : this.#freeAt;
  }

  /** How many single calls may go now; at least one when one may. */
  room(now: number): number {
    const ahead = Math.max(0, this.#freeAt - now);
    return ahead > TOLERANCE_MS ? 0 : 1 + Math.floor(((TOLERANCE_MS - ahead) * this.requestsPerSecond) / 1000);
  }

  spend(calls: number, now: number): void {
    this.#freeAt = Math.max(this.#freeAt, now) + (calls * 1000) / this.requestsPerSecond;
  }

  shift(byMs: number): void {
    this.#freeAt += byMs;
  }
}
