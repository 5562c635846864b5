import { createLocalBudget, type Budget } from '../../src/upstream/budget.js';
import { ManualClock } from '../support/manual-clock.js';

interface Taken {
  readonly name: string;
  readonly at: number;
  readonly result: string;
}

describe('a budget', () => {
  let clock: ManualClock;
  let budget: Budget;
  let taken: Taken[];
  let begin: number;

  beforeEach(() => {
    clock = new ManualClock();
    begin = clock.now();
    budget = createLocalBudget({ requestsPerSecond: 10, clock });
    taken = [];
  });

  function take(name: string, wish: Partial<Parameters<Budget['take']>[0]> = {}): void {
    void budget
      .take({ priority: 'poll', patienceMs: 60_000, ...wish })
      .then((result) => taken.push({ name, at: clock.now() - begin, result }));
  }

  const instants = (): number[] => taken.map(({ at }) => at);
  const names = (): string[] => taken.map(({ name }) => name);

  test('grants at even distances', async () => {
    for (let index = 0; index < 5; index++) take(`poll ${index}`);
    await clock.advance(1_000);
    expect(instants()).toEqual([0, 100, 200, 300, 400]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('does not save up what was not used', async () => {
    await clock.advance(10_000);
    begin = clock.now();
    for (let index = 0; index < 3; index++) take(`poll ${index}`);
    await clock.advance(1_000);
    expect(instants()).toEqual([0, 100, 200]);
  });

  test('serves requests before polls, each in order', async () => {
    take('first');
    take('poll a');
    take('poll b');
    take('request a', { priority: 'request' });
    take('request b', { priority: 'request' });
    await clock.advance(1_000);
    expect(names()).toEqual(['first', 'request a', 'request b', 'poll a', 'poll b']);
  });

  test('turns away who has waited long enough', async () => {
    for (let index = 0; index < 10; index++) take(`request ${index}`, { priority: 'request' });
    take('hasty', { priority: 'request', patienceMs: 250 });
    await clock.advance(2_000);
    expect(taken.find(({ name }) => name === 'hasty')).toEqual({ name: 'hasty', at: 250, result: 'too-late' });
    expect(taken.filter(({ result }) => result === 'granted')).toHaveLength(10);
    expect(clock.pendingTimers).toBe(0);
  });

  test('forgets who went away', async () => {
    const controller = new AbortController();
    take('first');
    take('leaver', { signal: controller.signal });
    take('last');
    controller.abort();
    take('late leaver', { signal: controller.signal });
    await clock.advance(1_000);
    expect(taken.filter(({ result }) => result === 'aborted').map(({ name }) => name)).toEqual([
      'leaver',
      'late leaver',
    ]);
    expect(taken.find(({ name }) => name === 'last')?.at).toBe(100);
    expect(clock.pendingTimers).toBe(0);
  });

  test('makes a costly request hold up those behind it', async () => {
    take('costly', { cost: 4 });
    take('next');
    await clock.advance(1_000);
    expect(instants()).toEqual([0, 400]);
  });

  test('goes on when the clock is set back', async () => {
    take('before');
    clock.jumpTo(clock.now() - 3_600_000);
    begin = clock.now();
    take('after');
    take('last');
    await clock.advance(100);
    expect(names()).toEqual(['before', 'after', 'last']);
    expect(instants().slice(1)).toEqual([0, 100]);
  });

  test('makes up for late timers where requests follow one another quickly, but for nothing else', async () => {
    budget = createLocalBudget({ requestsPerSecond: 1_000, clock });
    take('first');
    take('second');
    take('third');
    take('fourth');
    await clock.advance(0);
    clock.jumpTo(begin + 3);
    await clock.advance(0);
    expect(instants()).toEqual([0, 3, 3, 3]);
    clock.jumpTo(begin + 1_000);
    for (let index = 0; index < 3; index++) take('later');
    await clock.advance(10);
    expect(instants().slice(4)).toEqual([1_000, 1_001, 1_002]);
  });

  test('never grants more in a second than it has, whatever is asked', async () => {
    for (let index = 0; index < 100; index++) take(`poll ${index}`, { priority: index % 3 ? 'poll' : 'request' });
    await clock.advance(11_000);
    const at = instants();
    expect(at).toHaveLength(100);
    for (const from of at) expect(at.filter((one) => one >= from && one < from + 1_000).length).toBeLessThanOrEqual(10);
  });
});
