import { LightAbort, type AbortNews } from '../base/abort.js';
import type { Clock, Timer } from '../base/clock.js';

/** The end of a call: its time is up, or its caller has gone. */
export interface Deadline {
  readonly signal: AbortNews;
  /** Why it ended; undefined while it has not. */
  readonly ended: 'timeout' | 'abandoned' | undefined;
  remainingMs(): number;
  /** @returns undefined when the deadline ended first; `promise` goes on unheard */
  race<T>(promise: Promise<T>): Promise<T | undefined>;
  dispose(): void;
}

export function createDeadline(clock: Clock, deadlineMs: number, caller: AbortNews | undefined): Deadline {
  return new CallDeadline(clock, deadlineMs, caller);
}

class CallDeadline implements Deadline {
  ended: Deadline['ended'];
  readonly #abort = new LightAbort();
  readonly #endAt: number;
  readonly #timer: Timer;
  readonly #abandon = (): void => this.#end('abandoned');

  constructor(
    private readonly clock: Clock,
    deadlineMs: number,
    private readonly caller: AbortNews | undefined,
  ) {
    this.#endAt = clock.now() + deadlineMs;
    this.#timer = clock.setTimer(deadlineMs, () => this.#end('timeout'));
    if (caller?.aborted) this.#abandon();
    caller?.addEventListener('abort', this.#abandon, { once: true });
  }

  get signal(): AbortNews {
    return this.#abort.signal;
  }

  remainingMs(): number {
    return Math.max(this.#endAt - this.clock.now(), 0);
  }

  race<T>(promise: Promise<T>): Promise<T | undefined> {
    if (this.ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const stop = (): void => resolve(undefined);
      const forget = (): void => this.signal.removeEventListener('abort', stop);
      this.signal.addEventListener('abort', stop);
      promise.then(resolve, reject);
      promise.then(forget, forget);
    });
  }

  dispose(): void {
    this.#timer.cancel();
    this.caller?.removeEventListener('abort', this.#abandon);
  }

  #end(why: 'timeout' | 'abandoned'): void {
    this.ended ??= why;
    this.#abort.abort();
  }
}
