/** Where the events of one subscription go; the last call is `error` or `complete`. */
export interface Sink {
  next(payload: { readonly data?: unknown; readonly errors?: unknown }): void;
  /** A close event, the GraphQL errors of a refusal, a TaskgateError, or INTERRUPTED. */
  error(cause: unknown): void;
  complete(): void;
}

/** A way to carry subscriptions. It opens with the first. */
export interface Transport {
  /** What it returns takes the subscription back; the sink is told nothing more. */
  subscribe(document: string, variables: Readonly<Record<string, unknown>>, sink: Sink): () => void;
  /** Looks whether anybody is still there, and cuts what is dead. */
  probe(): void;
  /** Cuts everything that is open: every sink is told of a loss. */
  drop(): void;
  /** No sink is told of it. */
  close(): void;
}

export interface TransportEvents {
  /** The gateway has taken the connection and its credential. */
  up(): void;
  /** Told before the sinks are. `code` is that of a close event; undefined when there was none. */
  down(code: number | undefined): void;
}

/** The subscription is to be made anew behind its cursor; nothing is wrong. */
export const INTERRUPTED = Symbol('interrupted');
export const FORBIDDEN_CLOSE = 4403;
export const TOO_SLOW_CLOSE = 4290;
/** Nobody followed anything, so the connection was let go. */
export const IDLE_CLOSE = 1000;
/** What a browser calls a connection that ended without a word. */
export const ABNORMAL_CLOSE = 1006;
/** What graphql-ws calls a connection that failed on this side. */
export const INTERNAL_CLOSE = 4005;

/** From what a browser, `ws` or graphql-ws calls a close event; undefined for anything else. */
export function closeCode(event: unknown): number | undefined {
  if (typeof event !== 'object' || event === null || !('code' in event)) return undefined;
  return typeof event.code === 'number' ? event.code : undefined;
}
