import { createBackoff } from './backoff.js';
import { createCatchUp } from './catch-up.js';
import { LONGEST_TIMER_MS, type Clock, type Timer } from './clock.js';
import { createCredentials } from './credentials.js';
import { createEventStreams } from './event-streams.js';
import type { Page } from './page.js';
import { pause, type Pause } from './pause.js';
import type { AuthReason } from './query.js';
import { createSocket, type WebSocketConstructor } from './socket.js';
import type { WritableStatus } from './status.js';
import { isRecord } from './taskgate-error.js';
import { ABNORMAL_CLOSE, FORBIDDEN_CLOSE, IDLE_CLOSE, type Sink, type Transport } from './transport.js';

export interface ConnectionOptions {
  readonly url: string;
  readonly socketUrl: string;
  readonly ask: (why: AuthReason) => Promise<string | null>;
  /** Missing where there is none. */
  readonly webSocket: WebSocketConstructor | null | undefined;
  readonly fetch: typeof fetch;
  readonly random: () => number;
  readonly clock: Clock;
  readonly page: Page;
  readonly status: WritableStatus;
  readonly backoff: BackoffBounds;
  readonly pingMs: number;
  readonly idleCloseMs: number;
  readonly hiddenCloseMs: number;
  readonly keepAwake: () => boolean;
  /** Whether the gateway answers a query. Never rejects. */
  readonly answers: () => Promise<boolean>;
  /** Milliseconds since 1970 by the gateway's clock, as far as that is known, and rather late than early. */
  readonly serverNow: () => number;
}

export interface BackoffBounds {
  readonly baseMs: number;
  readonly capMs: number;
}

/** What all followers share. It is opened by the first subscription and never by itself. */
export interface Connection extends Pick<Transport, 'subscribe'> {
  /** Waits until the next try is due; all followers wait together. */
  waitToRetry(leastMs: number, signal: AbortSignal): Promise<void>;
  /** Whether subscriptions go as event streams, because sockets are missing or impossible here. */
  socketless(): boolean;
  /** What is shown is old, whatever the connection says, until what it returns is called. */
  holdCatchingUp(): () => void;
  /** Ends the wait, also one for another credential; looks whether an open connection still is one. */
  retryNow(): void;
  close(): void;
}

/** A connection that lived so long was a good one: the next loss is a new one. */
const HEALTHY_AFTER_MS = 10_000;
/** Whoever shows how many missed changes have come is told in steps, not of every change. */
const TOLD_EVERY_MS = 100;
const GOING_AWAY_CLOSE = 1001;
/** What graphql-ws calls a socket that was cut by us. */
const TERMINATED_CLOSE = 4499;
/** When a gateway drains, its thousands of readers must not come back at once. */
const GOING_AWAY_SPREAD_MS = 5_000;
/** So many sockets in a row must fail before they are open, while queries are answered, to be impossible here. */
const FAILED_SOCKETS = 2;
const IMPOSSIBLE_FOR_MS = 10 * 60_000;

export function createConnection(options: ConnectionOptions): Connection {
  const { status, clock, random, page, webSocket } = options;
  const backoff = createBackoff({ ...options.backoff, random });
  const readers = new Set<object>();
  let socket: Transport | undefined;
  let streams: Transport | undefined;
  let impossibleUntil = webSocket ? 0 : Infinity;
  let failedSockets = 0;
  let connectedAt: number | undefined;
  let telling: Timer | undefined;
  let drained = false;
  /** The connection is made anew by ourselves: the page stays live meanwhile. */
  let silent = false;
  /** Nobody has looked at the page for long. */
  let resting = false;
  let restTimer: Timer | undefined;
  let leavePage: (() => void) | undefined;
  let waiting: Promise<void> | undefined;
  let parked: Pause | undefined;
  let closed = false;

  const drop = (): void => {
    socket?.drop();
    streams?.drop();
  };
  const credentials = createCredentials({
    ask: options.ask,
    clock,
    renewed: () => {
      silent = true;
      drop();
    },
  });
  const catchUp = createCatchUp(clock, () => {
    if (status.get().state === 'catchingUp') status.set(connectedAt === undefined ? 'connecting' : 'live');
  });
  const hear = (reader: object, data: unknown): void => {
    const event = isRecord(data) && isRecord(data['event']) ? data['event'] : {};
    // Counts, which have no past, are always of now.
    const at = typeof event['at'] === 'string' ? Date.parse(event['at']) : Infinity;
    catchUp.heard(reader, event['cursor'], at);
    telling ??= clock.setTimer(TOLD_EVERY_MS, () => {
      telling = undefined;
      if (status.get().state === 'catchingUp') status.set('catchingUp', null, catchUp.missed);
    });
  };
  const holdCatchingUp = (): (() => void) => {
    const reader = {};
    catchUp.hold(reader);
    if (status.get().state === 'live') status.set('catchingUp');
    return () => catchUp.settle(reader);
  };

  const up = (): void => {
    if (closed) return;
    credentials.accepted();
    failedSockets = 0;
    if (connectedAt !== undefined) return;
    connectedAt = clock.now();
    silent = false;
    resting = false;
    if (status.get().state === 'unauthorised') parked?.end();
    if (status.get().lostAt !== null) catchUp.begin(readers, options.serverNow());
    status.set(catchUp.over ? 'live' : 'catchingUp');
    if (page.hidden()) planRest();
  };
  const down = (code: number | undefined): void => {
    if (connectedAt !== undefined && clock.now() - connectedAt >= HEALTHY_AFTER_MS) backoff.reset();
    connectedAt = undefined;
    drained = code === GOING_AWAY_CLOSE;
    if (code === FORBIDDEN_CLOSE) credentials.refused();
    credentials.lost();
    const { state } = status.get();
    if (silent || closed || (state !== 'live' && state !== 'catchingUp')) return;
    if (code !== IDLE_CLOSE) status.set('reconnecting');
    else if (catchUp.over) status.set('connecting');
  };
  const socketDown = (code: number | undefined): void => {
    const answered = code !== undefined && code !== ABNORMAL_CLOSE && code !== TERMINATED_CLOSE;
    failedSockets = answered || connectedAt !== undefined ? 0 : failedSockets + 1;
    down(code);
  };

  const socketless = (): boolean => clock.now() < impossibleUntil;
  const carrier = (): Transport => {
    const { url, socketUrl, fetch, pingMs, idleCloseMs } = options;
    const shared = { clock, credential: credentials.next, up };
    if (!webSocket || socketless()) {
      streams ??= createEventStreams({ ...shared, url, fetch, most: page.mostStreams, down });
      return streams;
    }
    socket ??= createSocket({ ...shared, url: socketUrl, webSocket, pingMs, idleCloseMs, down: socketDown });
    return socket;
  };
  const fallsBack = async (): Promise<boolean> => {
    if (socketless() || failedSockets < FAILED_SOCKETS) return false;
    failedSockets = 0;
    if (!(await options.answers())) return false;
    impossibleUntil = clock.now() + IMPOSSIBLE_FOR_MS;
    return true;
  };

  const wake = (): void => {
    parked?.end();
    socket?.probe();
    streams?.probe();
  };
  const planRest = (): void => {
    if (options.hiddenCloseMs > LONGEST_TIMER_MS) return;
    restTimer ??= clock.setTimer(options.hiddenCloseMs, () => {
      restTimer = undefined;
      if (options.keepAwake()) return planRest();
      resting = true;
      parked?.end();
      drop();
    });
  };
  const lookAtPage = (): void => {
    if (page.hidden()) return planRest();
    restTimer?.cancel();
    restTimer = undefined;
    resting = false;
    wake();
  };

  const park = async (ms: number): Promise<void> => {
    parked = pause(clock, ms);
    await parked.done;
    parked = undefined;
  };
  const untilNextTry = async (leastMs: number): Promise<void> => {
    if (silent) {
      // A second failure is no plan of ours any more.
      silent = false;
      return;
    }
    // One subscription alone has failed.
    const release = connectedAt !== undefined ? holdCatchingUp() : undefined;
    const fellBack = await fallsBack();
    if (!fellBack && !resting && !credentials.hopeless) {
      const ms = Math.max(leastMs, drained ? random() * GOING_AWAY_SPREAD_MS : backoff.next());
      drained = false;
      if (!release) status.set(page.offline() ? 'offline' : 'reconnecting', clock.now() + ms);
      await park(ms);
    }
    while (!closed && connectedAt === undefined && (resting || credentials.hopeless)) {
      status.set(credentials.hopeless ? 'unauthorised' : 'paused');
      await park(Infinity);
    }
    if (!closed && connectedAt === undefined) status.set('reconnecting');
    release?.();
  };

  return {
    subscribe(document, variables, sink) {
      if (!leavePage) {
        leavePage = page.subscribe(lookAtPage);
        lookAtPage();
      }
      const reader = {};
      readers.add(reader);
      const leave = carrier().subscribe(document, variables, watched(sink, reader));
      return () => {
        readers.delete(reader);
        catchUp.settle(reader);
        leave();
      };
    },
    async waitToRetry(leastMs, signal) {
      waiting ??= untilNextTry(leastMs).finally(() => (waiting = undefined));
      const aborted = pause(clock, Infinity, signal);
      await Promise.race([waiting, aborted.done]);
      aborted.end();
    },
    socketless,
    holdCatchingUp,
    retryNow() {
      credentials.forgive();
      resting = false;
      wake();
    },
    close() {
      closed = true;
      leavePage?.();
      restTimer?.cancel();
      credentials.lost();
      catchUp.stop();
      telling?.cancel();
      parked?.end();
      status.set('closed');
      socket?.close();
      streams?.close();
    },
  };

  function watched(sink: Sink, reader: object): Sink {
    const end = (): void => {
      readers.delete(reader);
      catchUp.settle(reader);
    };
    return {
      next(payload) {
        if (!catchUp.over) hear(reader, payload.data);
        sink.next(payload);
      },
      error(cause) {
        end();
        sink.error(cause);
      },
      complete() {
        end();
        sink.complete();
      },
    };
  }
}
