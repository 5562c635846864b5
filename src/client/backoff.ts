export interface Backoff {
  /** Full jitter: anything from nothing to a bound that doubles with every try. */
  next(): number;
  reset(): void;
}

export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

export function createBackoff({ baseMs, capMs, random }: BackoffOptions): Backoff {
  let tries = 0;
  return {
    next() {
      const bound = Math.min(capMs, baseMs * 2 ** tries);
      if (bound < capMs) tries++;
      return random() * bound;
    },
    reset() {
      tries = 0;
    },
  };
}
