import fc from 'fast-check';
import { createCorrectedClock } from '../../src/base/clock.js';
import { ManualClock } from '../support/manual-clock.js';

const offset = fc.integer({ min: -600_000, max: 600_000 });

test('a corrected clock is never further from the other than a sample may be wrong', () => {
  fc.assert(
    fc.property(
      offset,
      fc.array(fc.tuple(fc.nat(2_000), fc.double({ min: -1, max: 1, noNaN: true }))),
      (truth, samples) => {
        const clock = new ManualClock();
        const corrected = createCorrectedClock(clock);
        for (const [errorMs, share] of samples) {
          corrected.correct({ offsetMs: truth + share * errorMs, errorMs });
          expect(Math.abs(corrected.now() - clock.now() - truth)).toBeLessThanOrEqual(2 * errorMs + 0.5);
        }
      },
    ),
  );
});

test('a slow answer that contradicts nothing leaves it as it is', () => {
  const clock = new ManualClock();
  const corrected = createCorrectedClock(clock);
  corrected.correct({ offsetMs: 1_000, errorMs: 2 });
  const before = corrected.now();
  corrected.correct({ offsetMs: 2_500, errorMs: 3_000 });
  expect(corrected.now()).toBe(before);
});

test('its timers go by the same delays', async () => {
  const clock = new ManualClock();
  const corrected = createCorrectedClock(clock);
  corrected.correct({ offsetMs: -600_000, errorMs: 0 });
  let fired = 0;
  corrected.setTimer(100, () => fired++);
  await clock.advance(99);
  expect(fired).toBe(0);
  await clock.advance(1);
  expect(fired).toBe(1);
});
