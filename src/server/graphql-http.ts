import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Clock } from '../base/clock.js';
import { isRecord, parseJson, type Json } from '../base/json.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { mayMutate, type Principal } from '../graphql/principal.js';
import { statusOfCode } from '../graphql/format-error.js';
import type { Caller, OperationParams, Operations, PreparedOperation } from '../graphql/operation.js';
import type { ApolloContext } from './apollo.js';
import type { Admission } from './admission.js';
import type { Authentication } from './authentication.js';
import { GRAPHQL_RESPONSE, JSON_RESPONSE, sendError, sendText, statusOf } from './graphql-answer.js';
import { readBody } from './request-body.js';
import { SECURITY_HEADERS } from './pages.js';
import { isAllowedOrigin } from './request-guard.js';
import { createTurns, type Asked } from './turns.js';

export interface GraphqlHttpOptions {
  readonly apollo: ApolloServer<ApolloContext>;
  readonly operations: Operations;
  /** Documents that Apollo Server has accepted once. */
  readonly accepted: WeakSet<DocumentNode>;
  readonly authentication: Authentication;
  readonly allowedOrigins: () => readonly string[];
  readonly limits: { readonly bodyBytes: number; readonly mutationBodyBytes: number };
  readonly admission: Admission;
  readonly clock: Clock;
  /** Answers a request for an event stream, straight on the socket. */
  readonly eventStream: (
    request: IncomingMessage,
    response: ServerResponse,
    params: OperationParams,
    principal: Principal,
  ) => void;
}

/** Rejects for a fault of the gateway, before anything was answered. */
export type GraphqlHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Everything on /graphql that is not a WebSocket, in the order: origin, method, who asks, body, operation. */
export function createGraphqlHttp(options: GraphqlHttpOptions): GraphqlHandler {
  const askInTurn = createTurns();
  return async (request, response) => {
    const { origin, host } = request.headers;
    if (!isAllowedOrigin(origin, host, options.allowedOrigins())) {
      return sendError(response, 403, ErrorCode.FORBIDDEN, 'This origin is not allowed');
    }
    if (origin !== undefined) allowOrigin(response, origin);
    if (request.method === 'OPTIONS') return void response.writeHead(204, PREFLIGHT).end();
    if (request.method !== 'GET' && request.method !== 'POST') {
      return sendError(response, 405, ErrorCode.BAD_REQUEST, 'Only GET and POST are served here', {
        headers: { allow: 'GET, POST, OPTIONS' },
      });
    }
    try {
      const principal = await options.authentication.authenticate(request.headers.authorization);
      if (principal.role === 'METRICS') throw new GatewayError(ErrorCode.FORBIDDEN, 'This key may read metrics only');
      const release = await options.admission.admit(principal);
      try {
        const asked: Asked =
          request.method === 'POST'
            ? await askInTurn(await bodyText(request, principal, options), parseBody)
            : { params: paramsOfUrl(request) };
        if (acceptsEventStream(request) && !namesJson(request)) {
          startEventStream(request, response, asked.params, principal, options);
        } else await answer(request, response, asked, principal, options);
      } finally {
        release();
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (error.code === ErrorCode.PAYLOAD_TOO_LARGE) refuseSender(request, response, error, options.clock);
      else refuse(response, error);
    }
  };
}

const PREFLIGHT = {
  ...SECURITY_HEADERS,
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers':
    'authorization, content-type, accept, last-event-id, apollo-require-preflight, x-apollo-operation-name',
  'access-control-max-age': '600',
};

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'Origin');
  response.setHeader('access-control-expose-headers', 'retry-after, date');
}

/** Whoever still sends when its connection is closed may lose the answer that came before: the rest is read for a while. */
function refuseSender(request: IncomingMessage, response: ServerResponse, error: GatewayError, clock: Clock): void {
  const timer = clock.setTimer(LONGEST_LINGERING_MS, () => response.end());
  response.on('close', () => timer.cancel());
  request.on('end', () => response.end());
  request.resume();
  refuse(response, error, false);
}

const LONGEST_LINGERING_MS = 2_000;

function refuse(response: ServerResponse, error: GatewayError, ends = true): void {
  const retryAfter = error.extensions['retryAfterMs'];
  const headers: Record<string, string> = {
    ...(error.code === ErrorCode.UNAUTHENTICATED && { 'www-authenticate': 'Bearer' }),
    ...(typeof retryAfter === 'number' && { 'retry-after': String(Math.ceil(retryAfter / 1000)) }),
    // What is left of a body that was not read cannot be told from the next request.
    ...(error.code === ErrorCode.PAYLOAD_TOO_LARGE && { connection: 'close' }),
  };
  const status = error.code === ErrorCode.BAD_REQUEST ? httpStatus(error) : statusOfCode(error.code);
  if (status === 405) headers['allow'] = 'POST';
  sendError(response, status, error.code, error.message, { headers, ends });
}

function httpStatus(error: GatewayError): number {
  const status = error.extensions['status'];
  return typeof status === 'number' ? status : 400;
}

function bodyText(request: IncomingMessage, principal: Principal, { limits }: GraphqlHttpOptions): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must not be encoded', { status: 415 });
  }
  const contentType = request.headers['content-type'] ?? '';
  if (contentType !== 'application/json') checkContentType(contentType);
  return readBody(request, mayMutate(principal) ? limits.mutationBodyBytes : limits.bodyBytes);
}

function checkContentType(contentType: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must be UTF-8', { status: 415 });
  }
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body must be sent as application/json', { status: 415 });
  }
}

function parseBody(text: string): OperationParams {
  const body = parseJson(text);
  if (!isRecord(body)) {
    throw new GatewayError(
      ErrorCode.BAD_REQUEST,
      'The body must be a JSON object with a query; batches are not served',
    );
  }
  return body;
}

function acceptsEventStream(request: IncomingMessage): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(request.headers.accept ?? '');
}

/** Clients that take both, as urql does, want a stream for subscriptions alone: behind an answer they leave no reader. */
function namesJson(request: IncomingMessage): boolean {
  return /application\/(json|graphql-response\+json)/i.test(request.headers.accept ?? '');
}

function startEventStream(
  request: IncomingMessage,
  response: ServerResponse,
  params: OperationParams,
  principal: Principal,
  { eventStream }: GraphqlHttpOptions,
): void {
  // The stream writes on the socket itself; headers set so far go with it.
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  eventStream(request, response, params, principal);
}

function paramsOfUrl(request: IncomingMessage): OperationParams {
  const search = new URL(request.url ?? '', 'http://localhost').searchParams;
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
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
  principal: Principal,
  options: GraphqlHttpOptions,
): Promise<void> {
  const { params } = asked;
  const accept = request.headers.accept;
  if (!acceptsJson(accept)) {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The answer would be JSON, which is not accepted', { status: 406 });
  }
  const prepared = options.operations.prepare(params, principal);
  if (prepared.type === 'rejected') return send(response, accept, prepared.result, asked);
  if (prepared.type === 'subscription') {
    if (!acceptsEventStream(request)) {
      throw new GatewayError(
        ErrorCode.BAD_REQUEST,
        'Subscriptions are served over WebSocket, or with Accept: text/event-stream',
      );
    }
    return startEventStream(request, response, params, principal, options);
  }
  if (prepared.type === 'mutation' && request.method === 'GET') {
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'A mutation is sent by POST', { status: 405 });
  }
  await options.admission.charge(principal, prepared.cost);

  const caller = new HttpCaller(response);
  // A GET that takes event streams is origin-checked, and needs no header that Apollo would ask for.
  if (request.method === 'POST' ? options.accepted.has(prepared.document) : acceptsEventStream(request)) {
    return send(response, accept, await prepared.execute(caller), asked);
  }
  await byApollo(request, response, prepared, caller, options);
}

function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  return /(^|,)\s*(\*\/\*|application\/(\*|json|graphql-response\+json))\s*(;|,|$)/i.test(accept);
}

/** Answers of documents that Apollo Server has accepted before need nothing of it but their form. */
function send(response: ServerResponse, accept: string | undefined, result: ExecutionResult, asked: Asked): void {
  const type = accept?.includes('application/graphql-response+json') ? GRAPHQL_RESPONSE : JSON_RESPONSE;
  if (asked.written?.result !== result) asked.written = { result, text: JSON.stringify(result) };
  sendText(response, statusOf(result, accept), type, asked.written.text);
}

async function byApollo(
  request: IncomingMessage,
  response: ServerResponse,
  prepared: PreparedOperation,
  caller: Caller,
  { apollo, accepted }: GraphqlHttpOptions,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { operationName, text, variables } = prepared;
  const answered = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? '',
      headers,
      search: new URL(request.url ?? '', 'http://localhost').search,
      body: { query: text, variables, ...(operationName !== undefined && { operationName }) },
    },
    context: () => Promise.resolve({ prepared, caller }),
  });
  if (answered.body.kind !== 'complete') throw new Error('Incremental delivery is not served');
  const status = answered.status ?? 200;
  if (status < 400) accepted.add(prepared.document);
  // The same bytes as in `send`: nobody can tell whether somebody asked the same before.
  const type = answered.headers.get('content-type') ?? JSON_RESPONSE;
  sendText(response, status, type, answered.body.string.trimEnd(), { headers: answered.headers });
}

/** Whoever waits for an answer over HTTP; is gone when its connection ends before it has the answer. */
class HttpCaller implements Caller {
  #gone: AbortController | undefined;

  constructor(private readonly response: ServerResponse) {}

  /** Made for the few operations that wait: a signal costs as much as a small answer. */
  get signal(): AbortSignal {
    if (!this.#gone) {
      const gone = (this.#gone = new AbortController());
      const { response } = this;
      if (response.closed) gone.abort();
      response.once('close', () => {
        if (!response.writableFinished) gone.abort();
      });
    }
    return this.#gone.signal;
  }
}
