/** Codes of `PollError` and, but for the last two, of top-level errors (contract/errors.md). */
export const UpstreamErrorCode = {
  UPSTREAM_TIMEOUT: 'UPSTREAM_TIMEOUT',
  UPSTREAM_UNAVAILABLE: 'UPSTREAM_UNAVAILABLE',
  UPSTREAM_THROTTLED: 'UPSTREAM_THROTTLED',
  UPSTREAM_AUTH_FAILED: 'UPSTREAM_AUTH_FAILED',
  UPSTREAM_BAD_RESPONSE: 'UPSTREAM_BAD_RESPONSE',
  UPSTREAM_UNKNOWN_OUTCOME: 'UPSTREAM_UNKNOWN_OUTCOME',
  /** A 404, or a code that means it. */
  UPSTREAM_NOT_FOUND: 'UPSTREAM_NOT_FOUND',
  /** Any other 4xx. */
  UPSTREAM_REFUSED: 'UPSTREAM_REFUSED',
} as const;
export type UpstreamErrorCode = (typeof UpstreamErrorCode)[keyof typeof UpstreamErrorCode];

const RETRYABLE: ReadonlySet<UpstreamErrorCode> = new Set([
  UpstreamErrorCode.UPSTREAM_TIMEOUT,
  UpstreamErrorCode.UPSTREAM_UNAVAILABLE,
  UpstreamErrorCode.UPSTREAM_THROTTLED,
  UpstreamErrorCode.UPSTREAM_BAD_RESPONSE,
]);

export interface UpstreamErrorDetails {
  /** HTTP status of the reply, when there was one. */
  readonly status?: number;
  /** The upstream's own code and text, as it sent them; the text is never shown in a top-level error. */
  readonly upstreamCode?: string;
  readonly upstreamMessage?: string;
  readonly upstreamRequestId?: string;
  /** How long the upstream asked to wait. */
  readonly retryAfterMs?: number;
  /** True only when no byte of the request can have reached the upstream. */
  readonly neverSent?: boolean;
  readonly cause?: unknown;
}

/** An upstream call that did not bring what was asked for. The message holds nothing that the upstream sent. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly retryable: boolean;

  constructor(
    readonly code: UpstreamErrorCode,
    message: string,
    readonly details: UpstreamErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.retryable = RETRYABLE.has(code);
  }
}
