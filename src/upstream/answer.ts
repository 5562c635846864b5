import { parseJson, type Json } from '../base/json.js';
import { decodeUtf8 } from '../base/utf-8.js';
import type { CircuitOutcome } from './circuit.js';
import { isErrorBody, parseErrorBody } from './error-body.js';
import { parseHttpDate, parseRetryAfter } from './retry-after.js';
import { isThrottleCode } from './throttle.js';
import type { TransportFailure, TransportReply, TransportResult } from './transport.js';
import { UpstreamError, UpstreamErrorCode, type UpstreamErrorDetails } from './upstream-error.js';

/** What one attempt brought. */
export type Answer = Success | Failure;

export interface Success {
  readonly type: 'success';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  readonly requestId: string | undefined;
}

export interface Failure {
  readonly type: 'failure';
  readonly kind: FailureKind;
  readonly details: UpstreamErrorDetails;
}

export type FailureKind = keyof typeof FAILURES;

/** What each kind is for a read, and what it says of the upstream's health. */
const FAILURES = {
  throttled: ['UPSTREAM_THROTTLED', 'alive', 'The upstream had too many requests'],
  unauthorized: ['UPSTREAM_AUTH_FAILED', 'alive', 'The upstream did not accept the credentials'],
  missing: ['UPSTREAM_NOT_FOUND', 'alive', 'The upstream does not know it'],
  refused: ['UPSTREAM_REFUSED', 'alive', 'The upstream refused the request'],
  redirect: ['UPSTREAM_BAD_RESPONSE', 'alive', 'The upstream answered with a redirect'],
  unreadable: ['UPSTREAM_BAD_RESPONSE', 'alive', 'The upstream sent a reply that cannot be read'],
  cut: ['UPSTREAM_BAD_RESPONSE', 'failed', 'The upstream’s reply broke off'],
  broken: ['UPSTREAM_UNAVAILABLE', 'failed', 'The upstream answered with a server error'],
  lost: ['UPSTREAM_UNAVAILABLE', 'failed', 'The connection to the upstream failed'],
  timeout: ['UPSTREAM_TIMEOUT', 'failed', 'The upstream did not answer in time'],
  abandoned: ['UPSTREAM_UNAVAILABLE', 'unknown', 'The request was given up'],
} as const satisfies Record<string, readonly [UpstreamErrorCode, CircuitOutcome, string]>;

export function circuitOutcome(answer: Answer): CircuitOutcome {
  return answer.type === 'success' ? 'alive' : FAILURES[answer.kind][1];
}

/** The failure as a read throws it. */
export function errorOf({ kind, details }: Failure): UpstreamError {
  const [code, , message] = FAILURES[kind];
  return new UpstreamError(code, message, details);
}

/** @param givenUp what ended the attempt, if we did */
export function interpret(result: TransportResult, givenUp: 'timeout' | 'abandoned' | undefined, now: number): Answer {
  return result.type === 'reply' ? interpretReply(result) : interpretFailure(result, givenUp, now);
}

function interpretReply(reply: TransportReply): Answer {
  const { status, headers } = reply;
  const text = decodeUtf8(reply.body);
  const body = text === undefined || text.trim() === '' ? undefined : parseJson(text);
  const unreadable = text === undefined || (body === undefined && text.trim() !== '');
  const error = parseErrorBody(status >= 400 || isErrorBody(body) ? body : undefined);
  const requestId = headers['x-request-id'] ?? error.requestId;
  const kind = kindOf(status, body, error.upstreamCode, unreadable);
  if (kind === undefined) return { type: 'success', status, headers, body, requestId };

  const retryAfterMs = kind === 'throttled' ? retryAfterOf(reply) : undefined;
  const details: UpstreamErrorDetails = {
    status,
    ...(error.upstreamCode === undefined ? {} : { upstreamCode: error.upstreamCode }),
    ...(error.upstreamMessage === undefined ? {} : { upstreamMessage: error.upstreamMessage }),
    ...(requestId === undefined ? {} : { upstreamRequestId: requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return { type: 'failure', kind, details };
}

function kindOf(
  status: number,
  body: Json | undefined,
  code: string | undefined,
  unreadable: boolean,
): FailureKind | undefined {
  if (status === 429 || (isThrottleCode(code) && (status >= 400 || isErrorBody(body)))) return 'throttled';
  // CVR answers an expired token with 403 (table of codes, CVR.0037).
  if (status === 401 || (status === 403 && code === 'CVR.0037')) return 'unauthorized';
  if (status >= 500) return 'broken';
  if (status >= 300 && status < 400) return 'redirect';
  if (unreadable) return 'unreadable';
  if (status === 404) return 'missing';
  return status >= 400 ? 'refused' : undefined;
}

/** A reply of which only the head came: where the status alone decides, it does. */
function interpretFailure(
  { reason, neverSent, head, cause }: TransportFailure,
  givenUp: 'timeout' | 'abandoned' | undefined,
  now: number,
): Failure {
  const status = head?.status;
  const details = { ...(status === undefined ? {} : { status }), neverSent, cause };
  const failure = (kind: FailureKind): Failure => ({ type: 'failure', kind, details });
  if (status === 401) return failure('unauthorized');
  if (head && status === 429) {
    const retryAfterMs = retryAfterOf({ ...head, headersAt: now });
    return {
      ...failure('throttled'),
      details: { ...details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    };
  }
  if (reason === 'aborted') return failure(givenUp ?? 'abandoned');
  if (status !== undefined && status >= 500) return failure('broken');
  return failure(reason);
}

function retryAfterOf(reply: Pick<TransportReply, 'headers' | 'headersAt'>): number | undefined {
  const sentAt = parseHttpDate(reply.headers['date'] ?? '') ?? reply.headersAt;
  return parseRetryAfter(reply.headers['retry-after'], sentAt);
}
