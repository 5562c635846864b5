import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { ofHttp, raw } from './access-kit.js';

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
