import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { ErrorCode } from '../task/errors.js';

export const GRAPHQL_RESPONSE = 'application/graphql-response+json; charset=utf-8';
export const JSON_RESPONSE = 'application/json; charset=utf-8';

/** Statuses of answers without data; codes that are not here are answered with 200. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  PAYLOAD_TOO_LARGE: 413,
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
  INTERNAL_SERVER_ERROR: 500,
};

/** What a client of the older media type gets with 200, because its request was well formed (GraphQL over HTTP). */
const WELL_FORMED: ReadonlySet<unknown> = new Set([
  ErrorCode.GRAPHQL_PARSE_FAILED,
  ErrorCode.GRAPHQL_VALIDATION_FAILED,
  ErrorCode.OPERATION_RESOLUTION_FAILURE,
  ErrorCode.BAD_USER_INPUT,
  ErrorCode.QUERY_TOO_COMPLEX,
]);

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** The HTTP status of a GraphQL answer. */
export function statusOf({ data, errors }: Answer, accept: string | undefined): number {
  const code = errors?.[0]?.extensions?.['code'];
  if (code === undefined || (data !== undefined && data !== null)) return 200;
  if (WELL_FORMED.has(code) && namesOlderMediaType(accept)) return 200;
  return STATUS[code as ErrorCode] ?? 200;
}

function namesOlderMediaType(accept: string | undefined): boolean {
  return (
    accept !== undefined && accept.includes('application/json') && !accept.includes('application/graphql-response+json')
  );
}

/** The status of an error before any operation was looked at. */
export function statusOfCode(code: ErrorCode): number {
  return STATUS[code] ?? 200;
}

/** An error before any operation was looked at, in the shape of a GraphQL answer. */
export function sendError(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): FastifyReply {
  const retryable = status === 429 || status === 503;
  const body = { errors: [{ message, extensions: { code, retryable, correlationId: randomUUID() } }] };
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type(JSON_RESPONSE)
    .send(JSON.stringify(body));
}
