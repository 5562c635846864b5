import type { ServerResponse } from 'node:http';
import { statusOf as statusOfResult, type Answer } from '../graphql/format-error.js';
import { ErrorCode } from '../task/errors.js';
import { errorAnswer } from './error-answer.js';
import { SECURITY_HEADERS } from './pages.js';

export const GRAPHQL_RESPONSE = 'application/graphql-response+json; charset=utf-8';
export const JSON_RESPONSE = 'application/json; charset=utf-8';

/** What a client of the older media type gets with 200, because its request was well formed (GraphQL over HTTP). */
const WELL_FORMED: ReadonlySet<unknown> = new Set([
  ErrorCode.GRAPHQL_PARSE_FAILED,
  ErrorCode.GRAPHQL_VALIDATION_FAILED,
  ErrorCode.OPERATION_RESOLUTION_FAILURE,
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

/** The HTTP status of a GraphQL answer, by what the client accepts. */
export function statusOf(result: Answer, accept: string | undefined): number {
  const status = statusOfResult(result);
  const codes = result.errors?.map(({ extensions }) => extensions?.['code']) ?? [];
  return status === 400 && namesOlderMediaType(accept) && codes.every((code) => WELL_FORMED.has(code)) ? 200 : status;
}

function namesOlderMediaType(accept: string | undefined): boolean {
  return (
    accept !== undefined && accept.includes('application/json') && !accept.includes('application/graphql-response+json')
  );
}

/** Goes with every answer, as names and values in turn. */
const ALWAYS = Object.entries({ ...SECURITY_HEADERS, 'cache-control': 'no-store' }).flat();
const OWN: ReadonlySet<string> = new Set(['content-type', 'content-length', 'cache-control']);

interface Manner {
  readonly headers?: Iterable<readonly [string, string]>;
  /** False when whoever calls ends the response later. */
  readonly ends?: boolean;
}

/** Answers with a text that is there as a whole. */
export function sendText(
  response: ServerResponse,
  status: number,
  contentType: string,
  text: string,
  { headers = [], ends = true }: Manner = {},
): void {
  const head = [...ALWAYS, 'content-type', contentType, 'content-length', String(Buffer.byteLength(text))];
  for (const [name, value] of headers) if (!OWN.has(name)) head.push(name, value);
  response.writeHead(status, head);
  if (ends) response.end(text);
  else response.write(text);
}

/** An error before any operation was looked at, in the shape of a GraphQL answer. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
  { headers = {}, ends = true, correlationId }: ErrorManner = {},
): void {
  const retryable = status === 429 || status === 503;
  const text = JSON.stringify(errorAnswer(code, message, retryable, correlationId));
  sendText(response, status, JSON_RESPONSE, text, { headers: Object.entries(headers), ends });
}

interface ErrorManner extends Pick<Manner, 'ends'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly correlationId?: string;
}
