import fc from 'fast-check';
import { intervalFor, jittered, staleAfter, type Polling } from '../../src/watch/cadence.js';
import { POLLING, seeded } from './engine.js';

const positive = fc.double({ min: 0.001, max: 1e9, noNaN: true });
const polling = fc.record({ youngMs: positive, watchedMs: positive, unwatchedMs: positive });
const configured = (values: Partial<Polling>): Polling => ({ ...POLLING, ...values });

test('an interval lies between the young and the watched one, whatever they are', () => {
  fc.assert(
    fc.property(polling, fc.double({ min: 0, max: 1e10, noNaN: true }), (values, age) => {
      const interval = intervalFor(age, true, configured(values));
      const [least, most] = [Math.min(values.youngMs, values.watchedMs), Math.max(values.youngMs, values.watchedMs)];
      expect(interval).toBeGreaterThanOrEqual(least * 0.999_999);
      expect(interval).toBeLessThanOrEqual(most * 1.000_001);
    }),
  );
});

test('an interval only grows with age, where the watched one is longer', () => {
  const ages = fc.double({ min: 0, max: 200_000, noNaN: true });
  fc.assert(
    fc.property(ages, ages, (one, other) => {
      const [younger, older] = [Math.min(one, other), Math.max(one, other)];
      expect(intervalFor(younger, true, POLLING)).toBeLessThanOrEqual(intervalFor(older, true, POLLING));
    }),
  );
});

test('a task is young for 30 s, and unwatched at any age', () => {
  expect([0, 15_000, 29_999].map((age) => intervalFor(age, true, POLLING))).toEqual([1000, 1000, 1000]);
  expect([0, 40_000, 1e9].map((age) => intervalFor(age, false, POLLING))).toEqual([30_000, 30_000, 30_000]);
  expect(intervalFor(1e9, true, POLLING)).toBe(10_000);
});

test('jitter only ever shortens, by a twentieth at most', () => {
  fc.assert(
    fc.property(positive, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (interval, random) => {
      expect(jittered(interval, random)).toBeLessThanOrEqual(interval);
      expect(jittered(interval, random)).toBeGreaterThanOrEqual(interval * 0.95 - 1e-9);
    }),
  );
});

test('a task is stale after three intervals, and never before 30 s', () => {
  expect([staleAfter(1), staleAfter(10_000), staleAfter(20_000)]).toEqual([30_000, 30_000, 60_000]);
});

/** Reads a task until its end is seen, as the engine does it: each interval from asking to asking. */
function follow(endsAt: number, watched: boolean, random: () => number) {
  let [at, calls] = [0, 0];
  do {
    at += jittered(intervalFor(at, watched, POLLING), random());
    calls++;
  } while (at < endsAt);
  return { delay: at - endsAt, calls };
}

test.each([
  [3000, 3],
  [40_000, 3],
  [54_000, 3],
  [600_000, 1],
  [7_200_000, 1],
])('a task that ends after about %i ms is found %i times sooner than by a poller with 10 s', (life, factor) => {
  const random = seeded(7);
  const ours = { delay: 0, calls: 0, unwatched: 0 };
  const samples = 2000;
  // Ends spread evenly over some ten seconds, or over a fifth of a short life.
  const spread = Math.min(10_000, life / 5);
  for (let sample = 0; sample < samples; sample++) {
    const endsAt = life + ((sample + 0.5) / samples - 0.5) * spread;
    const watched = follow(endsAt, true, random);
    ours.delay += watched.delay / samples;
    ours.calls += watched.calls / samples;
    ours.unwatched += follow(endsAt, false, random).calls / samples;
  }
  // A poller with a fixed interval and a phase that has nothing to do with the task: half an interval late on average.
  const fixed = { delay: 5000, calls: life / 10_000 + 0.5 };
  if (process.env['TASKGATE_TABLE']) process.stdout.write(`${life} ${JSON.stringify({ ours, fixed })}\n`);
  // Drawn phases leave a hundredth of noise in the mean of a long interval.
  expect(ours.delay * factor).toBeLessThanOrEqual(fixed.delay * (factor > 1 ? 1 : 1.01));
  expect(ours.calls - fixed.calls).toBeLessThanOrEqual(40);
  if (life >= 600_000) expect(ours.unwatched).toBeLessThanOrEqual(fixed.calls / 3 + 1);
});
