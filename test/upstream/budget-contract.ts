import type { Budget } from '../../src/upstream/budget.js';

export interface Grant {
  readonly name: string;
  readonly result: string;
  readonly atMs: number;
}

/** Takes from budgets by the real clock and notes what came, in order. */
export function createTaker() {
  const begin = performance.now();
  const grants: Grant[] = [];
  return {
    grants,
    names: () => grants.map(({ name }) => name),
    async take(budget: Budget, name: string, wish: Partial<Parameters<Budget['take']>[0]> = {}): Promise<void> {
      const result = await budget.take({ priority: 'poll', patienceMs: 60_000, ...wish });
      grants.push({ name, result, atMs: performance.now() - begin });
    },
  };
}

/** When the last grant came, since the taker was made. The first may be noted late on a busy machine, the last never early. */
export function lastAtMs(grants: readonly Grant[]): number {
  return grants.at(-1)?.atMs ?? 0;
}

const INTERVAL_MS = 40;
/** So much of what was lost may be made up for. */
const MADE_UP_MS = 25;

/**
 * What every budget keeps to, by the real clock. `open` gives one process's view of a new budget, of 25 a second
 * by default; whoever made it takes it down. Bounds are one-sided: a busy machine grants later, never sooner.
 */
export function describeBudget(
  name: string,
  open: (wanted: { readonly requestsPerSecond?: number }) => Promise<Budget>,
): void {
  describe(name, () => {
    test('grants at distances, and saves nothing up', async () => {
      const budget = await open({});
      const taker = createTaker();
      await taker.take(budget, 'first');
      await new Promise((resolve) => setTimeout(resolve, 5 * INTERVAL_MS));
      const later = createTaker();
      await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((each) => later.take(budget, each)));
      expect(later.names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
      expect(lastAtMs(later.grants)).toBeGreaterThan(5 * INTERVAL_MS - MADE_UP_MS);
    });

    test('serves requests before polls, each in order', async () => {
      // So slowly that a process which stands still for a moment does not change the order.
      const budget = await open({ requestsPerSecond: 2 });
      const taker = createTaker();
      await Promise.all([
        ...['poll a', 'poll b', 'poll c'].map((each) => taker.take(budget, each)),
        ...['request a', 'request b'].map((each) => taker.take(budget, each, { priority: 'request' })),
      ]);
      const places = ['request a', 'request b', 'poll b', 'poll c'].map((each) => taker.names().indexOf(each));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    });

    test('turns away whoever would have to wait too long', async () => {
      const budget = await open({});
      const taker = createTaker();
      const all = Array.from({ length: 8 }, (_, n) => taker.take(budget, `${n}`, { priority: 'request' }));
      await Promise.all([...all, taker.take(budget, 'hasty', { priority: 'request', patienceMs: 3 * INTERVAL_MS })]);
      expect(taker.grants.find((grant) => grant.name === 'hasty')?.result).toBe('too-late');
      expect(taker.grants.filter(({ result }) => result === 'granted')).toHaveLength(8);
    });

    test('forgets whoever went away, and passes on what they had', async () => {
      const budget = await open({});
      const taker = createTaker();
      const controller = new AbortController();
      const { signal } = controller;
      const all = [
        taker.take(budget, 'first'),
        taker.take(budget, 'poll', { signal }),
        taker.take(budget, 'request', { priority: 'request', signal }),
        taker.take(budget, 'last'),
      ];
      controller.abort();
      await Promise.all([...all, taker.take(budget, 'late', { signal })]);
      const aborted = taker.grants.filter(({ result }) => result === 'aborted').map((grant) => grant.name);
      expect(aborted.sort()).toEqual(['late', 'poll', 'request']);
      expect(taker.names().indexOf('last')).toBe(4);
    });

    test('a dear request leaves a longer gap behind it', async () => {
      const budget = await open({});
      const taker = createTaker();
      await taker.take(budget, 'dear', { cost: 5 });
      await taker.take(budget, 'next');
      expect(lastAtMs(taker.grants)).toBeGreaterThan(5 * INTERVAL_MS - MADE_UP_MS);
    });
  });
}
