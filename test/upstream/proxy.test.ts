import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { systemClock } from '../../src/base/clock.js';
import { encodeRequest } from '../../src/upstream/outgoing.js';
import { parseProxies, ProxyError } from '../../src/upstream/proxy.js';
import { createTransport, type Transport, type TransportResult } from '../../src/upstream/transport.js';
import { finished } from '../commands/run-taskgate.js';
import { listening, SmallProxy } from './small-proxy.js';

const CERTIFICATE = 'test/upstream/upstream-test.pem';

describe('the proxy of the environment', () => {
  const pem = readFileSync(CERTIFICATE);
  let upstream: Server;
  let upstreamPort: number;
  let proxy: SmallProxy;
  let proxyUrl: string;
  const transports: Transport[] = [];

  beforeEach(async () => {
    upstream = createHttpsServer({ key: pem, cert: pem }, (request, response) => {
      response.end(`seen ${request.headers.host ?? ''} ${request.headers['proxy-authorization'] ?? 'nothing more'}`);
    });
    upstreamPort = await listening(upstream);
    proxy = new SmallProxy(() => upstreamPort);
    proxyUrl = await proxy.listen();
  });
  afterEach(async () => {
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    proxy.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  async function send(
    url: string,
    environment: Record<string, string>,
    connection: 'pooled' | 'fresh' = 'pooled',
  ): Promise<TransportResult> {
    const baseUrl = new URL(url);
    const found = parseProxies(environment)(baseUrl);
    const transport = createTransport({ baseUrl, clock: systemClock, connectTimeoutMs: 5_000, proxy: found });
    transports.push(transport);
    const request = await encodeRequest(baseUrl, {
      method: 'GET',
      path: '/v1/x',
      query: { a: 'b' },
      priority: 'request',
    });
    return transport.send(request, { headers: {}, connection, signal: AbortSignal.timeout(10_000) });
  }

  it('tunnels HTTPS: the proxy sees the host and its own password, the upstream sees neither proxy nor password', async () => {
    const flags = ['--import', '@swc-node/register/esm-register', 'test/upstream/proxied-call.ts'];
    const child = spawn(process.execPath, [...flags, 'https://upstream.test'], {
      env: { ...process.env, HTTPS_PROXY: proxyUrl, NODE_EXTRA_CA_CERTS: CERTIFICATE },
    });
    const { stdout, stderr, code } = await finished(child);
    const answer = JSON.stringify([200, 'seen upstream.test nothing more']);
    expect([code, stdout, stderr]).toEqual([0, `${answer}\n${answer}\n`, expect.not.stringContaining('s3cr')]);
    expect(proxy.asked).toEqual(['CONNECT upstream.test:443', 'CONNECT upstream.test:443']);
    expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from('bot:s3cr@t').toString('base64')}`);
  });

  it.each(['pooled', 'fresh'] as const)(
    'does not send a %s request whose tunnel is refused, and tells the status alone',
    async (connection) => {
      proxy.refusal = 407;
      const result = await send('https://upstream.test:8443', { https_proxy: proxyUrl }, connection);
      expect(result).toMatchObject({ type: 'failure', reason: 'lost', neverSent: true, cause: new Error('PROXY_407') });
      expect(proxy.asked).toEqual(['CONNECT upstream.test:8443']);
      expect(JSON.stringify(result)).not.toContain('s3cr');
    },
  );

  it('does not send a request to an upstream whose certificate is of somebody else', async () => {
    const result = await send('https://upstream.test', { HTTPS_PROXY: proxyUrl });
    expect(result).toMatchObject({ type: 'failure', reason: 'lost', neverSent: true });
  });

  it('does not send a request when the proxy cannot be reached', async () => {
    proxy.close();
    const result = await send('https://upstream.test', { HTTPS_PROXY: proxyUrl }, 'fresh');
    expect(result).toMatchObject({ type: 'failure', reason: 'lost', neverSent: true });
  });

  it.each(['pooled', 'fresh'] as const)('is asked for the whole URL over plain HTTP, %s', async (connection) => {
    const result = await send('http://upstream.test:8080', { HTTP_PROXY: proxyUrl }, connection);
    expect(result).toMatchObject({ type: 'reply', status: 200, body: Buffer.from('for upstream.test:8080') });
    expect(proxy.asked).toEqual(['GET http://upstream.test:8080/v1/x?a=b']);
    expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('bot:s3cr@t').toString('base64')}`]);
  });

  it('is left out for this machine, whatever the environment says', async () => {
    const plain = createHttpServer((_, response) => response.end('direct'));
    const port = await listening(plain);
    const result = await send(`http://127.0.0.1:${port}`, { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl });
    expect(result).toMatchObject({ type: 'reply', body: Buffer.from('direct') });
    expect(proxy.asked).toEqual([]);
    plain.closeAllConnections();
    plain.close();
  });
});

describe('which proxy is taken', () => {
  const environment = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'plain:2' };
  const proxyOf = (url: string, more: Record<string, string> = {}): string | undefined =>
    parseProxies({ ...environment, ...more })(new URL(url))?.origin.host;

  it('goes by the scheme of the target', () => {
    expect(proxyOf('https://a.example')).toBe('secure:1');
    expect(proxyOf('http://a.example')).toBe('plain:2');
    expect(proxyOf('https://a.example', { HTTPS_PROXY: '' })).toBeUndefined();
    expect(proxyOf('https://a.example', { https_proxy: 'http://lower:3' })).toBe('lower:3');
  });

  it.each(['http://localhost:9400', 'http://127.0.0.9:1', 'http://[::1]:9400'])('is none for %s', (url) => {
    expect(proxyOf(url)).toBeUndefined();
  });

  it.each([
    ['example.com', 'https://example.com', true],
    ['example.com', 'https://sfs.example.com', true],
    ['.example.com', 'https://sfs.example.com', true],
    ['*.example.com', 'https://sfs.example.com', true],
    ['example.com', 'https://notexample.com', false],
    ['a.test, EXAMPLE.com b.test', 'https://example.com', true],
    ['example.com:8443', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['10.0.0.1', 'https://10.0.0.1:9', true],
    ['[fd00::1]', 'https://[fd00::1]', true],
    ['*', 'http://anything.test', true],
    ['', 'https://example.com', false],
  ])('with NO_PROXY %s, %s is reached directly: %s', (NO_PROXY, url, direct) => {
    expect(proxyOf(url, { NO_PROXY }) === undefined).toBe(direct);
  });

  it.each(['socks5://bot:hush@proxy:1', 'http://', 'http://bot:hush%@proxy', '::hush::'])(
    'is refused by the name of its variable, without its value: %s',
    (HTTPS_PROXY) => {
      const error = problemOf(() => parseProxies({ HTTPS_PROXY }));
      expect(error).toBeInstanceOf(ProxyError);
      expect(String(error)).toContain('HTTPS_PROXY');
      expect(String(error)).not.toMatch(/hush|bot/);
    },
  );
});

function problemOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
