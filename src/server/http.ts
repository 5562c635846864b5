import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { ErrorCode } from '../task/errors.js';
import type { Authentication } from './authentication.js';
import { endWithError } from './error-answer.js';
import { sendError } from './graphql-answer.js';
import type { GraphqlHandler } from './graphql-http.js';
import { registerHealth, type Health } from './health.js';
import { registerPages } from './pages.js';
import { isAllowedOrigin, isLoopbackHost } from './request-guard.js';

export interface HttpOptions {
  readonly authentication: Authentication;
  readonly allowedOrigins: () => readonly string[];
  readonly trustProxy: boolean | string | readonly string[];
  readonly metricsFor: () => 'key' | 'everybody';
  readonly pagesFolder: string;
  readonly graphiql: boolean;
  readonly health: Health;
  readonly draining: () => boolean;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Answers everything on /graphql that is not a WebSocket. */
  readonly graphql: GraphqlHandler;
}

/** Room for a token of the longest accepted kind beside everything else that browsers and proxies send. */
const MOST_HEADER_BYTES = 32_768;

/** The HTTP server: guards first, then paths. Bodies are left unread for whoever answers, after authentication. */
export async function createHttpApp(options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    trustProxy: options.trustProxy as boolean | string | string[],
    requestTimeout: 60_000,
    keepAliveTimeout: 65_000,
    // A missing Host is refused below, in the shape of every other error; Node would answer without a body.
    http: { maxHeaderSize: MOST_HEADER_BYTES, headersTimeout: 20_000, requireHostHeader: false },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    clientErrorHandler: refuseUnparsed,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null);
  });

  app.addHook('onRequest', async (request, reply) => {
    if (refusesHost(request.raw, reply.raw, options)) return void reply.hijack();
    if (options.draining()) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    // A path that is not served has no name of its own: there are as many of them as callers like.
    const path = request.routeOptions.url ?? 'other';
    options.metrics.httpRequests.inc({ path, status: reply.raw.statusCode });
  });
  app.setErrorHandler((error, request, reply) => {
    reply.hijack();
    fail(reply.raw, error, request.routeOptions.url, options);
  });

  const graphql = createGraphqlLane(options);
  // For a path that is spelt in another way; an address that is listened to beside the first has a server of its own.
  app.all('/graphql', { exposeHeadRoute: false }, ({ raw }, reply) => {
    reply.hijack();
    graphql(raw, reply.raw);
  });
  putInFront(app.server, graphql, options.metrics);
  registerHealth(app, options);
  registerMetrics(app, options);
  await registerPages(app, { folder: options.pagesFolder, graphiql: options.graphiql });
  return app;
}

type Lane = (request: IncomingMessage, response: ServerResponse) => void;

/** The guards that stand before every path, and /graphql behind them. */
function createGraphqlLane(options: HttpOptions): Lane {
  return (request, response) => {
    if (refusesHost(request, response, options)) return;
    if (options.draining()) response.setHeader('connection', 'close');
    options.graphql(request, response).catch((error: unknown) => fail(response, error, GRAPHQL_PATH, options));
  };
}

const GRAPHQL_PATH = '/graphql';

/** /graphql is answered before Fastify sees the request: its hooks and replies cost more than the answer itself. */
function putInFront(server: Server, graphql: Lane, { httpRequests }: Metrics): void {
  const others = server.listeners('request') as Lane[];
  server.removeAllListeners('request');
  // One function for all: it is called with the response that has been closed.
  function count(this: ServerResponse): void {
    httpRequests.inc({ path: GRAPHQL_PATH, status: this.statusCode });
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== GRAPHQL_PATH && request.url?.startsWith(`${GRAPHQL_PATH}?`) !== true) {
      for (const listener of others) listener.call(server, request, response);
      return;
    }
    response.on('close', count);
    graphql(request, response);
  });
}

/** Answers a request that names no host, or one that is not served. HTTP/1.0 does not know the header. */
function refusesHost(
  { httpVersion, headers }: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): boolean {
  if (httpVersion !== '1.0' && headers.host === undefined) {
    sendError(response, 400, ErrorCode.BAD_REQUEST, 'The request has no Host header');
    return true;
  }
  if (hostAllowed(headers.host, options)) return false;
  sendError(response, 403, ErrorCode.FORBIDDEN, 'This host name is not served');
  return true;
}

function fail(
  response: ServerResponse,
  error: unknown,
  path: string | undefined,
  { logger, metrics }: HttpOptions,
): void {
  const correlationId = randomUUID();
  logger.error({ err: error, path, correlationId }, 'request failed');
  metrics.internalErrors.inc();
  if (response.headersSent) response.destroy();
  else sendError(response, 500, ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error', { correlationId });
}

/** What Node's parser refuses has no path yet, so that it is answered in the shape that /graphql promises. */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNPARSED[error.code ?? ''] ?? 400;
  endWithError(socket, status, ErrorCode.BAD_REQUEST, 'The request cannot be read as HTTP');
}

const UNPARSED: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Whether an upgrade to a WebSocket may go on to its handshake: the same guards as for every other request. */
export function upgradeAllowed(
  request: IncomingMessage,
  options: Pick<HttpOptions, 'authentication' | 'allowedOrigins'>,
): boolean {
  const { host, origin } = request.headers;
  if (!options.authentication.required() && !isLoopbackHost(host)) return false;
  return isAllowedOrigin(origin, host, options.allowedOrigins());
}

/** Without login everybody is admin, so that a page whose name was rebound to loopback must not get in. */
function hostAllowed(host: string | undefined, { authentication }: HttpOptions): boolean {
  return authentication.required() || isLoopbackHost(host);
}

function registerMetrics(app: FastifyInstance, { authentication, metricsFor, metrics }: HttpOptions): void {
  app.get('/metrics', async (request, reply) => {
    if (authentication.required() && metricsFor() === 'key') {
      const principal = await authentication.authenticate(request.headers.authorization).catch(() => undefined);
      if (!principal)
        return reply.code(401).header('www-authenticate', 'Bearer').type('text/plain').send('Unauthenticated\n');
      if (principal.role !== 'METRICS' && principal.role !== 'ADMIN')
        return reply.code(403).type('text/plain').send('Forbidden\n');
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
