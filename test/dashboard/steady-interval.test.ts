import { steadyIntervalMs } from '../../src/dashboard/task/steady-interval.js';

const at = (seconds: number): string => new Date(1_764_000_000_000 + seconds * 1000).toISOString();

describe('how often a task is read', () => {
  it.each([
    ['two alike', at(0), at(10), at(20), 10_000],
    ['a little apart, as answers take time', at(0), at(10.4), at(20.2), 9_800],
    ['the next one brought forward', at(0), at(10), at(13), null],
    ['the next one put off', at(0), at(10), at(40), null],
    ['a look that this page missed', at(0), at(20), at(30), null],
    ['every second, less what an answer takes', at(0), at(1), at(1.96), 960],
    ['more often than is worth a word', at(0), at(0.3), at(0.6), null],
    ['a next one that is past', at(0), at(10), at(9), null],
    ['seen once', null, at(10), at(20), null],
    ['never seen', null, null, at(20), null],
    ['no next one', at(0), at(10), null, null],
  ])('%s', (_, before, seen, next, expected) => {
    expect(steadyIntervalMs(before, seen, next)).toBe(expected);
  });
});
