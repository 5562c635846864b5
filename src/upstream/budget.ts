import type { AbortNews } from '../base/abort.js';
import type { Clock, Timer } from '../base/clock.js';
import { dueAt } from './due-at.js';

/**
 * How many requests may be sent to one service of one account. Grants are spaced evenly: what was not used is not
 * saved up. All processes that send for the account draw on the same budget.
 */
export interface Budget {
  readonly requestsPerMinute: number;
  /** Waits for the right to send one request. Takers of priority `request` go before polls, each in order of asking. */
  take(wish: BudgetWish): Promise<'granted' | 'too-late' | 'aborted'>;
}

export interface BudgetWish {
  readonly priority: 'request' | 'poll';
  /** Longest wait, in milliseconds. */
  readonly patienceMs: number;
  /** How many requests' worth is taken; 1 by default. */
  readonly cost?: number;
  readonly signal?: AbortNews | undefined;
}

interface Waiter {
  readonly cost: number;
  settle(result: 'granted' | 'too-late' | 'aborted'): void;
}

/** Timers are late by a millisecond or so; above 50 a second that would eat the budget, so it is made up for. */
const CATCH_UP_BELOW_MS = 20;

/** Clocks tell no less: what is due within the tick goes at once, and counts for the instant at which it was due. */
const TICK_MS = 1;

/** A budget for one process. */
export function createLocalBudget(options: { readonly requestsPerSecond: number; readonly clock: Clock }): Budget {
  const { clock, requestsPerSecond } = options;
  const intervalMs = 1_000 / requestsPerSecond;
  const waiting = { request: new Set<Waiter>(), poll: new Set<Waiter>() };
  let spacingMs = 0;
  let lastAt = -Infinity;
  let timer: Timer | undefined;

  /** 0 when a grant is due. */
  function waitMs(): number {
    const now = clock.now();
    return Math.max(dueAt(lastAt + spacingMs, spacingMs, now) - now, 0);
  }

  function grant(waiter: Waiter): void {
    const now = clock.now();
    const late = now - (lastAt + spacingMs);
    const catchUp = timer !== undefined && intervalMs < CATCH_UP_BELOW_MS && late >= 0 && late < CATCH_UP_BELOW_MS;
    lastAt = catchUp ? now - late : now;
    spacingMs = intervalMs * waiter.cost;
    waiter.settle('granted');
  }

  const nobodyWaits = (): boolean => waiting.request.size === 0 && waiting.poll.size === 0;

  function serve(): void {
    for (;;) {
      const [next] = waiting.request.size > 0 ? waiting.request : waiting.poll;
      const wait = waitMs();
      if (!next || wait > 0) {
        timer?.cancel();
        timer = next && clock.setTimer(wait, serve);
        return;
      }
      grant(next);
    }
  }

  return {
    requestsPerMinute: requestsPerSecond * 60,
    take({ priority, patienceMs, cost = 1, signal }) {
      if (signal?.aborted) return Promise.resolve('aborted');
      const now = clock.now();
      const due = dueAt(lastAt + spacingMs, spacingMs, now);
      if (nobodyWaits() && due - now < TICK_MS) {
        lastAt = Math.max(due, now);
        spacingMs = intervalMs * cost;
        return Promise.resolve('granted');
      }
      return new Promise((resolve) => {
        const abort = (): void => waiter.settle('aborted');
        const waiter: Waiter = {
          cost,
          settle(result) {
            waiting[priority].delete(waiter);
            patience.cancel();
            signal?.removeEventListener('abort', abort);
            resolve(result);
            if (result !== 'granted') serve();
          },
        };
        const patience = clock.setTimer(patienceMs, () => waiter.settle('too-late'));
        signal?.addEventListener('abort', abort, { once: true });
        waiting[priority].add(waiter);
        serve();
      });
    },
  };
}
