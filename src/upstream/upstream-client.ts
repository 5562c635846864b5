import type { AbortNews } from '../base/abort.js';
import type { Json } from '../base/json.js';

/**
 * HTTP to one service of one account: knows requests, not tasks.
 *
 * Every call waits for the account's budget (at most 10 s; polls longer), passes the circuit, is signed or carries a token,
 * ends at the total deadline of 10 s from then, follows no redirect, and takes at most 16 MiB of answer.
 */
export interface UpstreamClient {
  /**
   * A call that may be repeated without harm. A 401 is answered by one renewal of the credential and one repetition.
   *
   * @returns the reply with a 2xx status
   * @throws UpstreamError for everything else
   */
  read(request: UpstreamRequest): Promise<UpstreamReply>;
  /**
   * A call that starts something, sent once (promise 6). It is repeated only when it provably never arrived, or
   * after a 401 was answered by a renewed credential.
   *
   * @returns a 2xx reply, or a refusal: a readable 4xx other than 401 and throttling
   * @throws UpstreamError UPSTREAM_UNKNOWN_OUTCOME when it may have arrived; UPSTREAM_THROTTLED, UPSTREAM_AUTH_FAILED,
   * UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT or UPSTREAM_NOT_FOUND (with `neverSent`) when it certainly started nothing
   */
  start(request: UpstreamRequest): Promise<UpstreamReply | Refusal>;
  /** How the upstream is doing, as this client sees it; what is kept of it goes on telling how it is now. */
  status(): UpstreamStatus;
}

export interface UpstreamStatus {
  readonly state: 'ok' | 'throttled' | 'failing' | 'open' | 'unauthorized';
  /** Requests sent in the last 60 s. */
  readonly requestsPerMinute: number;
  readonly budgetPerMinute: number;
  readonly lastSuccessAt: number | null;
  readonly lastError: {
    readonly code: string;
    readonly message: string;
    readonly at: number;
    readonly retryable: boolean;
  } | null;
  /** Polls before this instant are refused without being sent (throttled, circuit open, unauthorised); null when none are. */
  readonly pausedUntil: number | null;
  /** Polls that wait for the budget. Each further one only waits behind them. */
  readonly waitingPolls: number;
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute path; every variable segment already passed through `pathSegment`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** An object is sent as JSON, a FormData as multipart with an unsigned payload. */
  readonly body?: Json | FormData;
  /** Requests that a caller waits for go before polls. */
  readonly priority: 'request' | 'poll';
  readonly signal?: AbortNews;
}

export interface UpstreamReply {
  readonly type: 'reply';
  readonly status: number;
  /** The parsed JSON body; undefined for an empty one. */
  readonly body: Json | undefined;
  readonly requestId: string | undefined;
  /** When the request was sent, and when its answer was complete. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** The upstream read the request and said no, for a reason that the caller may act on. */
export interface Refusal {
  readonly type: 'refusal';
  readonly status: number;
  readonly upstreamCode: string | null;
  readonly message: string;
}

/** Makes one path segment of a value. */
export function pathSegment(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
