import { hideSecrets } from '../base/hide-secrets.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import type { PollError } from '../task/task.js';
import { UpstreamErrorCode, type UpstreamError } from '../upstream/upstream-error.js';

interface Place {
  readonly service: string;
  readonly account: string;
}

const MESSAGES = {
  UPSTREAM_TIMEOUT: 'The upstream service did not answer in time',
  UPSTREAM_UNAVAILABLE: 'The upstream service is not available',
  UPSTREAM_THROTTLED: 'The upstream service takes no more requests at present',
  UPSTREAM_AUTH_FAILED: 'The upstream service refused the credentials of the account',
  UPSTREAM_BAD_RESPONSE: 'The upstream service gave an answer that cannot be used',
  UPSTREAM_UNKNOWN_OUTCOME: 'The request was sent, and it is not known whether it took effect',
} as const;
type TopLevelCode = keyof typeof MESSAGES;

/** The top-level error for a read that this request needed. Its text is fixed: nothing that an upstream sent leaves. */
export function failedRead(error: PollError, { service, account }: Place): GatewayError {
  const code = topLevelCode(error.code);
  return new GatewayError(code, MESSAGES[code], { service, account }, error.retryable);
}

/**
 * The top-level error for a call that changes something upstream.
 *
 * @param secrets what was sent and must not come back in the upstream's words
 */
export function failedCall(
  error: UpstreamError,
  { service, account }: Place,
  secrets: readonly string[] = [],
): GatewayError {
  const { upstreamCode, upstreamRequestId, retryAfterMs } = error.details;
  const code = topLevelCode(error.code);
  const extensions = {
    service,
    account,
    ...(upstreamCode !== undefined && { upstreamCode: hideSecrets(upstreamCode, secrets) }),
    ...(upstreamRequestId !== undefined && { upstreamRequestId: hideSecrets(upstreamRequestId, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return new GatewayError(code, MESSAGES[code], extensions, error.retryable);
}

export function unknownOutcome({ service, account }: Place): GatewayError {
  const code = ErrorCode.UPSTREAM_UNKNOWN_OUTCOME;
  return new GatewayError(code, MESSAGES[code], { service, account });
}

/**
 * Whether a start that threw this has certainly started nothing. Anything that is not known to be harmless may have
 * arrived.
 */
export function startedNothing(error: UpstreamError): boolean {
  const { code, details } = error;
  return (
    details.neverSent === true ||
    code === UpstreamErrorCode.UPSTREAM_THROTTLED ||
    code === UpstreamErrorCode.UPSTREAM_AUTH_FAILED
  );
}

function topLevelCode(code: string): TopLevelCode {
  return Object.hasOwn(MESSAGES, code) ? (code as TopLevelCode) : ErrorCode.UPSTREAM_BAD_RESPONSE;
}
