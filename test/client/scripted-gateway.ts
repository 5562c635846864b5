import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Subscribed {
  readonly socket: WebSocket;
  readonly id: string;
  readonly after: string | null | undefined;
  /** Sends changes with these numbers; the cursor of one is its number. */
  send(...seqs: readonly number[]): void;
}

/** Speaks the protocol and does what a test tells it to. */
export interface ScriptedGateway {
  readonly url: string;
  /** The payloads of `connection_init`, in order. */
  readonly inits: readonly unknown[];
  /** The ids of subscriptions that were taken back. */
  readonly completed: readonly string[];
  /** The next subscription that nobody has waited for. */
  subscribed(): Promise<Subscribed>;
  /** What is done with each `connection_init` from here on, in place of an answer. */
  onInit(act: ((socket: WebSocket) => void) | null): void;
  close(): Promise<void>;
}

export function changed(seq: number): unknown {
  const task = { id: 'a', seq, done: false, status: 'RUNNING', createdAt: '2026-11-24T08:00:00.000Z', estimate: null };
  return {
    type: 'CHANGED',
    cursor: String(seq),
    at: task.createdAt,
    previousStatus: 'RUNNING',
    resetReason: null,
    task,
  };
}

export async function startScriptedGateway(): Promise<ScriptedGateway> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await once(server, 'listening');
  const inits: unknown[] = [];
  const completed: string[] = [];
  const queue: Subscribed[] = [];
  let waiting: ((subscribed: Subscribed) => void) | undefined;
  let act: ((socket: WebSocket) => void) | null = null;
  const put = (subscribed: Subscribed): void => {
    if (waiting) waiting(subscribed);
    else queue.push(subscribed);
    waiting = undefined;
  };

  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { type, id, payload } = JSON.parse(data.toString()) as {
        type: string;
        id: string;
        payload?: { variables?: { after?: string } };
      };
      if (type === 'connection_init') {
        inits.push(payload);
        if (act) act(socket);
        else socket.send('{"type":"connection_ack"}');
      } else if (type === 'ping') socket.send('{"type":"pong"}');
      else if (type === 'complete') completed.push(id);
      else if (type === 'subscribe') {
        const send = (...seqs: readonly number[]): void => {
          for (const seq of seqs) {
            socket.send(JSON.stringify({ id, type: 'next', payload: { data: { event: changed(seq) } } }));
          }
        };
        put({ socket, id, after: payload?.variables?.after, send });
      }
    });
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    inits,
    completed,
    subscribed() {
      const next = queue.shift();
      return next ? Promise.resolve(next) : new Promise((resolve) => (waiting = resolve));
    },
    onInit(next) {
      act = next;
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
