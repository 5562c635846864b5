import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import type { OperationParams } from '../../src/graphql/operation.js';
import type { Principal } from '../../src/graphql/principal.js';
import { createEventStreams, type EventStreams } from '../../src/server/event-stream.js';
import { attachWebSockets, type WebSocketOptions, type WebSockets } from '../../src/server/websocket.js';
import { ErrorCode, GatewayError } from '../../src/task/errors.js';
import { startDelivery, type Harness } from '../delivery/harness.js';
import { SmallOperations } from './small-operations.js';

export interface SocketHarness {
  readonly gate: Harness;
  readonly operations: SmallOperations;
  readonly sockets: WebSockets;
  readonly streams: EventStreams;
  readonly server: Server;
  /** Credentials `good` are valid until taken out of this set. */
  readonly valid: Set<string>;
  readonly wsUrl: string;
  readonly httpUrl: string;
  connect(protocol?: string | null, options?: ClientOptions): Promise<Peer>;
  close(): Promise<void>;
}

export interface HarnessOptions extends Partial<Pick<WebSocketOptions, 'limits'>> {
  /** The clock of the transports; that of delivery is always manual. */
  readonly clock?: Clock;
  readonly expiresAt?: number | null;
}

export async function startSockets({
  clock = systemClock,
  limits,
  expiresAt = null,
}: HarnessOptions = {}): Promise<SocketHarness> {
  const gate = await startDelivery();
  const operations = new SmallOperations(gate.delivery);
  const valid = new Set(['good']);
  const principal: Principal = {
    name: 'reader',
    role: 'READER',
    accounts: null,
    expiresAt,
    stillValid: () => valid.has('good'),
  };
  const shared = { operations, clock, logger: silentLogger, metrics: gate.metrics };
  const streams = createEventStreams(shared);
  const server = createServer((request, response) => {
    void paramsOf(request).then((params) => streams.handle(request, response, params, principal));
  });
  const sockets = attachWebSockets({
    ...shared,
    httpServer: server,
    originAllowed: ({ headers }) => headers.origin !== 'https://evil.example',
    authenticate: async (credential) => {
      if (credential === undefined || credential === 'good') return principal;
      throw new GatewayError(ErrorCode.UNAUTHENTICATED, 'No valid credentials');
    },
    ...(limits && { limits }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const wsUrl = `ws://127.0.0.1:${port}/graphql`;
  const peers: Peer[] = [];
  return {
    gate,
    operations,
    sockets,
    streams,
    server,
    valid,
    wsUrl,
    httpUrl: `http://127.0.0.1:${port}/graphql`,
    async connect(protocol = 'graphql-transport-ws', options = {}) {
      const peer = new Peer(new WebSocket(wsUrl, protocol === null ? [] : [protocol], options));
      peers.push(peer);
      await peer.opened;
      return peer;
    },
    async close() {
      for (const peer of peers) peer.socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await waitUntil(() => sockets.connections === 0 && streams.connections === 0);
      expect(gate.delivery.load()).toMatchObject({ readers: 0, live: 0, audiences: 0, statsGroups: 0 });
      expect([sockets.groups, streams.groups]).toEqual([0, 0]);
      await gate.close();
    },
  };
}

async function paramsOf(request: IncomingMessage): Promise<OperationParams> {
  const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
  if (request.method === 'GET') {
    const variables = search.get('variables');
    return {
      query: search.get('query') ?? undefined,
      ...(variables && { variables: JSON.parse(variables) as unknown }),
    };
  }
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return JSON.parse(body) as OperationParams;
}

export type Message = Record<string, unknown> & { readonly type: string };

/** A client that keeps what it got from the moment of its making. */
export class Peer {
  readonly messages: Message[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #taken = 0;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Message));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.opened = new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async next(): Promise<Message> {
    await waitUntil(() => this.messages.length > this.#taken);
    return this.messages[this.#taken++]!;
  }

  async init(payload?: object): Promise<void> {
    this.send({ type: 'connection_init', ...(payload && { payload }) });
    expect(await this.next()).toEqual({ type: 'connection_ack' });
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.send({ id, type: 'subscribe', payload: { query, ...(variables && { variables }) } });
  }
}

/** Less than a test may take, so that it is said what was waited for. */
const PATIENCE_MS = 120_000;

/** Waits for what sockets bring about; a test that waits too long fails. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not within ${PATIENCE_MS} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const TASKS = 'subscription { tasksUpdated { type cursor task { id status seq fill } } }';
export const TASK =
  'subscription($id: ID!, $after: String) { taskUpdated(id: $id, after: $after) { type cursor task { seq status } } }';
