import fc from 'fast-check';
import { formatCursor, parseCursor } from '../../src/delivery/cursor.js';

const cursors = fc.record({
  epoch: fc.string({ minLength: 1, maxLength: 40 }),
  point: fc.record({ position: fc.maxSafeNat(), mark: fc.maxSafeNat() }),
  snapshotDue: fc.boolean(),
});

describe('a cursor', () => {
  it('reads back as what it was made of, for whatever store', () => {
    fc.assert(fc.property(cursors, (cursor) => expect(parseCursor(formatCursor(cursor))).toEqual(cursor)));
  });

  it('is no cursor once a character is edited, added or cut off', () => {
    fc.assert(
      fc.property(cursors, fc.nat(), fc.constantFrom('A', 'b', '_', '0', ' ', '='), (cursor, at, char) => {
        const text = formatCursor(cursor);
        const index = at % text.length;
        const edited = text.slice(0, index) + char + text.slice(index + 1);
        expect(parseCursor(text.slice(0, index))).toBeUndefined();
        expect(parseCursor(text + char)).toBeUndefined();
        if (edited !== text) expect(parseCursor(edited)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['any text', 'not a cursor'],
    ['a number', '-1'],
    ['a huge text', 'A'.repeat(100_000)],
    ['a page cursor', Buffer.from('["2026-01-01",1]').toString('base64url')],
  ])('is not %s', (_name, text) => {
    expect(parseCursor(text)).toBeUndefined();
  });

  it('is not made of arbitrary text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 600 }), (text) => expect(parseCursor(text)).toBeUndefined()));
  });
});
