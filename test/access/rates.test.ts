import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, post, raw, sse, TRANSPORTS, websocket } from './access-kit.js';

const VIEWER = '{ viewer { name } }';
const gatewayWith = (limits: Record<string, number>): Promise<RunningGateway> =>
  startGateway({ config: { clients: CLIENTS, limits } });

describe('what one principal may ask for', () => {
  let gateway: RunningGateway;
  afterEach(() => gateway.stop());

  it.each(TRANSPORTS)('is so many requests a second over %s, and others notice nothing', async (name, ask) => {
    gateway = await gatewayWith({ requestsPerSecond: 3 });
    const answers = await withinASecond(6, () => ask(gateway, { credential: 'reader-key', query: VIEWER }));
    const limited = answers.filter(({ code }) => code === 'RATE_LIMITED');
    expect(limited).toHaveLength(3);
    expect(answers.filter(({ code }) => code === null)).toHaveLength(3);
    for (const { status, text } of limited) {
      expect(status).toBe(name === 'WebSocket' ? null : 429);
      expect(text).toContain('"retryable":true');
    }
    expect(await ask(gateway, { credential: 'operator-key', query: VIEWER })).toMatchObject({ code: null });
  });

  it.each(TRANSPORTS)('is so much cost a second over %s', async (_name, ask) => {
    gateway = await gatewayWith({ costPerSecond: 500 });
    const query = '{ tasks(first: 100) { nodes { id status } } }';
    const answers = await withinASecond(5, () => ask(gateway, { credential: 'reader-key', query }));
    expect(answers.map(({ code }) => code).sort()).toEqual([
      'RATE_LIMITED',
      'RATE_LIMITED',
      'RATE_LIMITED',
      null,
      null,
    ]);
  });

  it('is told when to come again', async () => {
    gateway = await gatewayWith({ requestsPerSecond: 1 });
    const send = () =>
      raw(gateway.url, {
        headers: { authorization: 'Bearer reader-key', 'content-type': 'application/json' },
        body: JSON.stringify({ query: VIEWER }),
      });
    await send();
    const { status, headers } = await send();
    expect([status, headers['retry-after']]).toEqual([429, '1']);
  });

  it('is so many sockets, and one that goes makes room', async () => {
    gateway = await gatewayWith({ socketsPerPrincipal: 1 });
    const first = await greet(gateway);
    expect(await websocket(gateway, { credential: 'reader-key', query: VIEWER })).toMatchObject({ closeCode: 1013 });
    expect(await websocket(gateway, { credential: 'operator-key', query: VIEWER })).toMatchObject({ code: null });
    first.close(1000);
    await new Promise((resolve) => first.once('close', resolve));
    expect(await websocket(gateway, { credential: 'reader-key', query: VIEWER })).toMatchObject({ code: null });
  });

  it('is so many operations at once on one socket', async () => {
    gateway = await gatewayWith({ subscriptionsPerSocket: 2 });
    const socket = await greet(gateway);
    const refused = new Promise<string>((resolve) =>
      socket.on('message', (data: Buffer) => {
        if (data.toString('utf8').includes('"error"')) resolve(data.toString('utf8'));
      }),
    );
    for (const id of ['1', '2', '3']) {
      const payload = { query: 'subscription { tasksUpdated { cursor } }' };
      socket.send(JSON.stringify({ type: 'subscribe', id, payload }));
    }
    expect(JSON.parse(await refused)).toMatchObject({ id: '3', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    socket.terminate();
  });
});

describe('a gateway that goes away', () => {
  it('answers 503 SHUTTING_DOWN with Retry-After, takes no sockets and no streams, and keeps /livez', async () => {
    const gateway = await gatewayWith({});
    // A reader that is sent elsewhere only after a while keeps the gateway in its drain.
    const sockets = await Promise.all([greet(gateway), greet(gateway)]);
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    const closed = gateway.app.close(4_000);
    expect(
      await sse(gateway, { credential: 'reader-key', query: 'subscription { tasksUpdated { cursor } }' }),
    ).toMatchObject({
      status: 503,
      code: 'SHUTTING_DOWN',
    });
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const upgrade = await raw(gateway.url, { method: 'GET', headers });
    expect([upgrade.status, upgrade.headers['retry-after']]).toEqual([503, '5']);
    expect((await raw(gateway.url, { method: 'GET', path: '/readyz' })).status).toBe(503);
    expect((await raw(gateway.url, { method: 'GET', path: '/livez' })).status).toBe(200);
    expect(await post(gateway, { credential: 'reader-key', query: VIEWER })).toMatchObject({ status: 200 });
    expect(await Promise.all(gone)).toEqual([1001, 1001]);
    await closed;
    await gateway.simulator.close();
  });
});

/** So many answers at once; asked for again when the machine took longer than the second that limits count by. */
async function withinASecond<Answer>(count: number, ask: () => Promise<Answer>): Promise<readonly Answer[]> {
  for (;;) {
    const from = performance.now();
    const answers = await Promise.all(Array.from({ length: count }, ask));
    if (performance.now() - from < 1_000) return answers;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function greet({ socketUrl }: RunningGateway): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
  return new Promise((resolve, reject) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer reader-key' } })),
    );
    socket.once('message', () => resolve(socket));
    socket.once('error', reject);
  });
}
