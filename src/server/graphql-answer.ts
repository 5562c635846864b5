import type { FastifyReply } from 'fastify';
import { statusOf as statusOfResult, type Answer } from '../graphql/format-error.js';
import { ErrorCode } from '../task/errors.js';
import { errorAnswer } from './error-answer.js';

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

/** An error before any operation was looked at, in the shape of a GraphQL answer. */
export function sendError(
  reply: FastifyReply,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  correlationId?: string,
): FastifyReply {
  const retryable = status === 429 || status === 503;
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type(JSON_RESPONSE)
    .send(JSON.stringify(errorAnswer(code, message, retryable, correlationId)));
}
