import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { FrequentCounter, FrequentHistogram } from '../../src/base/frequent-metrics.js';

const about = { name: 'm', help: 'h', labelNames: ['a', 'b'] as const };
const label = fc.constantFrom('x', 'y', 'x y', '', '200');
const labels = fc.record({ a: label, b: fc.oneof(label, fc.nat(3)) });

async function scraped(registry: Registry): Promise<readonly string[]> {
  return (await registry.metrics()).split('\n').sort();
}

describe('metrics of what happens often', () => {
  it('say what those of prom-client say, however often they are asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(labels, fc.nat(9), fc.boolean())), async (steps) => {
        const [own, theirs] = [new Registry(), new Registry()];
        const counter = new FrequentCounter({ ...about, registers: [own] });
        const expected = new Counter({ ...about, registers: [theirs] });
        for (const [at, by, asked] of steps) {
          counter.inc(at, by);
          expected.inc(at, by);
          if (asked) expect(await scraped(own)).toEqual(await scraped(theirs));
        }
        expect(await scraped(own)).toEqual(await scraped(theirs));
      }),
    );
  });

  it('observe each value, also when there are more than are kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(labels, fc.nat(2_000)), { maxLength: 20 }), async (steps) => {
        const [own, theirs] = [new Registry(), new Registry()];
        const histogram = new FrequentHistogram({ ...about, buckets: [0.5, 1, 2], registers: [own] });
        const expected = new Histogram({ ...about, buckets: [0.5, 1, 2], registers: [theirs] });
        for (const [at, times] of steps) {
          for (let value = 0; value < times; value++) {
            histogram.observe(at, value / 512);
            expected.observe(at, value / 512);
          }
        }
        expect(await scraped(own)).toEqual(await scraped(theirs));
      }),
      { numRuns: 20 },
    );
  });

  it('begin at zero where they are told to, and count by one', async () => {
    const registry = new Registry();
    const counter = new FrequentCounter({ name: 'm', help: 'h', labelNames: ['a'], registers: [registry] });
    counter.inc({ a: 'x' }, 0);
    expect(await scraped(registry)).toContain('m{a="x"} 0');
    counter.inc({ a: 'x' });
    expect(await scraped(registry)).toContain('m{a="x"} 1');
  });

  it('time by what is found out at the end', async () => {
    const histogram = new FrequentHistogram({ name: 'm', help: 'h', labelNames: ['a'], registers: [] });
    const end = histogram.startTimer();
    end({ a: 'x' });
    const { values } = await histogram.get();
    expect(values.find(({ metricName }) => metricName === 'm_count')).toMatchObject({ labels: { a: 'x' }, value: 1 });
  });
});
