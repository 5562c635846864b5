import { createClient, type Client } from 'graphql-ws';
import { createBackoff } from './backoff.js';
import { pause, type Pause } from './pause.js';
import type { AuthReason } from './query.js';
import type { WritableStatus } from './status.js';
import { expiryOf } from './token-expiry.js';

export interface ConnectionOptions {
  readonly socketUrl: string;
  readonly credential: (why: AuthReason) => Promise<string | null>;
  readonly webSocket: unknown;
  readonly random: () => number;
  readonly now: () => number;
  readonly status: WritableStatus;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  readonly pingMs: number;
  readonly idleCloseMs: number;
}

/** The one socket that all followers share. It is opened by the first subscription and never by itself. */
export interface Connection {
  readonly client: Client;
  /** Waits until the next try is due; all followers wait together. */
  waitToRetry(leastMs: number, signal: AbortSignal): Promise<void>;
  /** Ends the wait, also one for another credential. */
  retryNow(): void;
  close(): Promise<void>;
}

const PONG_WITHIN_MS = 5_000;
const ACK_WITHIN_MS = 10_000;
/** A socket that lived so long was a good one: the next loss is a new one. */
const HEALTHY_AFTER_MS = 10_000;
export const FORBIDDEN_CLOSE = 4403;
const GOING_AWAY_CLOSE = 1001;
/** A token is renewed so long before it ends. */
const RENEW_BEFORE_MS = 30_000;
/** Timers take no longer waits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** When a gateway drains, its thousands of readers must not come back at once. */
const GOING_AWAY_SPREAD_MS = 5_000;

export function createConnection(options: ConnectionOptions): Connection {
  const { status, now, random, credential, backoff: bounds } = options;
  const backoff = createBackoff({ ...bounds, random });
  let connectedAt: number | undefined;
  let refusals = 0;
  let drained = false;
  let waiting: Pause | undefined;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;
  /** Asked for before the socket is given up for it, so that the page stays live meanwhile. */
  let renewed: string | undefined;
  let current: string | null = null;

  const nextCredential = async (): Promise<string | null> => {
    const given = renewed ?? (await credential(refusals > 0 ? 'expired' : 'initial'));
    renewed = undefined;
    current = given;
    return given;
  };
  const planRenewal = (): void => {
    const expiresAt = expiryOf(current);
    const ms = expiresAt === undefined ? 0 : expiresAt - RENEW_BEFORE_MS - now();
    if (ms > 0 && ms <= LONGEST_TIMER_MS) renewTimer = setTimeout(() => void renew(), ms);
  };
  const renew = async (): Promise<void> => {
    const old = current;
    try {
      const next = await credential('expired');
      if (connectedAt === undefined || next === null || next === old) return;
      renewed = next;
      client.terminate();
    } catch {
      // The gateway closes the socket when the token has ended; it is then asked for again.
    }
  };
  const heard = (): void => clearTimeout(pongTimer);
  const expectPong = (): void => {
    heard();
    pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
  };

  const client = createClient({
    url: options.socketUrl,
    webSocketImpl: options.webSocket,
    retryAttempts: 0,
    keepAlive: options.pingMs,
    connectionAckWaitTimeout: ACK_WITHIN_MS,
    lazyCloseTimeout: options.idleCloseMs,
    connectionParams: async () => {
      const authorization = await nextCredential();
      return authorization === null ? {} : { authorization };
    },
    on: {
      connected: () => {
        connectedAt = now();
        refusals = 0;
        planRenewal();
        status.set('live');
      },
      ping: (received) => {
        if (!received) expectPong();
      },
      // Whatever comes shows that somebody is there.
      message: heard,
      closed: (event) => {
        heard();
        clearTimeout(renewTimer);
        const code = closeCode(event);
        drained = code === GOING_AWAY_CLOSE;
        if (code === FORBIDDEN_CLOSE) refusals++;
        if (connectedAt !== undefined && now() - connectedAt >= HEALTHY_AFTER_MS) backoff.reset();
        connectedAt = undefined;
        // 1000: nobody followed anything, so the socket was let go.
        const silent = renewed !== undefined;
        if (!silent && !closed && status.get().state === 'live')
          status.set(code === 1000 ? 'connecting' : 'reconnecting');
      },
    },
  });

  const plan = (leastMs: number): Pause => {
    if (refusals > 1) {
      status.set('unauthorised');
      return pause(Infinity);
    }
    if (renewed !== undefined) return pause(0);
    const ms = Math.max(leastMs, drained ? random() * GOING_AWAY_SPREAD_MS : backoff.next());
    drained = false;
    status.set(offline() ? 'offline' : 'reconnecting', now() + ms);
    return pause(ms);
  };

  return {
    client,
    async waitToRetry(leastMs, signal) {
      if (!waiting) {
        const planned = plan(leastMs);
        waiting = planned;
        void planned.done.then(() => {
          waiting = undefined;
          if (!closed && status.get().state !== 'live') status.set('reconnecting');
        });
      }
      const aborted = pause(Infinity, signal);
      await Promise.race([waiting.done, aborted.done]);
      aborted.end();
    },
    retryNow() {
      refusals = 0;
      waiting?.end();
    },
    async close() {
      closed = true;
      heard();
      clearTimeout(renewTimer);
      waiting?.end();
      status.set('closed');
      await client.dispose();
    },
  };
}

/** Known in browsers alone; Node has a navigator that does not say. */
function offline(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly onLine?: boolean } };
  return navigator?.onLine === false;
}

/** From what a browser, `ws` or graphql-ws calls a close event; undefined for anything else. */
export function closeCode(event: unknown): number | undefined {
  if (typeof event !== 'object' || event === null || !('code' in event)) return undefined;
  return typeof event.code === 'number' ? event.code : undefined;
}
