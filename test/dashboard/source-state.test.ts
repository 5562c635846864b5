import { nextReadIn } from '../../src/dashboard/sources/source-state.js';
import { en } from '../../src/dashboard/words/en.js';
import { zh } from '../../src/dashboard/words/zh.js';

const NOW = Date.parse('2026-11-29T08:00:00.000Z');
const inMs = (ms: number): string => new Date(NOW + ms).toISOString();

describe('when a source is read next', () => {
  it.each([
    [null, 'none', '无'],
    [inMs(-3_000), 'now', '马上'],
    [inMs(900), 'now', '马上'],
    [inMs(12_400), 'in 12 s', '12 秒后'],
    [inMs(125_000), 'in 2 min 5 s', '2 分钟 5 秒后'],
  ])('%s is said so: %s, %s', (at, english, chinese) => {
    expect(nextReadIn(at, NOW, en)).toBe(english);
    expect(nextReadIn(at, NOW, zh)).toBe(chinese);
  });
});
