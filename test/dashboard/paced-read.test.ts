import { TaskgateError } from '../../src/client/index.js';
import { createPacedRead } from '../../src/dashboard/board/paced-read.js';
import { ManualClock } from '../support/manual-clock.js';

describe('a paced read', () => {
  const clock = new ManualClock(0);
  let reads: number[];
  let fails: readonly Error[];
  const start = () =>
    createPacedRead(() => {
      const failure = fails[reads.push(clock.now()) - 1];
      return failure === undefined ? Promise.resolve() : Promise.reject(failure);
    }, clock);
  const begun = () => reads.map((at) => at - origin);
  let origin: number;
  beforeEach(() => {
    reads = [];
    fails = [];
    origin = clock.now();
  });

  it('is not put off by a number that moves four times a second, and reads its last move', async () => {
    const read = start();
    for (let moves = 0; moves < 60; moves++) {
      read.ask();
      await clock.advance(250);
    }
    await clock.advance(60_000);
    expect(begun()).toEqual([500, 10_500, 20_500]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('tries again what has failed, less and less often, and not before the gateway wants it', async () => {
    fails = [new Error('no'), new Error('no'), new TaskgateError('RATE_LIMITED', 'no', { retryAfterMs: 50_000 })];
    const read = start();
    read.ask();
    await clock.advance(300_000);
    expect(begun()).toEqual([500, 10_500, 30_500, 80_500]);
  });

  it('ends for good', async () => {
    fails = [new Error('no')];
    const read = start();
    read.ask();
    await clock.advance(1_000);
    read.end();
    read.ask();
    await clock.advance(60_000);
    expect(begun()).toEqual([500]);
    expect(clock.pendingTimers).toBe(0);
  });
});
