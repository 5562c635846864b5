import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { parseJson, type Json } from '../base/json.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { mayMutate, type Principal } from '../graphql/principal.js';
import { statusOfCode } from '../graphql/format-error.js';
import type { OperationParams, Operations, PreparedOperation } from '../graphql/operation.js';
import type { ApolloContext } from './apollo.js';
import type { Admission } from './admission.js';
import type { Authentication } from './authentication.js';
import { GRAPHQL_RESPONSE, JSON_RESPONSE, sendError, statusOf } from './graphql-answer.js';
import { readBody } from './request-body.js';
import { SECURITY_HEADERS } from './pages.js';
import { isAllowedOrigin } from './request-guard.js';

export interface GraphqlHttpOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly operations: Operations;
  /** Documents that Apollo Server has accepted once. */
  readonly accepted: WeakSet<DocumentNode>;
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
export function createGraphqlHttp(options: GraphqlHttpOptions): GraphqlHandler {
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
        const params = body === undefined ? paramsOfUrl(request) : (body as OperationParams);
        if (acceptsEventStream(request) && !namesJson(request)) {
          startEventStream(request, reply, params, principal, options);
        } else await answer(request, reply, params, principal, options);
      } finally {
        release();
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      refuse(reply, error);
    }
    return reply;
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
  if (status === 405) headers['allow'] = 'POST';
  return sendError(reply, status, error.code, error.message, headers);
}

function httpStatus(error: GatewayError): number {
  const status = error.extensions['status'];
  return typeof status === 'number' ? status : 400;
}

async function parsedBody(
  request: FastifyRequest,
  principal: Principal,
  { limits }: GraphqlHttpOptions,
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

/** Clients that take both, as urql does, want a stream for subscriptions alone: behind an answer they leave no reader. */
function namesJson(request: FastifyRequest): boolean {
  return /application\/(json|graphql-response\+json)/i.test(request.headers.accept ?? '');
}

function startEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  params: OperationParams,
  principal: Principal,
  { eventStream }: GraphqlHttpOptions,
): void {
  // The stream writes on the socket itself; headers set so far go with it.
  for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, ...reply.getHeaders() })) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  eventStream(request, reply, params, principal);
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

/** What every answer goes through: prepared by the same rules as on every transport, then carried by Apollo Server. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  params: OperationParams,
  principal: Principal,
  options: GraphqlHttpOptions,
): Promise<FastifyReply> {
  const accept = request.headers.accept;
  if (!acceptsJson(accept)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The answer would be JSON, which is not accepted', { status: 406 });
  }
  const prepared = options.operations.prepare(params, principal);
  if (prepared.type === 'rejected') return send(reply, accept, prepared.result);
  if (prepared.type === 'subscription') {
    if (!acceptsEventStream(request)) {
      throw new GatewayError(
        ErrorCode.BAD_REQUEST,
        'Subscriptions are served over WebSocket, or with Accept: text/event-stream',
      );
    }
    startEventStream(request, reply, params, principal, options);
    return reply;
  }
  if (prepared.type === 'mutation' && request.method === 'GET') {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'A mutation is sent by POST', { status: 405 });
  }
  await options.admission.charge(principal, prepared.cost);

  const signal = goneSignal(reply);
  // A GET that takes event streams is origin-checked, and needs no header that Apollo would ask for.
  if (request.method === 'POST' ? options.accepted.has(prepared.document) : acceptsEventStream(request)) {
    return send(reply, accept, await prepared.execute(signal));
  }
  return await byApollo(request, reply, prepared, signal, options);
}

function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return /(^|,)\s*(\*\/\*|application\/(\*|json|graphql-response\+json))\s*(;|,|$)/i.test(accept);
}

/** Answers of documents that Apollo Server has accepted before need nothing of it but their form. */
function send(reply: FastifyReply, accept: string | undefined, result: ExecutionResult): FastifyReply {
  const type = accept?.includes('application/graphql-response+json') ? GRAPHQL_RESPONSE : JSON_RESPONSE;
  return reply
    .code(statusOf(result, accept))
    .header('cache-control', 'no-store')
    .type(type)
    .send(JSON.stringify(result));
}

async function byApollo(
  request: FastifyRequest,
  reply: FastifyReply,
  prepared: PreparedOperation,
  signal: AbortSignal,
  { apollo, accepted }: GraphqlHttpOptions,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { operationName, text, variables } = prepared;
  const answered = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: new URL(request.url, 'http://localhost').search,
      body: { query: text, variables, ...(operationName !== undefined && { operationName }) },
    },
    context: () => Promise.resolve({ prepared, signal }),
  });
  if (answered.body.kind !== 'complete') throw new Error('Incremental delivery is not served');
  const status = answered.status ?? 200;
  if (status < 400) accepted.add(prepared.document);
  for (const [name, value] of answered.headers) reply.header(name, value);
  // The same bytes as in `send`: nobody can tell whether somebody asked the same before.
  return reply.code(status).header('cache-control', 'no-store').send(answered.body.string.trimEnd());
}

/** Aborts when the caller goes away before it has its answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
