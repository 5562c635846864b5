import { hideSecrets, hideTraces, tracesOf } from '../base/hide-secrets.js';
import { mapTexts } from '../base/json.js';
import type { Answer } from './answer.js';
import type { TransportResult } from './transport.js';
import type { UpstreamErrorDetails } from './upstream-error.js';

/** A header may hold more than is worth decoding. */
const LONGEST_REQUEST_ID = 1_000;

/** An upstream may quote the token or the key that it was sent; the quotation goes no further. */
export function withoutEcho(answer: Answer, result: TransportResult, secrets: readonly string[]): Answer {
  if (answer.type === 'failure') return { ...answer, details: withoutEchoes(answer.details, secrets) };
  const traces = tracesOf(secrets);
  const hide = (text: string): string => hideTraces(text, traces, secrets);
  const requestId = answer.requestId === undefined ? undefined : hide(answer.requestId);
  const body = result.type === 'reply' ? result.body : undefined;
  // Where nothing is escaped, the bytes tell that no text quotes it.
  const suspect = body?.includes('\\') || traces.some((trace) => body?.includes(trace));
  if (!suspect || answer.body === undefined) return { ...answer, requestId };
  return { ...answer, requestId, body: mapTexts(answer.body, hide) };
}

function withoutEchoes(details: UpstreamErrorDetails, secrets: readonly string[]): UpstreamErrorDetails {
  const { upstreamCode, upstreamMessage, upstreamRequestId } = details;
  return {
    ...details,
    ...(upstreamCode !== undefined && { upstreamCode: hideSecrets(upstreamCode, secrets) }),
    ...(upstreamMessage !== undefined && { upstreamMessage: hideSecrets(upstreamMessage, secrets) }),
    ...(upstreamRequestId !== undefined && {
      upstreamRequestId: hideSecrets(upstreamRequestId.slice(0, LONGEST_REQUEST_ID), secrets),
    }),
  };
}
