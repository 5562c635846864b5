import { readEach } from '../../src/sources/read-each.js';
import type { TaskRef } from '../../src/sources/source.js';
import type { Reading } from '../../src/task/reading.js';
import { formatTaskId } from '../../src/task/task-id.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { ManualClock, settle } from '../support/manual-clock.js';

const clock = new ManualClock();
const refs: readonly TaskRef[] = Array.from({ length: 20 }, (_, index) => ({
  identity: { service: 'SFS', account: 'a', scope: '', upstreamId: `t${index}` },
  task: null,
}));
const seen: Reading = { type: 'seen', facts: {}, from: 'query', askedAt: 0, answeredAt: 0 };

describe('reading tasks one by one', () => {
  it('has at most eight calls under way, and asks for each task once', async () => {
    const waiting: (() => void)[] = [];
    const asked: string[] = [];
    const reading = readEach(
      refs,
      { priority: 'poll' },
      {
        clock,
        isGone: () => false,
        async readOne({ identity }) {
          asked.push(identity.upstreamId);
          await new Promise<void>((resolve) => waiting.push(resolve));
          return seen;
        },
      },
    );
    await settle();
    expect(asked).toHaveLength(8);
    waiting.shift()!();
    await settle();
    expect(asked).toHaveLength(9);
    while (waiting.length > 0) {
      waiting.shift()!();
      await settle(1);
    }
    expect((await reading).size).toBe(20);
    expect(new Set(asked).size).toBe(20);
  });

  it('makes a reading of every error, stamped with the clock', async () => {
    const errors: unknown[] = [
      new UpstreamError('UPSTREAM_NOT_FOUND', 'none'),
      new UpstreamError('UPSTREAM_THROTTLED', 'later'),
      new TypeError('a bug'),
      'not even an error',
    ];
    const few = refs.slice(0, 4);
    const readings = await readEach(
      few,
      { priority: 'poll' },
      {
        clock,
        isGone: ({ code }) => code === 'UPSTREAM_NOT_FOUND',
        readOne() {
          throw errors.shift();
        },
      },
    );
    const at = clock.now();
    const unusable = {
      code: 'UPSTREAM_BAD_RESPONSE',
      message: 'The upstream answered something that cannot be used',
      at,
      retryable: true,
    };
    expect(few.map(({ identity }) => readings.get(formatTaskId(identity)))).toEqual([
      { type: 'gone', message: 'none', askedAt: at, answeredAt: at },
      { type: 'unread', error: { code: 'UPSTREAM_THROTTLED', message: 'later', at, retryable: true } },
      { type: 'unread', error: unusable },
      { type: 'unread', error: unusable },
    ]);
  });
});
