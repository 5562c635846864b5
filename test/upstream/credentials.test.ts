import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { Secret } from '../../src/base/secret.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { verifySignature } from '../../src/simulator/signature.js';
import type { Credential } from '../../src/upstream/credential.js';
import { createFixedToken } from '../../src/upstream/fixed-token.js';
import { createIamCredential, type IamCredentialOptions } from '../../src/upstream/iam-credential.js';
import { createSignatureCredential } from '../../src/upstream/signature-credential.js';
import { ManualClock } from '../support/manual-clock.js';
import { aPoll, aRead, aStart, createClient, failureOf, outcomes } from './client-under-test.js';
import { inTurn, json, startServer, type Script, type ScriptedServer } from './scripted-server.js';

const DAY_MS = 24 * 60 * 60_000;
const instant = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

/** Answers the request number n with the token `token-n`. */
function tokens(clock: Clock, size = 0, validMs = DAY_MS): Script {
  return (exchange) => {
    const token = { issued_at: instant(clock.now()), expires_at: instant(clock.now() + validMs) };
    json(201, { token }, { 'x-subject-token': `token-${exchange.index + 1}`.padEnd(size, 'x') })(exchange);
  };
}

/** A service that takes only one token. */
function accepts(isGood: (token: string) => boolean): Script {
  return (exchange) => {
    const good = isGood(String(exchange.request.headers['x-auth-token']));
    json(good ? 200 : 401, good ? { ok: true } : { error_code: 'APIGW.0301', error_msg: 'bad token' })(exchange);
  };
}

describe('tokens of IAM', () => {
  let iam: ScriptedServer;
  let service: ScriptedServer;
  let clock: ManualClock;
  let credential: Credential;
  let client: ReturnType<typeof createClient>;

  beforeEach(async () => {
    clock = new ManualClock();
    iam = await startServer(tokens(clock));
    service = await startServer(accepts(() => true));
    use();
  });
  afterEach(async () => {
    await Promise.all([client.close(), credential.close(), iam.close(), service.close()]);
    expect(clock.pendingTimers).toBe(0);
  });

  function use(options: Partial<IamCredentialOptions> = {}): void {
    const user = { domain: 'corp', user: 'bot', password: new Secret('canary-password'), projectId: 'p1' };
    credential = createIamCredential({ baseUrl: iam.baseUrl, clock, logger: silentLogger, ...user, ...options });
    client = createClient(service.baseUrl, { clock, credential });
  }

  const shown = (): unknown[] => service.requests.map(({ headers }) => headers['x-auth-token']);

  test('are asked for as the vendor describes', async () => {
    await client.read(aRead);
    const [request] = iam.requests;
    expect(`${request?.method} ${request?.url}`).toBe('POST /v3/auth/tokens?nocatalog=true');
    expect(JSON.parse(String(request?.body))).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { domain: { name: 'corp' }, name: 'bot', password: 'canary-password' } },
        },
        scope: { project: { id: 'p1' } },
      },
    });
    expect(shown()).toEqual(['token-1']);
  });

  test('are asked for once by many calls, and kept', async () => {
    await Promise.all(Array.from({ length: 20 }, () => client.read(aPoll)));
    await clock.advance(DAY_MS - 15 * 60_000 - 1_000);
    await client.read(aPoll);
    expect(iam.requests).toHaveLength(1);
  });

  test('may have 20 KB', async () => {
    iam.script = tokens(clock, 20 * 1024);
    await client.read(aRead);
    expect(String(shown()[0])).toHaveLength(20 * 1024);
  });

  test('are renewed before they end, without making anybody wait', async () => {
    await client.read(aPoll);
    await clock.advance(DAY_MS - 15 * 60_000);
    await client.read(aPoll);
    while (iam.requests.length < 2) await clock.advance(1);
    await clock.advance(1);
    await client.read(aPoll);
    expect(shown().slice(0, 2)).toEqual(['token-1', 'token-1']);
    expect(await credential.authorize({} as never, { skewMs: null })).toMatchObject({ generation: 2 });
  });

  test('serve to their end while IAM is down', async () => {
    await client.read(aPoll);
    iam.script = json(503, { error: { code: 503, message: 'down' } });
    await clock.advance(DAY_MS - 1_000);
    await client.read(aPoll);
    await clock.advance(1_000);
    const error = await failureOf(client.read(aPoll));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.details.neverSent).toBe(true);
    expect(shown()).toEqual(['token-1', 'token-1']);
  });

  test('have their life measured by the clock of IAM', async () => {
    iam.script = (exchange) => {
      const token = { issued_at: '2020-01-04T09:05:22.701000Z', expires_at: '2020-01-05T09:05:22.701000Z' };
      json(201, { token }, { 'x-subject-token': 't' })(exchange);
    };
    await client.read(aPoll);
    await client.read(aPoll);
    expect(iam.requests).toHaveLength(1);
  });

  test('are renewed once for fifty calls that are refused at once', async () => {
    await client.read(aPoll);
    service.script = accepts((token) => token === 'token-2');
    const replies = await Promise.all(Array.from({ length: 50 }, () => client.read(aPoll)));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(iam.requests).toHaveLength(2);
    expect(service.requests).toHaveLength(101);
    expect(await outcomes(client.metrics)).toEqual({ ok: 51, UPSTREAM_AUTH_FAILED: 50 });
    expect(client.status()).toMatchObject({ state: 'ok', lastError: null });
  });

  test('are renewed for a start, which is then sent again', async () => {
    service.script = accepts((token) => token === 'token-2');
    expect(await client.start(aStart)).toMatchObject({ type: 'reply', status: 200 });
    expect(service.requests.map(({ body }) => String(body))).toEqual(['{"a":1}', '{"a":1}']);
  });

  test('are renewed when CVR says that one has run out', async () => {
    service.script = inTurn(json(403, { error_code: 'CVR.0037', error_msg: 'token expired' }), json(200, {}));
    await client.read(aPoll);
    expect(shown()).toEqual(['token-1', 'token-2']);
  });

  test('that are refused again pause the polls, and one a minute tries', async () => {
    service.script = accepts(() => false);
    expect((await failureOf(client.read(aPoll))).code).toBe('UPSTREAM_AUTH_FAILED');
    expect(client.status()).toMatchObject({ state: 'unauthorized', pausedUntil: clock.now() + 60_000 });

    for (let second = 0; second < 119; second++) {
      const polls = Array.from({ length: 5 }, () => failureOf(client.read(aPoll)));
      for (const error of await Promise.all(polls)) expect(error.code).toBe('UPSTREAM_AUTH_FAILED');
      await clock.advance(1_000);
    }
    expect(service.requests).toHaveLength(4);
    expect(iam.requests).toHaveLength(3);

    service.script = accepts(() => true);
    await clock.advance(60_000);
    await client.read(aPoll);
    expect(client.status()).toMatchObject({ state: 'ok', pausedUntil: null });
  });

  test('that IAM refuses to give pause the polls without a storm on IAM', async () => {
    iam.script = json(401, { error: { code: 401, message: 'The username or password is wrong.' } });
    const calls = Array.from({ length: 50 }, () => failureOf(client.read(aPoll)));
    for (const error of await Promise.all(calls)) expect(error.code).toBe('UPSTREAM_AUTH_FAILED');
    for (let index = 0; index < 10; index++) await failureOf(client.start(aStart));
    expect(client.status().state).toBe('unauthorized');
    expect(iam.requests).toHaveLength(1);
    expect(service.requests).toHaveLength(0);
  });

  test('that IAM refuses to give are tried for by a poll after a minute, whatever users ask meanwhile', async () => {
    iam.script = json(401, { error: { code: 401 } });
    await failureOf(client.read(aPoll));
    const due = client.status().pausedUntil;
    for (let second = 0; second < 50; second++) {
      await failureOf(client.read(aRead));
      await clock.advance(1_000);
    }
    expect(client.status().pausedUntil).toBe(due);
  });

  test('without a header are none', async () => {
    iam.script = json(201, { token: {} });
    expect((await failureOf(client.start(aStart))).details.neverSent).toBe(true);
    expect(service.requests).toHaveLength(0);
  });
});

describe('a fixed token', () => {
  test('that is refused is not tried again', async () => {
    const service = await startServer(accepts(() => false));
    const client = createClient(service.baseUrl, { credential: createFixedToken(new Secret('t')) });
    expect((await failureOf(client.read(aPoll))).code).toBe('UPSTREAM_AUTH_FAILED');
    expect(service.requests).toHaveLength(1);
    expect(client.status().state).toBe('unauthorized');
    await client.close();
    await service.close();
  });

  test('that cannot be a header is never sent', async () => {
    const service = await startServer(json(200, {}));
    const client = createClient(service.baseUrl, { credential: createFixedToken(new Secret('a\r\nb: c')) });
    const error = await failureOf(client.start(aStart));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(error.details.neverSent).toBe(true);
    expect(service.requests).toHaveLength(0);
    await client.close();
    await service.close();
  });
});

describe('a signature', () => {
  const KEY = { accessKey: 'AK', secretKey: 'SK' };

  /** The upstream's clock is `ahead()` ahead of the machine's. */
  function verifies(ahead: () => number): Script {
    return (exchange) => {
      const now = systemClock.now() + ahead();
      const verdict = verifySignature(exchange.request, (name) => (name === 'AK' ? KEY : undefined), now);
      json(verdict.ok ? 200 : 401, {}, { date: new Date(now).toUTCString() })(exchange);
    };
  }

  async function run(
    aheadMs: number,
    work: (client: ReturnType<typeof createClient>, service: ScriptedServer) => Promise<void>,
  ) {
    const service = await startServer(verifies(() => aheadMs));
    const warnings: string[] = [];
    const sink = new Writable({ write: (line, _, done) => (warnings.push(String(line)), done()) });
    const credential = createSignatureCredential({
      accessKey: new Secret('AK'),
      secretKey: new Secret('SK'),
      projectId: 'p',
      clock: systemClock,
    });
    const client = createClient(`${service.baseUrl}/prefix`, { credential, logger: pino(sink) });
    try {
      await work(client, service);
    } finally {
      await client.close();
      await service.close();
    }
    return warnings;
  }

  test('is accepted as it comes over the wire', async () => {
    const warnings = await run(0, async (client) => {
      const form = new FormData();
      form.set('is_create_group', 'true');
      form.set('file_name', new Blob(['x'.repeat(100_000)]), 'api.json');
      await client.read({ ...aRead, query: { status: 'Running,Failed', ü: '* ' } });
      await client.read({ ...aRead, method: 'DELETE', body: { jobs: ['1'] } });
      await client.start({ ...aStart, body: form });
      await client.start({ ...aStart, body: { name: 'ü' } });
      expect(Math.abs(client.clockSkewMs() ?? Infinity)).toBeLessThan(3_000);
    });
    expect(warnings).toEqual([]);
  });

  test('is made by the clock of the upstream once ours was found to be wrong', async () => {
    const warnings = await run(20 * 60_000, async (client, service) => {
      await client.read(aPoll);
      await client.read(aPoll);
      await client.start(aStart);
      expect(service.requests).toHaveLength(4);
      expect(client.clockSkewMs()).toBeGreaterThan(19 * 60_000);
    });
    expect(warnings).toHaveLength(1);
    expect(JSON.parse(warnings[0]!)).toMatchObject({ service: 'SFS', account: 'prod' });
  });

  test('is made anew however often the two clocks move apart', async () => {
    await run(0, async (client, service) => {
      let aheadMs = 0;
      service.script = verifies(() => aheadMs);
      for (const hours of [1, -2, 0]) {
        aheadMs = hours * 3_600_000;
        await client.read(aPoll);
        await client.start(aStart);
      }
      expect(service.requests).toHaveLength(9);
    });
  });

  test('that is refused for another reason is not repeated', async () => {
    await run(0, async (client, service) => {
      service.script = json(401, { error_code: 'APIGW.0301' });
      await failureOf(client.read(aPoll));
      expect(service.requests).toHaveLength(1);
      expect(client.status().state).toBe('unauthorized');
    });
  });
});

test('secrets are found in no error and no log line', async () => {
  const lines: string[] = [];
  const logger = pino(
    { level: 'trace' },
    new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }),
  );
  const iam = await startServer(tokens(systemClock, 100));
  const service = await startServer(json(401, { error_msg: 'canary' }));
  const credential = createIamCredential({
    baseUrl: iam.baseUrl,
    clock: systemClock,
    logger,
    domain: 'corp',
    user: 'bot',
    password: new Secret('canary-password'),
    projectId: 'p1',
  });
  const client = createClient(service.baseUrl, { credential, logger });
  const refused = await failureOf(client.read(aRead));
  service.script = ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\nx-echo: canary-password token-1\r\nbroken`);
  const broken = await failureOf(client.read(aRead));
  iam.script = json(500, { error: { message: 'canary-password token-1' } });
  const quoted = Buffer.from('corp:canary-password').toString('base64');
  const strict = await startServer(
    json(403, { error_code: quoted, error_msg: 'canary-password' }, { 'x-request-id': quoted }),
  );
  const other = createIamCredential({
    baseUrl: strict.baseUrl,
    clock: systemClock,
    logger,
    domain: 'corp',
    user: 'bot',
    password: new Secret('canary-password'),
    projectId: 'p1',
  });
  const outside = createClient(service.baseUrl, { credential: other, logger });
  const { details } = await failureOf(outside.read(aRead));
  expect(details.upstreamCode).toBeDefined();
  expect(inspect(details)).not.toContain('canary');
  expect(inspect(details)).not.toContain(quoted);
  await Promise.all([outside.close(), other.close(), strict.close()]);
  const rest = { ...refused.details, upstreamMessage: undefined };
  const seen = inspect([rest, refused.message, refused.stack, broken, { ...client.status() }, lines], { depth: 20 });
  expect(lines.length).toBeGreaterThan(0);
  expect(seen).not.toMatch(/canary|token-\d/);
  await Promise.all([client.close(), credential.close(), iam.close(), service.close()]);
});
