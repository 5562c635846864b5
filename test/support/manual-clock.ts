import type { Clock, Timer } from '../../src/base/clock.js';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. Timers fire in the order they are due. */
export class ManualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const pending: Pending = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, callback };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Timers that have not fired: what a stopped part has left behind. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** When the next timer fires; null when none is set. */
  get nextTimerAt(): number | null {
    return this.#next(Infinity)?.at ?? null;
  }

  /**
   * Moves on by `ms`, firing each timer at its own instant and letting promises settle in between, so that a timer set
   * by what a timer caused fires as well.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      this.#pending.delete(next);
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** Sets the time without firing anything: a machine whose clock was corrected. */
  jumpTo(now: number): void {
    this.#now = now;
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.at > end) continue;
      if (!first || pending.at < first.at || (pending.at === first.at && pending.order < first.order)) first = pending;
    }
    return first;
  }
}

/** Lets everything run that waits for nothing but other promises and immediate callbacks. */
export async function settle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
