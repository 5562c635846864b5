import { LightAbort, type AbortNews } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

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
  const controller = new LightAbort();
  const endAt = clock.now() + deadlineMs;
  let ended: Deadline['ended'];
  const waiting = new Set<() => void>();
  function end(why: 'timeout' | 'abandoned'): void {
    ended ??= why;
    controller.abort();
    for (const stop of waiting) stop();
  }
  const abandon = (): void => end('abandoned');
  const timer = clock.setTimer(deadlineMs, () => end('timeout'));
  if (caller?.aborted) abandon();
  caller?.addEventListener('abort', abandon, { once: true });

  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    remainingMs: () => Math.max(endAt - clock.now(), 0),
    race(promise) {
      if (ended) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        const stop = (): void => resolve(undefined);
        waiting.add(stop);
        promise.then(resolve, reject);
        promise.then(
          () => waiting.delete(stop),
          () => waiting.delete(stop),
        );
      });
    },
    dispose() {
      timer.cancel();
      caller?.removeEventListener('abort', abandon);
    },
  };
}
