import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A subscription that has come, over a socket or as an event stream. */
export interface Subscribed {
  /** The socket that carries it; null: it is an event stream of its own. */
  readonly socket: WebSocket | null;
  readonly id: string;
  readonly after: string | null | undefined;
  /** The Authorization header of an event stream. */
  readonly authorization: string | undefined;
  /** Sends changes with these numbers; the cursor of one is its number. */
  send(...seqs: readonly number[]): void;
  sendEvent(event: unknown): void;
  /** Ends it with a GraphQL error; on an event stream before it has begun. */
  refuse(code: string, extensions?: Record<string, unknown>): void;
  complete(): void;
  /** Cuts what carries it. */
  cut(): void;
}

/** Speaks the protocols and does what a test tells it to. */
export interface ScriptedGateway {
  readonly url: string;
  /** The payloads of `connection_init`, in order. */
  readonly inits: readonly unknown[];
  /** The ids of subscriptions that were taken back. */
  readonly completed: readonly string[];
  /** How many pings were answered or swallowed. */
  readonly pings: number;
  /** How many handshakes were refused. */
  readonly refusedUpgrades: number;
  /** The next subscription that nobody has waited for. */
  subscribed(): Promise<Subscribed>;
  /** What is done with each `connection_init` from here on, in place of an answer. */
  onInit(act: ((socket: WebSocket) => void) | null): void;
  /** What queries are answered with; by default an empty list. */
  onQuery(answer: (variables: Record<string, unknown>) => unknown): void;
  /** As a proxy that knows no WebSocket. */
  refuseUpgrades(): void;
  /** Event streams are refused with 401 unless they bring this. */
  requireAuthorization(value: string): void;
  /** Nothing is answered any more, as by a machine that is gone. */
  fallSilent(): void;
  close(): Promise<void>;
}

export const EPOCH = '2026-11-24T08:00:00.000Z';

export function taskOf(seq: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: 'a', seq, done: false, status: 'RUNNING', createdAt: EPOCH, resource: null, estimate: null, ...changes };
}

/** `cursor` is its number unless `changes` says otherwise. */
export function changed(seq: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'CHANGED',
    cursor: String(seq),
    at: EPOCH,
    previousStatus: 'RUNNING',
    resetReason: null,
    task: taskOf(seq),
    ...changes,
  };
}

export function snapshot(seq: number): Record<string, unknown> {
  return changed(seq, { type: 'SNAPSHOT', previousStatus: null });
}

export function reset(cursor: string): Record<string, unknown> {
  return changed(0, { type: 'RESET', cursor, task: null, previousStatus: null, resetReason: 'TRIMMED' });
}

export function listOf(cursor: string, ...nodes: readonly unknown[]): unknown {
  const pageInfo = { hasNextPage: false, endCursor: null };
  return { tasks: { nodes, pageInfo, totalCount: nodes.length, streamCursor: cursor, sourceErrors: [] } };
}

export async function startScriptedGateway(): Promise<ScriptedGateway> {
  const inits: unknown[] = [];
  const completed: string[] = [];
  const queue: Subscribed[] = [];
  let waiting: ((subscribed: Subscribed) => void) | undefined;
  let act: ((socket: WebSocket) => void) | null = null;
  let answer: (variables: Record<string, unknown>) => unknown = () => listOf('0');
  let pings = 0;
  let upgrades = true;
  let refusedUpgrades = 0;
  let silent = false;
  let required: string | undefined;
  const put = (subscribed: Subscribed): void => {
    if (waiting) waiting(subscribed);
    else queue.push(subscribed);
    waiting = undefined;
  };

  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { type, id, payload } = JSON.parse(data.toString()) as {
        type: string;
        id: string;
        payload?: { variables?: { after?: string } };
      };
      const say = (message: unknown): void => socket.send(JSON.stringify(message));
      if (type === 'ping') pings++;
      if (silent) return;
      if (type === 'connection_init') {
        inits.push(payload);
        if (act) act(socket);
        else say({ type: 'connection_ack' });
      } else if (type === 'ping') say({ type: 'pong' });
      else if (type === 'complete') completed.push(id);
      else if (type === 'subscribe') {
        const sendEvent = (event: unknown): void => say({ id, type: 'next', payload: { data: { event } } });
        put({
          socket,
          id,
          after: payload?.variables?.after,
          authorization: undefined,
          send: (...seqs) => seqs.forEach((seq) => sendEvent(changed(seq))),
          sendEvent,
          refuse: (code, extensions) => say({ id, type: 'error', payload: [errorOf(code, extensions)] }),
          complete: () => say({ id, type: 'complete' }),
          cut: () => socket.terminate(),
        });
      }
    });
  });

  const server = createServer((request, response) => void serve(request, response));
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { variables = {} } = JSON.parse(await text(request)) as { variables?: Record<string, unknown> };
    const json = (status: number, body: unknown): void => {
      const later = status === 503 ? { 'retry-after': '7' } : {};
      response.writeHead(status, { 'content-type': 'application/json', ...later });
      response.end(JSON.stringify(body));
    };
    const { accept, authorization } = request.headers;
    if (!accept?.includes('text/event-stream')) return json(200, { data: answer(variables) });
    if (required !== undefined && authorization !== required) {
      return json(401, { errors: [errorOf('UNAUTHENTICATED')] });
    }
    const write = (chunk: string): void => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(chunk);
    };
    const sendEvent = (event: unknown): void =>
      write(`event: next\nid: x\ndata: ${JSON.stringify({ data: { event } })}\n\n`);
    const id = String(queue.length);
    response.on('close', () => completed.push(id));
    put({
      socket: null,
      id,
      after: variables['after'] as string | undefined,
      authorization,
      send: (...seqs) => seqs.forEach((seq) => sendEvent(changed(seq))),
      sendEvent,
      refuse: (code, extensions) => json(code === 'OVERLOADED' ? 503 : 200, { errors: [errorOf(code, extensions)] }),
      complete: () => {
        write('event: complete\ndata:\n\n');
        response.end();
      },
      cut: () => response.destroy(),
    });
  }
  server.on('upgrade', (request, socket, head) => {
    if (upgrades) sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
    else {
      refusedUpgrades++;
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    inits,
    completed,
    get pings() {
      return pings;
    },
    get refusedUpgrades() {
      return refusedUpgrades;
    },
    subscribed() {
      const next = queue.shift();
      return next ? Promise.resolve(next) : new Promise((resolve) => (waiting = resolve));
    },
    onInit(next) {
      act = next;
    },
    onQuery(next) {
      answer = next;
    },
    refuseUpgrades() {
      upgrades = false;
    },
    requireAuthorization(value) {
      required = value;
    },
    fallSilent() {
      silent = true;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function errorOf(code: string, extensions: Record<string, unknown> = {}): unknown {
  return { message: `Refused: ${code}`, extensions: { code, retryable: false, ...extensions } };
}
