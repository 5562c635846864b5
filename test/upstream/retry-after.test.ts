import fc from 'fast-check';
import { parseHttpDate, parseRetryAfter } from '../../src/upstream/retry-after.js';

const NOW = Date.UTC(2026, 10, 24, 1, 44, 2);

describe('Retry-After', () => {
  test.each([
    ['7', 7_000],
    [' 7 ', 7_000],
    ['300', 300_000],
    ['301', 300_000],
    ['99999999999999999999', 300_000],
    ['Tue, 24 Nov 2026 01:44:32 GMT', 30_000],
    ['Tuesday, 24-Nov-26 01:44:32 GMT', 30_000],
    ['Tue Nov 24 01:44:32 2026', 30_000],
    ['Wed, 25 Nov 2026 01:44:32 GMT', 300_000],
  ])('%j is a wait of %d ms', (text, expected) => {
    expect(parseRetryAfter(text, NOW)).toBe(expected);
  });

  test.each([
    ['0'],
    ['-5'],
    ['1.5'],
    ['soon'],
    [''],
    ['5 minutes'],
    ['2026-11-24'],
    ['1e3'],
    ['Tue, 24 Nov 2026 01:43:32 GMT'],
    ['Tue, 31 Feb 2027 01:43:32 GMT'],
    ['Tue, 24 Nov 2026 25:00:00 GMT'],
    ['Tue, 24 Nov 2026 01:44:32 +0000'],
  ])('%j is ignored', (text) => {
    expect(parseRetryAfter(text, NOW)).toBeUndefined();
  });

  test('is within 5 minutes for whatever text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
        ),
        (text) => {
          const wait = parseRetryAfter(text, NOW);
          if (wait === undefined) return;
          expect(wait).toBeGreaterThan(0);
          expect(wait).toBeLessThanOrEqual(300_000);
        },
      ),
    );
  });
});

test('an HTTP date is what JavaScript prints as one', () => {
  const years = { min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(years), (date) => {
      expect(parseHttpDate(date.toUTCString())).toBe(Math.floor(date.getTime() / 1_000) * 1_000);
    }),
  );
});
