import type { Clock } from './clock.js';

export interface Pause {
  /** Resolves at its end, or at once when `signal` is aborted. */
  readonly done: Promise<void>;
  end(): void;
}

/** `ms`: Infinity for one that only `end` ends. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Pause {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = Number.isFinite(ms) ? clock.setTimer(ms, () => end()) : undefined;
    end = () => {
      timer?.cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    signal?.addEventListener('abort', end);
  });
  return { done, end: () => end() };
}

/** A signal is aborted from elsewhere: what was read of it before an `await` says nothing. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
