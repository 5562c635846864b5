/**
 * `catchingUp`: connected again, and being told what was missed. `paused`: nobody has looked at the page for a while,
 * so it has let go of its connection. `unauthorised`: the credential was refused, and so was the next one.
 */
export type ConnectionState =
  'connecting' | 'live' | 'catchingUp' | 'reconnecting' | 'offline' | 'paused' | 'unauthorised' | 'closed';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Milliseconds since 1970 at which this state began. */
  readonly since: number;
  /** When it ceased to be live, in milliseconds since 1970; null while it is, and before it ever was. */
  readonly lostAt: number | null;
  /** The next try, in milliseconds since 1970; null while there is none planned. */
  readonly nextTryAt: number | null;
  /** How many missed changes have come, while it catches up; told at most ten times a second. */
  readonly missed: number;
}

/** A store as React's `useSyncExternalStore` wants it: `get` gives the same object until it changes. */
export interface StatusStore {
  get(): ConnectionStatus;
  subscribe(listener: () => void): () => void;
}

export interface WritableStatus extends StatusStore {
  set(state: ConnectionState, nextTryAt?: number | null, missed?: number): void;
}

export function createStatus(now: () => number): WritableStatus {
  let status: ConnectionStatus = { state: 'connecting', since: now(), lostAt: null, nextTryAt: null, missed: 0 };
  const listeners = new Set<() => void>();
  return {
    get: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(state, nextTryAt = null, missed = 0) {
      if (state === status.state && nextTryAt === status.nextTryAt && missed === status.missed) return;
      const at = now();
      const lostAt = status.state === 'live' ? at : status.lostAt;
      status = {
        state,
        since: state === status.state ? status.since : at,
        // A connection that nobody needs is not lost.
        lostAt: state === 'live' || state === 'connecting' ? null : lostAt,
        nextTryAt,
        missed,
      };
      for (const listener of [...listeners]) listener();
    },
  };
}
