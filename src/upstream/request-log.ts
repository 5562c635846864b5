import type { Clock } from '../base/clock.js';
import type { UpstreamStatus } from './upstream-client.js';
import { UpstreamErrorCode, type UpstreamError } from './upstream-error.js';

const SECONDS = 60;
/** One malformed reply is the trouble of one task; so many in a row are the upstream's. */
const MALFORMED_IN_A_ROW = 3;

const TRANSPORT_CODES: ReadonlySet<UpstreamErrorCode> = new Set([
  UpstreamErrorCode.UPSTREAM_UNAVAILABLE,
  UpstreamErrorCode.UPSTREAM_TIMEOUT,
  UpstreamErrorCode.UPSTREAM_UNKNOWN_OUTCOME,
]);

/** What was sent lately, and how it went. */
export interface RequestLog {
  sent(): void;
  succeeded(): void;
  failed(error: UpstreamError): void;
  readonly failing: boolean;
  readonly requestsPerMinute: number;
  readonly lastSuccessAt: number | null;
  readonly lastError: UpstreamStatus['lastError'];
}

export function createRequestLog(clock: Clock): RequestLog {
  const perSecond = new Map<number, number>();
  let malformed = 0;
  let failing = false;
  let lastSuccessAt: number | null = null;
  let lastError: UpstreamStatus['lastError'] = null;
  let forgottenAt: number | undefined;

  /** @returns the second that it is; what is a minute older has been forgotten */
  function forget(): number {
    const now = Math.floor(clock.now() / 1_000);
    if (now === forgottenAt) return now;
    forgottenAt = now;
    for (const key of perSecond.keys()) if (key <= now - SECONDS || key > now) perSecond.delete(key);
    return now;
  }

  return {
    sent() {
      const now = forget();
      perSecond.set(now, (perSecond.get(now) ?? 0) + 1);
    },
    succeeded() {
      malformed = 0;
      failing = false;
      lastSuccessAt = clock.now();
    },
    failed({ code, message, retryable }) {
      malformed = code === UpstreamErrorCode.UPSTREAM_BAD_RESPONSE ? malformed + 1 : 0;
      failing = TRANSPORT_CODES.has(code) || malformed >= MALFORMED_IN_A_ROW;
      if (code === UpstreamErrorCode.UPSTREAM_NOT_FOUND) return;
      lastError = { code, message, at: clock.now(), retryable };
    },
    get failing() {
      return failing;
    },
    get requestsPerMinute() {
      forget();
      return [...perSecond.values()].reduce((sum, count) => sum + count, 0);
    },
    get lastSuccessAt() {
      return lastSuccessAt;
    },
    get lastError() {
      return lastError;
    },
  };
}
