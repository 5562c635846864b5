import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseJson, type Json } from '../base/json.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { mayMutate, type Principal } from '../graphql/principal.js';
import type { OperationParams } from '../graphql/operation.js';
import type { Admission } from './admission.js';
import type { Authentication } from './authentication.js';
import { sendError, statusOfCode } from './graphql-answer.js';
import { readBody } from './request-body.js';
import { isAllowedOrigin } from './request-guard.js';

export interface GraphqlHttpOptions<Context extends BaseContext> {
  readonly apollo: ApolloServer<Context>;
  readonly contextFor: (principal: Principal) => Context;
  readonly authentication: Authentication;
  readonly allowedOrigins: () => readonly string[];
  readonly limits: { readonly bodyBytes: number; readonly mutationBodyBytes: number };
  readonly admission: Admission;
  /** Answers a request for an event stream, straight on the socket. */
  readonly eventStream: (
    request: FastifyRequest,
    reply: FastifyReply,
    params: OperationParams,
    principal: Principal,
  ) => void;
}

export type GraphqlHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Everything on /graphql that is not a WebSocket, in the order: origin, method, who asks, body, operation. */
export function createGraphqlHttp<Context extends BaseContext>(options: GraphqlHttpOptions<Context>): GraphqlHandler {
  return async (request, reply) => {
    const { origin, host } = request.headers;
    if (!isAllowedOrigin(origin, host, options.allowedOrigins())) {
      return sendError(reply, 403, ErrorCode.FORBIDDEN, 'This origin is not allowed');
    }
    if (origin !== undefined) allowOrigin(reply, origin);
    if (request.method === 'OPTIONS') return reply.code(204).headers(PREFLIGHT).send();
    if (request.method !== 'GET' && request.method !== 'POST') {
      return sendError(reply, 405, ErrorCode.BAD_REQUEST, 'Only GET and POST are served here', {
        allow: 'GET, POST, OPTIONS',
      });
    }
    try {
      const principal = await options.authentication.authenticate(request.headers.authorization);
      if (principal.role === 'METRICS') throw new GatewayError(ErrorCode.FORBIDDEN, 'This key may read metrics only');
      const release = await options.admission.admit(principal);
      try {
        const body = request.method === 'POST' ? await parsedBody(request, principal, options) : undefined;
        if (acceptsEventStream(request)) return startEventStream(request, reply, body, principal, options);
        return await answer(request, reply, body, principal, options);
      } finally {
        release();
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refuse(reply, error);
    }
  };
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, accept, last-event-id, apollo-require-preflight, x-apollo-operation-name',
  'access-control-max-age': '600',
};

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.headers({
    'access-control-allow-origin': origin,
    vary: 'Origin',
    'access-control-expose-headers': 'retry-after, date',
  });
}

function refuse(reply: FastifyReply, error: GatewayError): FastifyReply {
  const retryAfter = error.extensions['retryAfterMs'];
  const headers: Record<string, string> = {
    ...(error.code === ErrorCode.UNAUTHENTICATED && { 'www-authenticate': 'Bearer' }),
    ...(typeof retryAfter === 'number' && { 'retry-after': String(Math.ceil(retryAfter / 1000)) }),
    // What is left of a body that was not read cannot be told from the next request.
    ...(error.code === ErrorCode.PAYLOAD_TOO_LARGE && { connection: 'close' }),
  };
  const status = error.code === ErrorCode.BAD_REQUEST ? httpStatus(error) : statusOfCode(error.code);
  return sendError(reply, status, error.code, error.message, headers);
}

function httpStatus(error: GatewayError): number {
  const status = error.extensions['status'];
  return typeof status === 'number' ? status : 400;
}

async function parsedBody<Context extends BaseContext>(
  request: FastifyRequest,
  principal: Principal,
  { limits }: GraphqlHttpOptions<Context>,
): Promise<Json> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must not be encoded', { status: 415 });
  }
  const contentType = request.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must be UTF-8', { status: 415 });
  }
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must be sent as application/json', { status: 415 });
  }
  const text = await readBody(request.raw, mayMutate(principal) ? limits.mutationBodyBytes : limits.bodyBytes);
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new GatewayError(
      ErrorCode.BAD_REQUEST,
      'The body must be a JSON object with a query; batches are not served',
    );
  }
  return body;
}

function acceptsEventStream(request: FastifyRequest): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(request.headers.accept ?? '');
}

function startEventStream<Context extends BaseContext>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Json | undefined,
  principal: Principal,
  { eventStream }: GraphqlHttpOptions<Context>,
): FastifyReply {
  const params = body === undefined ? paramsOfUrl(request) : (body as OperationParams);
  // The stream writes on the socket itself; headers set so far go with it.
  reply.hijack();
  eventStream(request, reply, params, principal);
  return reply;
}

function paramsOfUrl(request: FastifyRequest): OperationParams {
  const search = new URL(request.url, 'http://localhost').searchParams;
  const json = (name: string): Json | undefined => {
    const text = search.get(name);
    return text === null ? undefined : (parseJson(text) ?? text);
  };
  return {
    query: search.get('query') ?? undefined,
    operationName: search.get('operationName') ?? undefined,
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

async function answer<Context extends BaseContext>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Json | undefined,
  principal: Principal,
  { apollo, contextFor }: GraphqlHttpOptions<Context>,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const {
    status,
    headers: answerHeaders,
    body: answerBody,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: new URL(request.url, 'http://localhost').search,
      body,
    },
    context: async () => contextFor(principal),
  });
  for (const [name, value] of answerHeaders) reply.header(name, value);
  if (answerBody.kind !== 'complete')
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'Incremental delivery is not served');
  return reply.code(status ?? 200).send(answerBody.string);
}
