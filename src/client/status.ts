export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'unauthorised' | 'closed';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** Milliseconds since 1970 at which this state began. */
  readonly since: number;
  /** The next try, in milliseconds since 1970; null while there is none planned. */
  readonly nextTryAt: number | null;
}

/** A store as React's `useSyncExternalStore` wants it: `get` gives the same object until it changes. */
export interface StatusStore {
  get(): ConnectionStatus;
  subscribe(listener: () => void): () => void;
}

export interface WritableStatus extends StatusStore {
  set(state: ConnectionState, nextTryAt?: number | null): void;
}

export function createStatus(now: () => number): WritableStatus {
  let status: ConnectionStatus = { state: 'connecting', since: now(), nextTryAt: null };
  const listeners = new Set<() => void>();
  return {
    get: () => status,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    set(state, nextTryAt = null) {
      if (state === status.state && nextTryAt === status.nextTryAt) return;
      status = { state, since: state === status.state ? status.since : now(), nextTryAt };
      for (const listener of [...listeners]) listener();
    },
  };
}
