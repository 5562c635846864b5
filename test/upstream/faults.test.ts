import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Secret } from '../../src/base/secret.js';
import { createFixedToken } from '../../src/upstream/fixed-token.js';
import type { UpstreamErrorCode } from '../../src/upstream/upstream-error.js';
import { aRead, aStart, createClient, failureOf, outcomes } from './client-under-test.js';
import { inTurn, json, rawBytes, startServer, type Script, type ScriptedServer } from './scripted-server.js';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const MIB = 1024 * 1024;

function endless(head: Record<string, string>, chunk: Buffer): Script {
  return ({ response }) => {
    response.writeHead(200, head);
    const push = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', push);
    push();
  };
}

const trickle: Script = ({ response }) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

/** 64 MiB of blanks in less than 100 KiB. */
const bomb = gzipSync(Buffer.alloc(64 * MIB, 0x20));

const UNKNOWN = 'UPSTREAM_UNKNOWN_OUTCOME';
const BAD = 'UPSTREAM_BAD_RESPONSE';

/** Fault, what a read gets, what a start gets. A `refusal` is no error. */
const FAULTS: readonly [string, Script, UpstreamErrorCode, UpstreamErrorCode | 'refusal'][] = [
  ['a reset after the request was taken', ({ socket }) => socket.resetAndDestroy(), 'UPSTREAM_UNAVAILABLE', UNKNOWN],
  ['a connection that is closed without an answer', ({ socket }) => socket.end(), 'UPSTREAM_UNAVAILABLE', UNKNOWN],
  ['headers that never come', () => undefined, 'UPSTREAM_TIMEOUT', UNKNOWN],
  ['headers that never end', rawBytes(HEAD, 'stay'), 'UPSTREAM_TIMEOUT', UNKNOWN],
  ['a body that stops', rawBytes(`${HEAD}content-length: 10\r\n\r\n{"a"`, 'stay'), 'UPSTREAM_TIMEOUT', UNKNOWN],
  ['a body that trickles', trickle, 'UPSTREAM_TIMEOUT', UNKNOWN],
  ['an endless body', endless({}, Buffer.alloc(MIB, 0x20)), BAD, UNKNOWN],
  ['a body of 17 MiB', json(200, `"${'x'.repeat(17 * MIB)}"`), BAD, UNKNOWN],
  ['a gzip bomb', ({ response }) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb), BAD, UNKNOWN],
  [
    'gzip that is none',
    ({ response }) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{}'),
    BAD,
    UNKNOWN,
  ],
  [
    'gzip cut short',
    ({ response }) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}').subarray(0, 12)),
    BAD,
    UNKNOWN,
  ],
  [
    'an unknown encoding',
    ({ response }) => response.writeHead(200, { 'content-encoding': 'zstd, gzip' }).end('{}'),
    BAD,
    UNKNOWN,
  ],
  ['HTML', json(200, '<html>ok</html>'), BAD, UNKNOWN],
  ['JSON cut short', json(200, '{"status":"succ'), BAD, UNKNOWN],
  ['a body shorter than announced', rawBytes(`${HEAD}content-length: 100\r\n\r\n{"a":1}`), BAD, UNKNOWN],
  [
    'a chunked body that breaks off',
    rawBytes(`${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`, 'reset'),
    BAD,
    UNKNOWN,
  ],
  ['bytes that are not UTF-8', ({ response }) => response.end(Buffer.from([0x22, 0xff, 0x22])), BAD, UNKNOWN],
  ['nesting 200,000 deep', json(200, '['.repeat(200_000)), BAD, UNKNOWN],
  ['what is not HTTP', rawBytes('SSH-2.0-OpenSSH_9.6\r\n'), BAD, UNKNOWN],
  ['headers of 300 KiB', rawBytes(`${HEAD}x-big: ${'x'.repeat(300 * 1024)}\r\n\r\n{}`), BAD, UNKNOWN],
  ['a redirect', json(302, {}, { location: '/elsewhere' }), BAD, UNKNOWN],
  ['a 304', ({ response }) => response.writeHead(304).end(), BAD, UNKNOWN],
  ['a 502 of HTML', json(502, '<html>bad gateway</html>'), 'UPSTREAM_UNAVAILABLE', UNKNOWN],
  ['a 500 with a body', json(500, { error_code: 'APIG.9999', error_msg: 'boom' }), 'UPSTREAM_UNAVAILABLE', UNKNOWN],
  [
    'a 504 that breaks off',
    rawBytes('HTTP/1.1 504 X\r\ncontent-length: 9\r\n\r\nx', 'reset'),
    'UPSTREAM_UNAVAILABLE',
    UNKNOWN,
  ],
  ['a 429', json(429, '<html>'), 'UPSTREAM_THROTTLED', 'UPSTREAM_THROTTLED'],
  [
    'a throttle code in a 403',
    json(403, { error_code: 'APIG.0308', error_msg: '' }),
    'UPSTREAM_THROTTLED',
    'UPSTREAM_THROTTLED',
  ],
  ['a throttle code in a 500', json(500, { error_code: 'APIGW.0308' }), 'UPSTREAM_THROTTLED', 'UPSTREAM_THROTTLED'],
  [
    'a throttle code in a 200',
    json(200, { error_code: 'APIGW.0308', error_msg: '', request_id: 'r' }),
    'UPSTREAM_THROTTLED',
    'UPSTREAM_THROTTLED',
  ],
  ['a 401', json(401, { error_code: 'APIGW.0301' }), 'UPSTREAM_AUTH_FAILED', 'UPSTREAM_AUTH_FAILED'],
  ['a 401 of HTML', json(401, '<html>'), 'UPSTREAM_AUTH_FAILED', 'UPSTREAM_AUTH_FAILED'],
  ['a CVR token that ran out', json(403, { error_code: 'CVR.0037' }), 'UPSTREAM_AUTH_FAILED', 'UPSTREAM_AUTH_FAILED'],
  ['a 403', json(403, { error_code: 'CVR.0039' }), 'UPSTREAM_REFUSED', 'refusal'],
  ['a 400', json(400, { errCode: 'SFS.TURBO.0001', errMsg: 'no' }), 'UPSTREAM_REFUSED', 'refusal'],
  ['a 404', json(404, { error_code: 'APIG.3093', error_msg: 'gone' }), 'UPSTREAM_NOT_FOUND', 'refusal'],
  ['an empty 400', json(400, ''), 'UPSTREAM_REFUSED', 'refusal'],
  [
    'a 413 of the front gateway',
    json(413, { error_code: 'APIGW.0201', error_msg: 'too large' }),
    'UPSTREAM_REFUSED',
    'refusal',
  ],
  ['a 400 of HTML', json(400, '<html>bad request</html>'), BAD, UNKNOWN],
  ['a 404 of HTML', json(404, '<html>not found</html>'), BAD, UNKNOWN],
];

const SLOW = /never|stops|trickles/;

describe('an upstream that answers with', () => {
  let server: ScriptedServer;
  let client: ReturnType<typeof createClient>;

  beforeAll(async () => {
    server = await startServer(() => undefined);
  });
  afterAll(() => server.close());

  function use(name: string, script: Script): number {
    server.script = script;
    client = createClient(server.baseUrl, { deadlineMs: SLOW.test(name) ? 1_000 : 5_000 });
    return server.requests.length;
  }
  afterEach(() => client.close());

  test.each(FAULTS)('%s fails a read with its code', async (name, script, code) => {
    const before = use(name, script);
    const error = await failureOf(client.read(aRead));
    expect(error.code).toBe(code);
    expect(error.details.neverSent ?? false).toBe(false);
    expect(server.requests.length - before).toBe(1);
    expect(await outcomes(client.metrics)).toEqual({ [code]: 1 });
  });

  test.each(FAULTS)('%s is told to a start, which is sent once', async (name, script, _, expected) => {
    const before = use(name, script);
    if (expected === 'refusal') {
      expect(await client.start(aStart)).toMatchObject({ type: 'refusal' });
    } else {
      const error = await failureOf(client.start(aStart));
      expect(error.code).toBe(expected);
      expect(error.retryable).toBe(expected === 'UPSTREAM_THROTTLED');
    }
    expect(server.requests.length - before).toBe(1);
  });

  test('good JSON serves both', async () => {
    use('', json(202, { job_id: 'j' }, { 'x-request-id': 'r1' }));
    const expected = { type: 'reply', status: 202, body: { job_id: 'j' }, requestId: 'r1' };
    expect(await client.read(aRead)).toMatchObject(expected);
    expect(await client.start(aStart)).toMatchObject(expected);
    expect(await outcomes(client.metrics)).toEqual({ ok: 2 });
  });

  test('an empty 200 has no body', async () => {
    use('', json(200, ''));
    expect((await client.read(aRead)).body).toBeUndefined();
  });

  test.each(['gzip', 'GZIP'])('honest %s is understood', async (encoding) => {
    use('', ({ response }) => response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync('{"a":1}')));
    expect((await client.read(aRead)).body).toEqual({ a: 1 });
  });

  test('a failed job that mentions a throttle code is a job', async () => {
    use('', json(200, { job_id: 'j', status: 'FAIL', error_code: 'APIGW.0308' }));
    expect((await client.read(aRead)).body).toMatchObject({ status: 'FAIL' });
  });

  test('an error keeps what the upstream said in its details and out of its message', async () => {
    use('', json(400, { error_code: 'BCS.4006005', error_msg: 'canary', request_id: 'r9' }));
    const error = await failureOf(client.read(aRead));
    expect(error.details).toEqual({
      status: 400,
      upstreamCode: 'BCS.4006005',
      upstreamMessage: 'canary',
      upstreamRequestId: 'r9',
    });
    expect(error.message).not.toMatch(/canary|BCS/);
    expect(client.status().lastError?.message).not.toMatch(/canary|BCS/);
  });

  test('a refusal gives the start the words of the upstream', async () => {
    use('', json(400, { errCode: 'SFS.TURBO.0001', errMsg: 'no such server' }));
    expect(await client.start(aStart)).toEqual({
      type: 'refusal',
      status: 400,
      upstreamCode: 'SFS.TURBO.0001',
      message: 'no such server',
    });
  });

  test('its own token quoted is not quoted any further', async () => {
    use('', json(400, { error_msg: 'the token a-token is odd' }));
    expect(await client.start(aStart)).toMatchObject({ message: 'the token [secret] is odd' });
  });

  test('the beginning of a token too long to be quoted in full is taken out as well', async () => {
    const token = 'abcd'.repeat(5_000);
    use('', json(400, { error_msg: `the token ${token} is odd` }));
    const long = createClient(server.baseUrl, { credential: createFixedToken(new Secret(token)) });
    expect(await long.start(aStart)).toMatchObject({ message: 'the token [secret]' });
    await long.close();
  });

  describe('an answer that quotes the credential', () => {
    const token = 'MIIabc/+defghij0123456789klmnop';
    const forms: Readonly<Record<string, string>> = {
      verbatim: token,
      'base64 beside others': Buffer.from(`x:${token}`).toString('base64'),
      hex: Buffer.from(token).toString('hex'),
      percent: encodeURIComponent(token),
      'the beginning': token.slice(0, 20),
    };
    const withToken = () => createClient(server.baseUrl, { credential: createFixedToken(new Secret(token)) });

    test.each(Object.entries(forms))('in the form %s is given without it', async (_name, form) => {
      const quoting = withToken();
      use('', json(200, { job_id: 'j', echo: [`X-Auth-Token: ${form}`], [form]: 1 }, { 'x-request-id': form }));
      const reply = await quoting.read(aRead);
      expect(reply.body).toMatchObject({ job_id: 'j' });
      expect(JSON.stringify(reply)).not.toContain(form);
      use('', json(400, { error_code: form, error_msg: `the token ${form}` }));
      expect(JSON.stringify(await quoting.start(aStart))).not.toContain(form);
      use('', json(500, { error_code: form, error_msg: form }, { 'x-request-id': form }));
      expect(JSON.stringify((await failureOf(quoting.read(aRead))).details)).not.toContain(form);
      await quoting.close();
    });

    test('with escaped letters is given without it', async () => {
      const quoting = withToken();
      use('', json(200, `{"echo":"${token.replaceAll('/', '\\/').replace('M', '\\u004d')}"}`));
      expect((await quoting.read(aRead)).body).toEqual({ echo: '[secret]' });
      await quoting.close();
    });
  });

  test('a redirect elsewhere shows nobody the token', async () => {
    const other = await startServer(json(200, {}));
    try {
      use('', json(307, '', { location: `${other.baseUrl}/take` }));
      await failureOf(client.read(aRead));
      await failureOf(client.start(aStart));
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('nothing any more, once the caller has gone, is no fault of the upstream', async () => {
    const controller = new AbortController();
    use('', () => controller.abort());
    const error = await failureOf(client.read({ ...aRead, signal: controller.signal }));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(client.status()).toMatchObject({ state: 'ok', lastError: null });
  });

  test('a late answer to a start whose caller has gone has an unknown outcome', async () => {
    const controller = new AbortController();
    use('', () => controller.abort());
    const error = await failureOf(client.start({ ...aStart, signal: controller.signal }));
    expect(error.code).toBe(UNKNOWN);
  });
});

describe('an upstream that cannot be reached', () => {
  async function closedPort(): Promise<string> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return `http://127.0.0.1:${port}`;
  }

  test.each([
    ['a refused connection', closedPort],
    ['a name that does not exist', () => Promise.resolve('http://no-such-host.invalid')],
  ])('by %s has certainly got nothing', async (_, baseUrl) => {
    const client = createClient(await baseUrl());
    for (const call of [client.read(aRead), client.start(aStart)]) {
      const error = await failureOf(call);
      expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
      expect(error.retryable).toBe(true);
      expect(error.details.neverSent).toBe(true);
    }
    expect(client.status().state).toBe('failing');
    await client.close();
  });

  test('is given a start again when the first connection failed', async () => {
    const server = await startServer(json(202, { job_id: 'j' }));
    const port = new URL(server.baseUrl).port;
    let asked = 0;
    const client = createClient(server.baseUrl, {
      budget: {
        requestsPerMinute: 600,
        take: async () => {
          if (++asked === 1) await server.close();
          else await server.listen(Number(port));
          return 'granted';
        },
      },
    });
    expect(await client.start(aStart)).toMatchObject({ status: 202 });
    expect(server.requests).toHaveLength(1);
    await client.close();
    await server.close();
  });

  test('because no credential came in time has certainly got nothing', async () => {
    const client = createClient('http://127.0.0.1:1', {
      deadlineMs: 50,
      credential: {
        authorize: () => new Promise(() => undefined),
        renew: () => Promise.resolve(false),
        close: () => Promise.resolve(),
      },
    });
    const error = await failureOf(client.start(aStart));
    expect(error.code).toBe('UPSTREAM_TIMEOUT');
    expect(error.details.neverSent).toBe(true);
    await client.close();
  });
});

describe('a connection that is closed while it is idle', () => {
  test('costs no start its outcome, for each start has a connection of its own', async () => {
    const server = await startServer(inTurn(json(200, {})));
    const client = createClient(server.baseUrl);
    await client.read(aRead);
    const ports = new Set<number>();
    server.script = ({ response, socket }) => {
      ports.add(socket.remotePort ?? 0);
      response.end('{}');
    };
    await client.read(aRead);
    await client.start(aStart);
    await client.start(aStart);
    expect(ports.size).toBe(3);
    await client.close();
    await server.close();
  });
});
