import { connect } from 'node:net';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, ofHttp, raw } from './access-kit.js';

const HEADERS = { 'content-type': 'application/json' };
const BODY = JSON.stringify({ query: '{ viewer { name } }' });

describe('without login', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.stop());

  const hosts: readonly (readonly [string, boolean])[] = [
    ['localhost', true],
    ['127.0.0.1:4000', true],
    ['[::1]:4000', true],
    ['evil.example.com', false],
    ['127.0.0.1.evil.example.com', false],
    ['localhost.', false],
    ['localhost@evil.example.com', false],
  ];

  it.each(hosts)('the host %s is served: %s', async (host, served) => {
    const answer = ofHttp(await raw(gateway.url, { headers: { ...HEADERS, host }, body: BODY }));
    expect(answer).toMatchObject(served ? { status: 200, code: null } : { status: 403, code: 'FORBIDDEN' });
    const page = await raw(gateway.url, { method: 'GET', path: '/livez', headers: { host } });
    expect(page.status).toBe(served ? 200 : 403);
    const socket = new WebSocket(gateway.socketUrl, 'graphql-transport-ws', { headers: { host } });
    const opened = await new Promise((resolve) => {
      socket.on('open', () => resolve(true));
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    socket.on('error', () => undefined);
    socket.terminate();
    expect(opened).toBe(served ? true : 403);
  });
});

describe.each([
  ['without login', {}],
  ['with login', { clients: CLIENTS }],
])('what is no HTTP, %s,', (_login, config) => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ config });
  });
  afterAll(() => gateway.stop());

  it.each([
    ['garbage', 'garbage\r\n\r\n', 400],
    ['headers of 40 KB', `GET /graphql HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['CRLF in a path', 'GET /graphql?a=\r\nb HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['no host', 'GET /graphql HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no host on a path that is spelt in another way', 'GET /%67raphql HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['no host on another path', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', 'POST /graphql HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s gets an answer in the shape of GraphQL', async (_what, bytes, status) => {
    const answer = await exchange(gateway, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', retryable: false } }],
    });
  });
});

function exchange({ url }: RunningGateway, bytes: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (data: Buffer) => (text += data.toString('utf8')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}
