import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import WebSocket from 'ws';
import { parseConfig } from '../../src/config.js';
import { sources } from '../../src/sources/registry.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import {
  AUDIENCE,
  CLIENTS,
  ISSUER,
  keySha256,
  PLENTY,
  post,
  raw,
  signToken,
  sse,
  TRANSPORTS,
  websocket,
  type Ask,
  type Transport,
} from './access-kit.js';
import { startWorkTime } from '../support/work-time.js';

const VIEWER = '{ viewer { name role accounts } }';
const now = (): number => Math.floor(Date.now() / 1000);
/** The two parts of a token that say who it is, with another signature or none. */
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(TRANSPORTS)('credentials over %s', (name, ask) => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY } });
  });
  afterAll(() => gateway.stop());

  it.each([
    ['a reader’s key', () => 'reader-key', { name: 'reader', role: 'READER', accounts: ['demo'] }],
    ['an operator’s key', () => 'operator-key', { name: 'operator', role: 'OPERATOR', accounts: ['demo'] }],
    ['an admin’s key', () => 'admin-key', { name: 'admin', role: 'ADMIN', accounts: ['demo'] }],
    ['a bare token', () => signToken(), { name: 'someone', role: 'READER', accounts: [] }],
    [
      'a token with claims',
      () => signToken({ taskgate_role: 'operator', taskgate_accounts: ['demo', 'elsewhere'] }),
      { name: 'someone', role: 'OPERATOR', accounts: ['demo'] },
    ],
    ['a token of an admin', () => signToken({ taskgate_role: 'admin' }), { role: 'ADMIN', accounts: ['demo'] }],
    ['a subject that is no text', () => signToken({ sub: { a: 1 } }), { name: 'token', role: 'READER' }],
    ['accounts that are no list', () => signToken({ taskgate_accounts: 'demo' }), { accounts: [] }],
    ['one audience of several', () => signToken({ aud: ['other', AUDIENCE] }), { name: 'someone' }],
  ])('knows %s', async (_what, credential, viewer) => {
    const answer = await ask(gateway, { credential: await credential(), query: VIEWER });
    expect(answer).toMatchObject({ status: name === 'WebSocket' ? null : 200, code: null, data: { viewer } });
  });

  it.each<[string, () => string | undefined | Promise<string>]>([
    ['none', () => undefined],
    ['a wrong key', () => 'reader-kez'],
    ['the hash of a key', () => keySha256('reader-key')],
    ['alg none', () => new UnsecuredJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60 }).encode()],
    ['alg nOnE', () => `${encode({ alg: 'nOnE' })}.${encode({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60 })}.`],
    ['another secret', () => signToken({}, 'another-secret-of-sufficient-length-0')],
    ['HS512, which is not pinned', () => signToken({}, undefined, 'HS512')],
    ['RS256', rs256],
    ['a crit that nobody understands', () => crit()],
    ['an expired token', () => signToken({ exp: now() - 1 })],
    ['a token not yet valid', () => signToken({ nbf: now() + 30 })],
    ['a token without exp', () => signToken({ exp: undefined })],
    ['an exp that is a word', () => signToken({ exp: 'tomorrow' })],
    ['another issuer', () => signToken({ iss: 'https://evil.example.com' })],
    ['no issuer', () => signToken({ iss: undefined })],
    ['another audience', () => signToken({ aud: 'other' })],
    ['no audience', () => signToken({ aud: undefined })],
    ['a role that does not exist', () => signToken({ taskgate_role: 'root' })],
    ['a role out of a prototype', () => signToken({ taskgate_role: 'constructor' })],
    ['a role that is no word', () => signToken({ taskgate_role: ['admin'] })],
    ['a token of 20 KiB', () => signToken({ pad: 'x'.repeat(15_000) })],
    ['no token at all', () => 'a.b.c'],
  ])('refuses %s', async (_what, credential) => {
    const presented = await credential();
    const worked = startWorkTime();
    const answer = await ask(gateway, { credential: presented, query: VIEWER });
    expect(worked()).toBeLessThan(500);
    expect(answer).toMatchObject(
      name === 'WebSocket'
        ? { closeCode: 4403, data: undefined }
        : { status: 401, code: 'UNAUTHENTICATED', data: undefined },
    );
  });

  it('lets the key for metrics ask nothing', async () => {
    const answer = await ask(gateway, { credential: 'metrics-key', query: VIEWER });
    expect(answer).toMatchObject(
      name === 'WebSocket' ? { closeCode: 4403 } : { status: 200, code: 'FORBIDDEN', data: undefined },
    );
  });
});

async function rs256(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, exp: now() + 60 })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(privateKey);
}

async function crit(): Promise<string> {
  const [, payload, signature] = (await signToken()).split('.');
  return `${encode({ alg: 'HS256', crit: ['odd'], odd: 1 })}.${payload}.${signature}`;
}

describe('what a role may do', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY, server: { port: 0 } } });
  });
  afterAll(() => gateway.stop());

  const MUTATION =
    'mutation { unbindLdap(input: { account: "demo", shareId: "s-1" }) { task { id } userErrors { code } } }';
  const NOT_BY_GET: readonly (readonly [string, Transport])[] = [
    ['POST', post],
    ['WebSocket', websocket],
  ];

  it.each(NOT_BY_GET)('lets no reader mutate over %s, and asks nobody upstream', async (_name, ask) => {
    const before = gateway.simulator.control.log().next;
    const answer = await ask(gateway, { credential: 'reader-key', query: MUTATION });
    expect(answer).toMatchObject({ code: 'FORBIDDEN', data: { unbindLdap: null } });
    const { requests } = gateway.simulator.control.log(before);
    expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it.each(NOT_BY_GET)('lets an operator mutate over %s', async (_name, ask) => {
    const answer = await ask(gateway, { credential: 'operator-key', query: MUTATION });
    expect(answer).toMatchObject({ code: null, data: { unbindLdap: { userErrors: [] } } });
  });

  it.each(TRANSPORTS)('lets an admin alone introspect over %s', async (_name, ask) => {
    const query = '{ __schema { queryType { name } } }';
    for (const credential of ['reader-key', 'operator-key']) {
      expect(await ask(gateway, { credential, query })).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    }
    expect(await ask(gateway, { credential: 'admin-key', query })).toMatchObject({ code: null });
  });

  it.each([
    ['nobody', undefined, 401],
    ['a reader', 'reader-key', 403],
    ['an operator', 'operator-key', 403],
    ['the metrics key', 'metrics-key', 200],
    ['an admin', 'admin-key', 200],
  ])('answers %s on /metrics', async (_who, key, status) => {
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
    expect((await raw(gateway.url, { method: 'GET', path: '/metrics', headers })).status).toBe(status);
  });
});

describe('credentials that end', () => {
  const STREAM: Ask = { query: 'subscription { tasksUpdated { cursor } }' };
  let gateway: RunningGateway;
  beforeEach(async () => {
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY } });
  });
  afterEach(() => gateway.stop());

  it('close a socket with 4403 and a stream without complete, within 5 s of the expiry', async () => {
    const exp = now() + 4;
    const credential = await signToken({ exp, taskgate_accounts: ['demo'] });
    const [socket, stream] = await Promise.all([
      websocket(gateway, { ...STREAM, credential }),
      sse(gateway, { ...STREAM, credential }),
    ]);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(Date.now()).toBeLessThan((exp + 5) * 1000);
    expect(socket.closeCode).toBe(4403);
    expect(stream).toMatchObject({ status: 200, code: null });
    expect(stream.text).not.toContain('complete');
    expect(await post(gateway, { credential, query: VIEWER })).toMatchObject({ status: 401 });
  });

  it('are gone within 5 s of a reload that takes a key out, and those of others stay', async () => {
    const others = new WebSocket(gateway.socketUrl, 'graphql-transport-ws');
    const acknowledged = new Promise((resolve) => others.once('message', resolve));
    others.on('open', () =>
      others.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer operator-key' } })),
    );
    await acknowledged;
    const socket = websocket(gateway, { ...STREAM, credential: 'reader-key' });
    const stream = sse(gateway, { ...STREAM, credential: 'reader-key' });
    await post(gateway, { credential: 'reader-key', query: VIEWER });

    const apiKeys = CLIENTS.apiKeys.filter(({ name }) => name !== 'reader');
    const text = JSON.stringify({
      ...plainConfig(gateway),
      clients: { ...CLIENTS, apiKeys },
    });
    const services = sources.map(({ service }) => service);
    await gateway.app.reload(parseConfig(text, `${gateway.folder}/taskgate.yaml`, services, {}));
    const reloadedAt = Date.now();

    expect(await post(gateway, { credential: 'reader-key', query: VIEWER })).toMatchObject({ status: 401 });
    expect((await socket).closeCode).toBe(4403);
    expect((await stream).text).not.toContain('complete');
    expect(Date.now() - reloadedAt).toBeLessThan(5000);
    expect(others.readyState).toBe(WebSocket.OPEN);
    others.terminate();
  });
});

/** The file that the gateway was started with, as far as it is needed again. */
function plainConfig({ config }: RunningGateway) {
  const [account] = config.accounts;
  return {
    server: { port: 0 },
    store: { url: config.store.url },
    limits: PLENTY,
    accounts: [{ ...account, auth: { token: 'demo-token' } }],
  };
}
