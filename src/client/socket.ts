import { createClient } from 'graphql-ws';
import type { Clock, Timer } from './clock.js';
import {
  ABNORMAL_CLOSE,
  closeCode,
  IDLE_CLOSE,
  INTERNAL_CLOSE,
  type Transport,
  type TransportEvents,
} from './transport.js';

export interface SocketOptions extends TransportEvents {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  /** Asked for before every connection. */
  readonly credential: () => Promise<string | null>;
  readonly clock: Clock;
  readonly pingMs: number;
  readonly idleCloseMs: number;
}

/** As browsers and `ws` have it. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => OpenedSocket;

interface OpenedSocket {
  send(data: string): void;
  addEventListener(type: 'error', listener: () => void): void;
}

const PONG_WITHIN_MS = 5_000;
const CONNECTED_WITHIN_MS = 10_000;

/** One socket for all subscriptions; graphql-ws speaks the protocol, and tries nothing again by itself. */
export function createSocket(options: SocketOptions): Transport {
  const { clock, pingMs, up, down } = options;
  let socket: OpenedSocket | undefined;
  const readers = new Set<object>();
  let connected = false;
  /** What the end is called while we bring it about; otherwise it has a code of its own. */
  let cutAs: number | undefined;
  let idleTimer: Timer | undefined;
  let heardAt = 0;
  let pingTimer: Timer | undefined;
  /** Runs while a connection or an answer is waited for; at its end nobody is there. */
  let deadline: Timer | undefined;

  const expect = (withinMs: number): void => {
    deadline ??= clock.setTimer(withinMs, () => client.terminate());
  };
  const heard = (): void => {
    heardAt = clock.now();
    if (!connected) return;
    deadline?.cancel();
    deadline = undefined;
  };
  const probe = (): void => {
    if (!connected || deadline) return;
    socket?.send('{"type":"ping"}');
    expect(PONG_WITHIN_MS);
  };
  const planPing = (delayMs: number): void => {
    pingTimer = clock.setTimer(delayMs, () => {
      const restMs = heardAt + pingMs - clock.now();
      if (restMs <= 0) probe();
      planPing(restMs > 0 ? restMs : pingMs);
    });
  };

  const cut = (code: number): void => {
    cutAs = code;
    client.terminate();
    cutAs = undefined;
  };
  const leave = (reader: object): void => {
    if (readers.delete(reader) && readers.size === 0)
      idleTimer = clock.setTimer(options.idleCloseMs, () => cut(IDLE_CLOSE));
  };

  const client = createClient({
    url: options.url,
    webSocketImpl: silentAboutErrors(options.webSocket),
    // It is made for the first subscription. So told, it does not let go of the socket by a timer of its own.
    lazy: false,
    onNonLazyError: () => undefined,
    retryAttempts: 0,
    connectionParams: async () => {
      const authorization = await options.credential();
      return authorization === null ? {} : { authorization };
    },
    on: {
      connecting: () => expect(CONNECTED_WITHIN_MS),
      opened: (opened) => {
        socket = opened as OpenedSocket;
      },
      connected: () => {
        connected = true;
        heard();
        planPing(pingMs);
        up();
      },
      // Whatever comes shows that somebody is there.
      message: heard,
      closed: (event) => {
        connected = false;
        deadline?.cancel();
        deadline = undefined;
        pingTimer?.cancel();
        down(cutAs ?? closeCode(event));
      },
      // Told before the close, so that the sinks would hear of the loss first. What is an Error is ours, of the credential
      // say, and no fault of the socket.
      error: (cause) => cut(cause instanceof Error ? INTERNAL_CLOSE : ABNORMAL_CLOSE),
    },
  });

  return {
    subscribe(query, variables, sink) {
      const reader = {};
      readers.add(reader);
      idleTimer?.cancel();
      const unsubscribe = client.subscribe(
        { query, variables: { ...variables } },
        {
          next: (payload) => sink.next(payload),
          error(cause) {
            leave(reader);
            sink.error(cause);
          },
          complete() {
            leave(reader);
            sink.complete();
          },
        },
      );
      return () => {
        leave(reader);
        unsubscribe();
      };
    },
    probe,
    drop: () => client.terminate(),
    close() {
      readers.clear();
      idleTimer?.cancel();
      client.terminate();
    },
  };
}

/** `ws` throws the error of a socket that is cut while it connects, because graphql-ws no longer listens by then. */
function silentAboutErrors(webSocket: WebSocketConstructor): WebSocketConstructor {
  return class extends webSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('error', () => undefined);
    }
  };
}
