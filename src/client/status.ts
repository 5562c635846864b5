/**
 * `catchingUp`: connected again, and being told what was missed. `paused`: nobody has looked at the page for a while,
 * so it has let go of its connection. `unauthorised`: the credential was refused, and so was the next one.
 */
export type ConnectionState =
  'connecting' | 'live' | 'catchingUp' | 'reconnecting' | 'offline' | 'paused' | 'unauthorised' | 'closed';

/** `goingAway`: the gateway stops or restarts. `tooSlow`: what it sent was not read fast enough. `lost`: anything else. */
export type LossReason = 'goingAway' | 'tooSlow' | 'lost';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Milliseconds since 1970 at which this state began. */
  readonly since: number;
  /**
   * When it ceased to be live, or its first try failed, in milliseconds since 1970; it stays, whatever state follows, until
   * it is live again. Null while it is `live` or `connecting`.
   */
  readonly lostAt: number | null;
  /** Why an open connection ended; it stays as long as `lostAt`. Null where there was none. */
  readonly reason: LossReason | null;
  /** How many tries to come back there were, the running one included. */
  readonly attempt: number;
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
  /** What is said of the loss stays until it is over; what is planned and missed, until the next call. */
  set(state: ConnectionState, change?: Partial<Omit<ConnectionStatus, 'state' | 'since' | 'lostAt'>>): void;
}

export function createStatus(now: () => number): WritableStatus {
  const whole = { lostAt: null, reason: null, attempt: 0 };
  const unplanned = { nextTryAt: null, missed: 0 };
  let status: ConnectionStatus = { state: 'connecting', since: now(), ...whole, ...unplanned };
  const listeners = new Set<() => void>();
  return {
    get: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(state, change) {
      const at = now();
      const next: ConnectionStatus = {
        ...status,
        ...unplanned,
        since: state === status.state ? status.since : at,
        lostAt: status.lostAt ?? at,
        ...change,
        // A connection that nobody needs is not lost.
        ...((state === 'live' || state === 'connecting') && whole),
        state,
      };
      if (JSON.stringify(next) === JSON.stringify(status)) return;
      status = next;
      for (const listener of [...listeners]) listener();
    },
  };
}
