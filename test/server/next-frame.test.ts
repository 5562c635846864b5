import { nextFrame } from '../../src/server/next-frame.js';

describe('frames of `next`', () => {
  const text = (tag: string, json: string): string => `{"id":${tag},"type":"next","payload":${json}}`;
  const payloadFor = (length: number): string => `"${'x'.repeat(length - text('"1"', '""').length)}"`;

  it.each([
    [60, '813c'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
    [100_000, '817f00000000000186a0'],
  ])('have the header that a text of %s bytes has', (length, header) => {
    const json = payloadFor(length);
    const expected = Buffer.concat([Buffer.from(header, 'hex'), Buffer.from(text('"1"', json))]);
    expect(nextFrame({ json }, '"1"').equals(expected)).toBe(true);
  });

  it('count bytes, not characters', () => {
    const frame = nextFrame({ json: '"名字"' }, '"ü"');
    expect(frame[1]).toBe(frame.length - 2);
    expect(frame.toString('utf8', 2)).toBe(text('"ü"', '"名字"'));
  });

  it('are made once for equal ids, and carry each its own id and event', () => {
    const [one, other] = [{ json: '1' }, { json: '2' }];
    const first = nextFrame(one, '"a"');
    expect(nextFrame(one, '"a"')).toBe(first);
    const texts = [nextFrame(one, '"b"'), nextFrame(one, '"a"'), nextFrame(other, '"a"')].map((frame) =>
      frame.toString('utf8', 2),
    );
    expect(texts).toEqual([text('"b"', '1'), text('"a"', '1'), text('"a"', '2')]);
    expect(first.toString('utf8', 2)).toBe(text('"a"', '1'));
  });
});
