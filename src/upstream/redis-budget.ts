import type { Redis } from 'ioredis';
import { delay, type Clock } from '../base/clock.js';
import type { Budget, BudgetWish } from './budget.js';
import { createLocalSlots, createRedisSlots, type Slot } from './slots.js';

export interface RedisBudgetOptions {
  readonly account: string;
  readonly service: string;
  readonly requestsPerSecond: number;
  readonly redis: Redis;
  readonly clock: Clock;
  /** How many processes are alive: while Redis is away each keeps to its share. At least 1. */
  readonly replicas: () => number;
}

interface Waiter {
  readonly cost: number;
  waiting: boolean;
  settle(result: 'granted' | 'too-late' | 'aborted'): void;
}

/**
 * One budget for all processes: Redis gives out the slots. A request books the next free one, however far ahead; a poll
 * takes one only when it is free now, so that requests of any replica go before polls of any other. While Redis is away a
 * process spaces its requests by itself, at its share of the rate.
 */
export function createRedisBudget(options: RedisBudgetOptions): Budget {
  const { account, service, requestsPerSecond, redis, clock, replicas } = options;
  const shared = createRedisSlots(redis, `taskgate:budget:${JSON.stringify([account, service])}`);
  const own = createLocalSlots(clock);
  const polls = new Set<Waiter>();
  let servingPolls = false;

  async function ask(cost: number, patienceMs: number): Promise<Slot> {
    const spacingMs = (1_000 / requestsPerSecond) * cost;
    const share = Math.max(replicas(), 1);
    try {
      const slot = await shared.ask(spacingMs, patienceMs);
      if (slot.taken) own.note(spacingMs * share, slot.waitMs);
      return slot;
    } catch {
      return own.ask(spacingMs * share, patienceMs);
    }
  }

  async function book(waiter: Waiter, patienceMs: number): Promise<void> {
    const { taken, waitMs } = await ask(waiter.cost, patienceMs);
    if (!taken) return waiter.settle('too-late');
    if (waitMs > 0) await delay(clock, waitMs);
    if (waiter.waiting) return waiter.settle('granted');
    // The slot is paid for: a poll may have it.
    const [heir] = polls;
    if (heir && heir.cost <= waiter.cost) heir.settle('granted');
  }

  async function servePolls(): Promise<void> {
    if (servingPolls) return;
    servingPolls = true;
    for (let [first] = polls; first; [first] = polls) {
      const { taken, waitMs } = await ask(first.cost, 0);
      if (!taken) await delay(clock, waitMs);
      else if (first.waiting) first.settle('granted');
      else polls.values().next().value?.settle('granted');
    }
    servingPolls = false;
  }

  return {
    requestsPerMinute: requestsPerSecond * 60,
    take({ priority, patienceMs, cost = 1, signal }: BudgetWish) {
      if (signal?.aborted) return Promise.resolve('aborted');
      return new Promise((resolve) => {
        const abort = (): void => waiter.settle('aborted');
        const waiter: Waiter = {
          cost,
          waiting: true,
          settle(result) {
            if (!waiter.waiting) return;
            waiter.waiting = false;
            polls.delete(waiter);
            patience.cancel();
            signal?.removeEventListener('abort', abort);
            resolve(result);
          },
        };
        const patience = clock.setTimer(patienceMs, () => waiter.settle('too-late'));
        signal?.addEventListener('abort', abort, { once: true });
        if (priority === 'request') return void book(waiter, patienceMs);
        polls.add(waiter);
        void servePolls();
      });
    },
  };
}
