import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { parseProxies } from '../../src/upstream/proxy.js';
import { serveTaskgate } from '../commands/run-taskgate.js';
import { startGateway } from '../support/start-gateway.js';
import { listening, SmallProxy } from '../upstream/small-proxy.js';
import { startCollector, type Collector } from './collector.js';

const CERTIFICATE = 'test/upstream/upstream-test.pem';
const ISSUER = 'https://upstream.test';
const ACCOUNT = { name: 'a', region: 'cn-north-4', projectId: 'a'.repeat(32), auth: { token: 'hush' } };

/** An issuer and a collector that only the proxy knows the way to. */
describe('through the proxy of the environment', () => {
  const pem = readFileSync(CERTIFICATE);
  let privateKey: CryptoKey;
  let publicKey: JWK;
  let collector: Collector;
  let proxy: SmallProxy;
  let proxyUrl: string;
  let secure: ReturnType<typeof createHttpsServer>;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.endsWith('/jwks.json')) response.end(JSON.stringify({ keys: [{ ...publicKey, kid: 'k' }] }));
    else collector.receive(request, response);
  }

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    privateKey = pair.privateKey;
    publicKey = await exportJWK(pair.publicKey);
    collector = await startCollector();
    secure = createHttpsServer({ key: pem, cert: pem }, answer);
    const port = await listening(secure);
    proxy = new SmallProxy(() => port);
    proxy.forward = answer;
    proxyUrl = await proxy.listen();
  });
  afterAll(async () => {
    proxy.close();
    secure.closeAllConnections();
    secure.close();
    await collector.close();
  });
  beforeEach(() => void proxy.asked.splice(0));

  function configOf(scheme: string) {
    const jwt = { issuer: ISSUER, audience: 'taskgate', jwksUri: `${scheme}://upstream.test/jwks.json` };
    return {
      clients: { jwt },
      tracing: { endpoint: `${scheme}://upstream.test:4318`, serviceName: `by ${scheme}` },
      polling: { discoverSeconds: 0 },
    };
  }

  async function ask(url: string, name: string): Promise<unknown> {
    const claims = { iss: ISSUER, aud: 'taskgate', sub: 'someone', exp: Math.floor(Date.now() / 1000) + 600 };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `query ${name} { __typename }` }),
    });
    return response.json();
  }

  it('an issuer’s keys are read and traces are sent over HTTPS, unseen by it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taskgate-proxied-'));
    writeFileSync(
      join(folder, 'taskgate.yaml'),
      JSON.stringify({ server: { port: 0 }, accounts: [ACCOUNT], ...configOf('https') }),
    );
    const gateway = await serveTaskgate(['--config', join(folder, 'taskgate.yaml')], {
      HTTPS_PROXY: proxyUrl,
      NODE_EXTRA_CA_CERTS: resolve(CERTIFICATE),
    });
    try {
      expect(await ask(gateway.url, 'ByTunnel')).toEqual({ data: { __typename: 'Query' } });
      await collector.wait((spans) => spans.find(({ name }) => name === 'query ByTunnel'));
      expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT upstream.test:443', 'CONNECT upstream.test:4318']));
      expect(collector.text()).not.toContain('proxy-authorization');
    } finally {
      await gateway.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('they are asked for by their whole URLs over plain HTTP', async () => {
    const gateway = await startGateway({ config: configOf('http'), proxyFor: parseProxies({ HTTP_PROXY: proxyUrl }) });
    expect(await ask(gateway.url, 'ByUrl')).toEqual({ data: { __typename: 'Query' } });
    await collector.wait((spans) => spans.find(({ name }) => name === 'query ByUrl'));
    await gateway.stop();
    expect(new Set(proxy.asked)).toEqual(
      new Set(['GET http://upstream.test/jwks.json', 'POST http://upstream.test:4318/v1/traces']),
    );
    expect(new Set(proxy.authorizations)).toEqual(new Set([`Basic ${Buffer.from('bot:s3cr@t').toString('base64')}`]));
  });

  it('a collector that it may not reach loses its spans, and nobody else anything', async () => {
    proxy.refusal = 403;
    const proxyFor = parseProxies({ HTTPS_PROXY: proxyUrl });
    const { tracing } = configOf('https');
    const gateway = await startGateway({ config: { tracing }, proxyFor });
    const dropped = async (): Promise<number> => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/taskgate_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(text)?.[1]);
    };
    while ((await dropped()) === 0) expect(await gateway.query('{ __typename }')).toMatchObject({ status: 200 });
    await gateway.stop();
    proxy.refusal = undefined;
  });
});
