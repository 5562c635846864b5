import { createBackoff } from './backoff.js';
import { createCatchUp } from './catch-up.js';
import { LONGEST_TIMER_MS, type Clock, type Timer } from './clock.js';
import { createCredentials } from './credentials.js';
import { createEventStreams } from './event-streams.js';
import type { Page } from './page.js';
import { isAborted, pause } from './pause.js';
import type { AuthReason } from './query.js';
import { createSocket, type WebSocketConstructor } from './socket.js';
import type { WritableStatus } from './status.js';
import { isRecord } from './taskgate-error.js';
import { ABNORMAL_CLOSE, FORBIDDEN_CLOSE, IDLE_CLOSE, TOO_SLOW_CLOSE, type Sink, type Transport } from './transport.js';

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
  /** Whether the gateway answers a query; it need not be known any more when `signal` is aborted. Never rejects. */
  readonly answers: (signal: AbortSignal) => Promise<boolean>;
  /** Milliseconds since 1970 by the gateway's clock, as far as that is known, and rather late than early. */
  readonly serverNow: () => number;
}

export interface BackoffBounds {
  readonly baseMs: number;
  readonly capMs: number;
}

/** What all followers share. It is opened by the first subscription and never by itself. */
export interface Connection extends Pick<Transport, 'subscribe'> {
  /**
   * Waits until the next try is due. When the connection is lost all followers wait together; one that is refused while it
   * stands waits for itself.
   */
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
  /** The wait of those who were refused and not told for how long. */
  let refused: Promise<void> | undefined;
  /** Aborted, and made anew, when whoever waits is to go on. */
  let hurry = new AbortController();
  /** Aborted when the connection that stands is lost. */
  let lost = new AbortController();
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
  const stands = (): boolean => connectedAt !== undefined;
  const goOn = (): void => {
    hurry.abort();
    hurry = new AbortController();
  };
  const catchUp = createCatchUp(clock, () => {
    if (status.get().state === 'catchingUp') status.set(stands() ? 'live' : 'connecting');
  });
  const hear = (reader: object, data: unknown): void => {
    const event = isRecord(data) && isRecord(data['event']) ? data['event'] : {};
    // Counts, which have no past, are always of now.
    const at = typeof event['at'] === 'string' ? Date.parse(event['at']) : Infinity;
    catchUp.heard(reader, event['cursor'], at);
    telling ??= clock.setTimer(TOLD_EVERY_MS, () => {
      telling = undefined;
      if (status.get().state === 'catchingUp') status.set('catchingUp', { missed: catchUp.missed });
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
    if (stands()) return;
    connectedAt = clock.now();
    lost = new AbortController();
    silent = false;
    resting = false;
    if (status.get().state === 'unauthorised') goOn();
    if (status.get().reason !== null) catchUp.begin(readers, options.serverNow());
    status.set(catchUp.over ? 'live' : 'catchingUp');
    if (page.hidden()) planRest();
  };
  const away = (): 'offline' | 'reconnecting' => (page.offline() ? 'offline' : 'reconnecting');
  const down = (code: number | undefined): void => {
    if (connectedAt !== undefined && clock.now() - connectedAt >= HEALTHY_AFTER_MS) backoff.reset();
    connectedAt = undefined;
    lost.abort();
    drained = code === GOING_AWAY_CLOSE;
    if (code === FORBIDDEN_CLOSE) credentials.refused();
    credentials.lost();
    const { state } = status.get();
    if (silent || closed || (state !== 'live' && state !== 'catchingUp')) return;
    if (code !== IDLE_CLOSE) {
      status.set(away(), { reason: drained ? 'goingAway' : code === TOO_SLOW_CLOSE ? 'tooSlow' : 'lost' });
    } else if (catchUp.over) status.set('connecting');
  };
  const socketDown = (code: number | undefined): void => {
    const answered = code !== undefined && code !== ABNORMAL_CLOSE && code !== TERMINATED_CLOSE;
    failedSockets = answered || stands() ? 0 : failedSockets + 1;
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
  const fallsBack = async (signal: AbortSignal): Promise<boolean> => {
    if (socketless() || failedSockets < FAILED_SOCKETS) return false;
    failedSockets = 0;
    if (!(await options.answers(signal))) return false;
    impossibleUntil = clock.now() + IMPOSSIBLE_FOR_MS;
    return true;
  };

  const wake = (): void => {
    goOn();
    if (status.get().state === 'offline') status.set(away());
    socket?.probe();
    streams?.probe();
  };
  const planRest = (): void => {
    if (options.hiddenCloseMs > LONGEST_TIMER_MS) return;
    restTimer ??= clock.setTimer(options.hiddenCloseMs, () => {
      restTimer = undefined;
      if (options.keepAwake()) return planRest();
      resting = true;
      goOn();
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

  const park = (ms: number): Promise<void> => pause(clock, ms, hurry.signal).done;
  const untilAllowed = (leastMs: number, signal: AbortSignal): Promise<void> => {
    if (leastMs > 0) return pause(clock, leastMs, AbortSignal.any([signal, hurry.signal])).done;
    const eitherWay = AbortSignal.any([hurry.signal, lost.signal]);
    refused ??= pause(clock, backoff.next(), eitherWay).done.finally(() => (refused = undefined));
    return refused;
  };
  const untilNextTry = async (leastMs: number): Promise<void> => {
    if (silent) {
      // A second failure is no plan of ours any more.
      silent = false;
      return;
    }
    const { signal } = hurry;
    const fellBack = await fallsBack(signal);
    if (!stands() && !fellBack && !signal.aborted && !resting && !credentials.hopeless) {
      const ms = Math.max(leastMs, drained ? random() * GOING_AWAY_SPREAD_MS : backoff.next());
      drained = false;
      status.set(away(), { nextTryAt: clock.now() + ms });
      await park(ms);
    }
    while (!closed && !stands() && (resting || credentials.hopeless)) {
      status.set(credentials.hopeless ? 'unauthorised' : 'paused');
      await park(Infinity);
    }
    if (!closed && !stands()) status.set(away(), { attempt: status.get().attempt + 1 });
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
      const left = pause(clock, Infinity, signal);
      const alone = stands();
      if (alone) {
        const release = holdCatchingUp();
        await Promise.race([untilAllowed(leastMs, signal), left.done]);
        release();
      }
      if (!stands() && !isAborted(signal)) {
        waiting ??= untilNextTry(alone ? 0 : leastMs).finally(() => (waiting = undefined));
        await Promise.race([waiting, left.done]);
      }
      left.end();
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
      goOn();
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
