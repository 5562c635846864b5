import { createRequestLog } from '../../src/simulator/request-log.js';

const request = {
  ...{ at: 0, service: 'TOY', method: 'GET', route: '/toys', path: '/toys', query: '', projectId: null },
  ...{ means: null, status: 200, faultId: null, requestId: 'r' },
};

describe('the log of requests', () => {
  it('keeps the latest ten thousand and says how many are missing', () => {
    const log = createRequestLog();
    for (let number = 0; number < 25_000; number++) log.add(request);
    const { requests, next, dropped } = log.read(100);
    expect([requests.length, requests[0]?.number, next, dropped]).toEqual([10_000, 15_001, 25_000, 14_900]);
    expect(log.read(24_999).requests.map(({ number }) => number)).toEqual([25_000]);
    expect(log.counters()[0]?.requests).toBe(25_000);
  });

  it('cuts paths of absurd length', () => {
    const log = createRequestLog();
    log.add({ ...request, path: 'x'.repeat(100_000), query: 'y'.repeat(100_000) });
    const [kept] = log.read().requests;
    expect([kept?.path.length, kept?.query.length]).toEqual([2_000, 2_000]);
  });
});
