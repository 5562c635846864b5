import { LONGEST_TIMER_MS, type Clock, type Timer } from './clock.js';
import type { AuthReason } from './query.js';
import { expiryOf } from './token-expiry.js';

export interface CredentialsOptions {
  readonly ask: (why: AuthReason) => Promise<string | null>;
  readonly clock: Clock;
  /** There is a newer one, asked for before the old one ends: time to connect anew. */
  readonly renewed: () => void;
}

/** The credential of the connection: asked for before each, once more when it is refused, and before it ends. */
export interface Credentials {
  next(): Promise<string | null>;
  accepted(): void;
  refused(): void;
  /** The connection is gone: nothing is to be renewed. */
  lost(): void;
  /** Refused, and the one after it as well. */
  readonly hopeless: boolean;
  /** Begins anew. */
  forgive(): void;
}

/** A token is renewed so long before it ends. */
const RENEW_BEFORE_MS = 30_000;

export function createCredentials({ ask, clock, renewed }: CredentialsOptions): Credentials {
  let why: AuthReason = 'initial';
  let asked: AuthReason = 'initial';
  let hopeless = false;
  let connected = false;
  let current: string | null = null;
  let newer: string | undefined;
  let timer: Timer | undefined;

  const renew = async (): Promise<void> => {
    const old = current;
    try {
      const next = await ask('expired');
      if (!connected || next === null || next === old) return;
      newer = next;
      renewed();
    } catch {
      // The gateway ends the connection with the token; it is then asked for again.
    }
  };
  return {
    async next() {
      asked = why;
      current = newer ?? (await ask(why));
      return current;
    },
    accepted() {
      why = 'initial';
      hopeless = false;
      newer = undefined;
      if (connected) return;
      connected = true;
      const expiresAt = expiryOf(current);
      const ms = expiresAt === undefined ? 0 : expiresAt - RENEW_BEFORE_MS - clock.now();
      if (ms > 0 && ms <= LONGEST_TIMER_MS) timer = clock.setTimer(ms, () => void renew());
    },
    refused() {
      // Several streams may be refused with the same one.
      if (asked === 'expired') hopeless = true;
      why = 'expired';
      newer = undefined;
    },
    lost() {
      connected = false;
      timer?.cancel();
    },
    get hopeless() {
      return hopeless;
    },
    forgive() {
      why = 'initial';
      hopeless = false;
    },
  };
}
