import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ManualClock, settle } from '../support/manual-clock.js';
import { startSockets, TASK, TASKS, waitUntil, type HarnessOptions, type SocketHarness } from './socket-harness.js';

describe('a WebSocket', () => {
  let host: SocketHarness;
  const start = async (options?: HarnessOptions): Promise<SocketHarness> => (host = await startSockets(options));
  afterEach(async () => host.close());

  it('serves a stock graphql-ws client: queries, mutations and subscriptions to their end', async () => {
    await start();
    const { id } = await host.gate.tasks.create('a');
    const client = createClient({ url: host.wsUrl, webSocketImpl: WebSocket });
    const results: unknown[] = [];
    for (const query of ['{ hello }', 'mutation { poke }'])
      for await (const result of client.iterate({ query })) results.push(result);
    const seqs: unknown[] = [];
    for await (const { data } of client.iterate<{ taskUpdated: { task: { seq: number } } }>({
      query: TASK,
      variables: { id },
    })) {
      seqs.push(data?.taskUpdated.task.seq);
      if (seqs.length === 1) await host.gate.tasks.change('a', { status: 'SUCCEEDED' });
    }
    expect(results).toEqual([{ data: { hello: 'world' } }, { data: { poke: 'poked' } }]);
    expect(seqs).toEqual([1, 2]);
    await client.dispose();
  });

  it('tells a subscription why it is refused, and stays open', async () => {
    await start();
    const peer = await host.connect();
    await peer.init();
    peer.subscribe('1', '{ nothing }');
    peer.subscribe('2', TASK, { id: 'x', after: 'edited' });
    expect(await peer.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    expect(await peer.next()).toMatchObject({
      id: '2',
      type: 'next',
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    expect(await peer.next()).toEqual({ id: '2', type: 'complete' });
  });

  it('answers pings, with their payload', async () => {
    await start();
    const peer = await host.connect();
    peer.send({ type: 'ping', payload: { a: 1 } });
    peer.send({ type: 'ping' });
    expect([await peer.next(), await peer.next()]).toEqual([{ type: 'pong', payload: { a: 1 } }, { type: 'pong' }]);
  });

  const init = { type: 'connection_init' };
  const subscribe = { id: '1', type: 'subscribe', payload: { query: TASKS } };
  it.each<[string, number, readonly unknown[]]>([
    ['text that is no JSON', 4400, ['{']],
    ['a JSON null', 4400, ['null']],
    ['an unknown type', 4400, [{ type: 'hello' }]],
    ['a message only servers send', 4400, [init, { type: 'connection_ack' }]],
    ['nesting without end', 4400, ['['.repeat(30_000)]],
    ['subscribing before the greeting', 4401, [subscribe]],
    ['refused credentials', 4403, [{ ...init, payload: { authorization: 'bad' } }]],
    ['an id in use', 4409, [init, subscribe, subscribe]],
    ['a long id in use', 4409, [init, ...[0, 1].map(() => ({ ...subscribe, id: 'x'.repeat(500) }))]],
    ['a second greeting', 4429, [init, init]],
    ['a message over 64 KiB', 1009, [{ type: 'ping', payload: { fill: 'x'.repeat(65_536) } }]],
  ])('closes on %s with %i', async (_name, code, messages) => {
    await start();
    const peer = await host.connect();
    const [first, ...rest] = messages;
    if (first === init) await peer.init();
    else peer.send(first);
    for (const message of rest) peer.send(message);
    expect((await peer.closed).code).toBe(code);
  });

  it('takes a message of 64 KiB', async () => {
    await start();
    const peer = await host.connect();
    const frame = JSON.stringify({ type: 'ping', payload: { fill: '' } }).length;
    peer.send({ type: 'ping', payload: { fill: 'x'.repeat(65_536 - frame) } });
    expect((await peer.next()).type).toBe('pong');
  });

  it('closes with 4406 without the subprotocol', async () => {
    await start();
    const peer = await host.connect(null);
    expect((await peer.closed).code).toBe(4406);
  });

  it('answers a refused Origin with 403 in the handshake, as JSON', async () => {
    await start();
    await expect(host.connect('graphql-transport-ws', { origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  it('closes with 4408 when no greeting comes within three seconds', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const peer = await host.connect();
    await waitUntil(() => host.sockets.connections === 1);
    await clock.advance(3_000);
    expect((await peer.closed).code).toBe(4408);
  });

  it('refuses the 101st subscription alone', async () => {
    await start();
    const peer = await host.connect();
    await peer.init();
    for (let id = 0; id <= 100; id++) peer.subscribe(String(id), TASKS);
    expect(await peer.next()).toMatchObject({
      id: '100',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    peer.send({ id: '0', type: 'complete' });
    await waitUntil(() => host.gate.delivery.load().readers === 99);
    peer.subscribe('100', TASKS);
    await waitUntil(() => host.gate.delivery.load().readers === 100);
  });

  it('stops a query whose client lost interest', async () => {
    await start();
    const peer = await host.connect();
    await peer.init();
    peer.subscribe('1', '{ slow }');
    peer.send({ id: '1', type: 'complete' });
    await waitUntil(() => host.operations.aborted.length === 1);
    peer.send({ type: 'ping' });
    expect(await peer.next()).toEqual({ type: 'pong' });
  });

  it('closes with 4403 within five seconds once a token expires or a key is revoked', async () => {
    const clock = new ManualClock();
    await start({ clock, expiresAt: clock.now() + 10_000 });
    const expiring = await host.connect();
    await expiring.init();
    await clock.advance(9_000);
    expect(expiring.socket.readyState).toBe(WebSocket.OPEN);
    await clock.advance(1_000);
    expect((await expiring.closed).code).toBe(4403);

    await host.close();
    await start({ clock });
    const revoked = await host.connect();
    await revoked.init();
    host.valid.clear();
    await clock.advance(4_000);
    expect((await revoked.closed).code).toBe(4403);
  });

  it('finds a dead peer within thirty seconds, and keeps one that answers', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const dead = await host.connect('graphql-transport-ws', { autoPong: false });
    await dead.init();
    const alive = await host.connect();
    await alive.init();
    await clock.advance(13_000);
    await waitUntil(() => alive.socket.readyState === WebSocket.OPEN);
    alive.send({ type: 'pong' });
    alive.send({ type: 'ping' });
    await alive.next();
    await clock.advance(13_000);
    expect((await dead.closed).code).toBe(1006);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('drains: no new sockets, and 1001 for the open ones, spread over the time', async () => {
    const clock = new ManualClock();
    await start({ clock });
    const peers = await Promise.all([1, 2, 3, 4].map(() => host.connect()));
    for (const peer of peers) await peer.init();
    const drained = host.sockets.drain(8_000);
    await expect(host.connect()).rejects.toThrow('503');
    const closed = await peers[0]!.closed;
    expect(host.sockets.connections).toBeGreaterThanOrEqual(3);
    await clock.advance(8_000);
    expect([
      closed.code,
      ...(await Promise.all(peers.slice(1).map((peer) => peer.closed))).map(({ code }) => code),
    ]).toEqual([1001, 1001, 1001, 1001]);
    await drained;
  });

  it('executes and serialises once for equal subscriptions; the first may leave without the other', async () => {
    await start();
    const peers = await Promise.all([host.connect(), host.connect(), host.connect()]);
    for (const [index, peer] of peers.entries()) {
      await peer.init();
      peer.subscribe(`id"${index}`, TASKS);
    }
    await waitUntil(() => host.gate.delivery.load().live === 3);
    await host.gate.tasks.create('a');
    for (const [index, peer] of peers.entries()) {
      expect(await peer.next()).toMatchObject({
        id: `id"${index}`,
        type: 'next',
        payload: { data: { tasksUpdated: { type: 'CHANGED' } } },
      });
    }
    expect(host.operations.renders).toBe(1);
    peers[0].socket.terminate();
    await waitUntil(() => host.gate.delivery.load().live === 2);
    await host.gate.tasks.step('a', 1);
    expect(await peers[1].next()).toMatchObject({ payload: { data: { tasksUpdated: { task: { seq: 2 } } } } });
    expect(await host.gate.metrics.subscribers.get()).toMatchObject({ values: [{ value: 2 }] });
  });

  it('outlives 20,000 pings of a peer that reads no answer', async () => {
    await start();
    const peer = await host.connect();
    await peer.init();
    peer.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { fill: 'x'.repeat(1_000) } });
    for (let count = 0; count < 20_000; count++) peer.socket.send(ping);
    await settle(50);
    const other = await host.connect();
    await other.init();
    peer.socket.resume();
    await waitUntil(() => peer.messages.length === 20_001);
  });
});
