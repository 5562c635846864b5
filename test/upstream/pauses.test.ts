import { createLocalBudget } from '../../src/upstream/budget.js';
import { ManualClock } from '../support/manual-clock.js';
import { aPoll, aRead, aStart, createClient, failureOf } from './client-under-test.js';
import { json, startServer, type Script, type ScriptedServer } from './scripted-server.js';

describe('a client', () => {
  let clock: ManualClock;
  let server: ScriptedServer;
  let client: ReturnType<typeof createClient>;

  beforeEach(async () => {
    clock = new ManualClock();
    server = await startServer(json(200, {}));
    client = createClient(server.baseUrl, { clock });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
    expect(clock.pendingTimers).toBe(0);
  });

  const date = (ms: number): string => new Date(ms).toUTCString();
  const limited = (headers: Record<string, string>): Script => json(429, { error_code: 'APIGW.0308' }, headers);

  test.each<[string, () => Record<string, string>, number]>([
    ['seconds', () => ({ 'retry-after': '7' }), 7_000],
    ['too many seconds', () => ({ 'retry-after': '86400' }), 300_000],
    ['a date', () => ({ 'retry-after': date(clock.now() + 9_000), date: date(clock.now()) }), 9_000],
    [
      'a date by a clock an hour ahead',
      () => ({ 'retry-after': date(clock.now() + 3_609_000), date: date(clock.now() + 3_600_000) }),
      9_000,
    ],
  ])('obeys a Retry-After of %s', async (_, headers, waitMs) => {
    server.script = limited(headers());
    const error = await failureOf(client.read(aPoll));
    expect(error.details.retryAfterMs).toBe(waitMs);
    expect(client.status()).toMatchObject({ state: 'throttled', pausedUntil: clock.now() + waitMs });

    server.script = json(200, {});
    await clock.advance(waitMs - 1);
    expect(await failureOf(client.read(aPoll))).toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      details: { neverSent: true, retryAfterMs: 1 },
    });
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    await client.read(aPoll);
    expect(client.status()).toMatchObject({ state: 'ok', pausedUntil: null });
  });

  test.each([[{}], [{ 'retry-after': 'soon' }], [{ 'retry-after': '-1' }], [{ 'retry-after': '0' }]])(
    'backs off by itself after %j, longer each time, up to a minute',
    async (headers) => {
      server.script = limited(headers);
      const waits: number[] = [];
      for (let round = 0; round < 8; round++) {
        expect((await failureOf(client.read(aPoll))).details.retryAfterMs).toBeUndefined();
        const wait = (client.status().pausedUntil ?? 0) - clock.now();
        waits.push(wait);
        await clock.advance(wait);
      }
      // Half of the ceiling, as `random` says.
      expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
      server.script = json(200, {});
      await client.read(aPoll);
      server.script = limited({});
      await failureOf(client.read(aPoll));
      expect(client.status().pausedUntil).toBe(clock.now() + 500);
    },
  );

  test('counts those that were throttled together once', async () => {
    server.script = limited({});
    await Promise.all(Array.from({ length: 10 }, () => failureOf(client.read(aPoll))));
    expect(client.status().pausedUntil).toBe(clock.now() + 500);
  });

  test('sends what somebody waits for although polls back off', async () => {
    server.script = limited({});
    await failureOf(client.read(aPoll));
    server.script = json(200, {});
    await client.read(aRead);
    await client.start(aStart);
    expect(server.requests).toHaveLength(3);
  });

  test('sends no read in a pause that the upstream has named; a start is tried', async () => {
    server.script = limited({ 'retry-after': '60' });
    await failureOf(client.read(aPoll));
    server.script = json(200, {});
    expect(await failureOf(client.read(aRead))).toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      details: { neverSent: true, retryAfterMs: 60_000 },
    });
    await client.start(aStart);
    expect(server.requests).toHaveLength(2);
    await clock.advance(60_000);
    await client.read(aRead);
    expect(server.requests).toHaveLength(3);
  });

  test('refuses a request that gets no budget in time, and sends nothing', async () => {
    const budget = createLocalBudget({ requestsPerSecond: 0.01, clock });
    const slow = createClient(server.baseUrl, { clock, budget });
    await slow.read(aRead);
    const refused = failureOf(slow.start(aStart));
    await clock.advance(10_000);
    expect(await refused).toMatchObject({ code: 'UPSTREAM_THROTTLED', details: { neverSent: true } });
    expect(server.requests).toHaveLength(1);
    await slow.close();
  });

  test('tells how many polls wait for the budget, and of no request that does', async () => {
    const budget = createLocalBudget({ requestsPerSecond: 1, clock });
    const paced = createClient(server.baseUrl, { clock, budget });
    server.script = json(200, {});
    const reads = [aPoll, aRead, aPoll, aPoll].map((each) => paced.read(each));
    await clock.advance(0);
    expect(paced.status().waitingPolls).toBe(2);
    await clock.advance(3_000);
    await Promise.all(reads);
    expect(paced.status().waitingPolls).toBe(0);
    await paced.close();
  });

  test('opens its circuit also where connections break within the body', async () => {
    server.script = ({ response }) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a"', () => response.destroy());
    };
    for (let read = 0; read < 10; read++) await failureOf(client.read(aRead));
    expect(client.status().state).toBe('open');
  });

  test('refuses a poll whose turn comes in a pause', async () => {
    const budget = createLocalBudget({ requestsPerSecond: 1, clock });
    const paced = createClient(server.baseUrl, { clock, budget });
    server.script = limited({ 'retry-after': '60' });
    const polls = Promise.all([failureOf(paced.read(aPoll)), failureOf(paced.read(aPoll))]);
    while (paced.status().pausedUntil === null) await clock.advance(0);
    await clock.advance(1_000);
    expect((await polls).map(({ code }) => code)).toEqual(['UPSTREAM_THROTTLED', 'UPSTREAM_THROTTLED']);
    expect(server.requests).toHaveLength(1);
    await paced.close();
  });

  test('opens its circuit in an outage, probes every five seconds, and closes without a burst', async () => {
    const budget = createLocalBudget({ requestsPerSecond: 10, clock });
    const watched = createClient(server.baseUrl, { clock, budget });
    const arrivals: number[] = [];
    const begin = clock.now();
    let healthyAfter = begin + 60_000;
    server.script = (exchange) => {
      arrivals.push(clock.now() - begin);
      (clock.now() >= healthyAfter ? json(200, {}) : json(503, '<html>'))(exchange);
    };
    const pending: Promise<unknown>[] = [];
    for (let step = 0; step < 800; step++) {
      pending.push(watched.read(aPoll).catch(() => undefined));
      await clock.advance(100);
    }
    await clock.advance(60_000);
    await Promise.all(pending);
    healthyAfter = begin;

    const between = (from: number, to: number): number => arrivals.filter((at) => at >= from && at < to).length;
    expect(between(0, 5_000)).toBeLessThan(20);
    expect(between(10_000, 60_000)).toBeLessThanOrEqual(10);
    expect(between(10_000, 60_000)).toBeGreaterThanOrEqual(8);
    expect(between(66_000, 67_000)).toBeLessThanOrEqual(4);
    for (const at of arrivals) expect(between(at, at + 1_000)).toBeLessThanOrEqual(11);
    expect(watched.status()).toMatchObject({ state: 'ok', pausedUntil: null });
    await watched.close();
  });

  test('shows an open circuit, and keeps starts back with certainty', async () => {
    server.script = json(503, '');
    for (let index = 0; index < 10; index++) await failureOf(client.read(aRead));
    expect(client.status()).toMatchObject({ state: 'open', pausedUntil: clock.now() + 5_000 });
    expect((await client.metrics.circuitOpen.get()).values[0]?.value).toBe(1);
    expect(await failureOf(client.start(aStart))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      details: { neverSent: true },
    });
    expect(server.requests).toHaveLength(10);
  });

  test.each<[string, Script]>([
    ['malformed replies', json(200, '<html>')],
    ['throttling', json(429, '')],
    ['refusals', json(400, {})],
    ['unknown ids', json(404, {})],
  ])('keeps its circuit closed for %s', async (_, script) => {
    server.script = script;
    for (let index = 0; index < 30; index++) await failureOf(client.read(aRead));
    expect(server.requests).toHaveLength(30);
    expect(client.status().state).not.toBe('open');
  });

  test('reports its last success, its last error and its rate', async () => {
    const succeededAt = clock.now();
    await client.read(aRead);
    await clock.advance(30_000);
    server.script = json(502, '');
    await failureOf(client.read(aRead));
    expect(client.status()).toEqual({
      state: 'failing',
      requestsPerMinute: 2,
      budgetPerMinute: 600,
      lastSuccessAt: succeededAt,
      lastError: {
        code: 'UPSTREAM_UNAVAILABLE',
        message: 'The upstream answered with a server error',
        at: clock.now(),
        retryable: true,
      },
      pausedUntil: null,
      waitingPolls: 0,
    });
    await clock.advance(30_000);
    expect(client.status().requestsPerMinute).toBe(1);
  });

  test('does not call an upstream failing for one malformed reply', async () => {
    server.script = json(200, '<html>');
    await failureOf(client.read(aRead));
    expect(client.status().state).toBe('ok');
    await failureOf(client.read(aRead));
    await failureOf(client.read(aRead));
    expect(client.status().state).toBe('failing');
  });

  test('names the JSON type with every request, whether or not it has a body', async () => {
    const prefixed = createClient(`${server.baseUrl}/cloud/`, { clock });
    await prefixed.read({ ...aRead, query: { b: 'x y', a: 1, gone: undefined } });
    await prefixed.read({ ...aRead, method: 'DELETE', body: { jobs: [] } });
    expect(server.requests.map(({ method, url, body }) => `${method} ${url} ${String(body)}`)).toEqual([
      'GET /cloud/v1/p/jobs/j?a=1&b=x%20y ',
      'DELETE /cloud/v1/p/jobs/j {"jobs":[]}',
    ]);
    for (const { headers } of server.requests) expect(headers['content-type']).toBe('application/json');
    await prefixed.close();
  });

  test.each([['/v1/../secret'], ['/v1/.'], ['/v1/a?b=c'], ['relative'], ['/v1/a\r\nb']])(
    'sends nothing to the path %j',
    async (path) => {
      expect(await failureOf(client.read({ ...aRead, path }))).toMatchObject({ code: 'UPSTREAM_NOT_FOUND' });
      expect(server.requests).toHaveLength(0);
    },
  );

  test('that was closed sends nothing more', async () => {
    await client.close();
    expect((await failureOf(client.start(aStart))).details.neverSent).toBe(true);
    await failureOf(client.read(aRead));
    expect(server.requests).toHaveLength(0);
  });
});
