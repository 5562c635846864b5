import type { IncomingMessage, Server } from 'node:http';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Tracer } from '../base/tracer.js';
import type { Operations } from '../graphql/operation.js';
import { principalKey, type Principal } from '../graphql/principal.js';
import { ErrorCode } from '../task/errors.js';
import type { Admission } from './admission.js';
import { endWithError } from './error-answer.js';
import { SubscriptionGroups } from './subscription-group.js';
import { Sweep } from './subscription-sweep.js';
import { WebSocketConnection, type ConnectionPort } from './websocket-connection.js';
import { GatewayCloseCode, WEBSOCKET_LIMITS, type WebSocketLimits } from './websocket-limits.js';

export interface WebSocketOptions {
  readonly httpServer: Server;
  /** Default: /graphql */
  readonly path?: string;
  readonly operations: Operations;
  /**
   * Given `connection_init.payload.authorization`, whatever it is.
   *
   * @throws GatewayError when it is refused: the socket is closed with 4403
   */
  readonly authenticate: (credential: unknown) => Promise<Principal>;
  /** Left out: everything is admitted. */
  readonly admission?: Admission;
  /** Whether a handshake may go on (Origin, Host); otherwise it is answered with 403. */
  readonly originAllowed: (request: IncomingMessage) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'subscribers' | 'subscriptionGroups' | 'slowReaders' | 'eventAge' | 'requests'>;
  readonly tracer?: Tracer;
  readonly limits?: Partial<WebSocketLimits>;
}

export interface WebSockets {
  /** Takes no new sockets, and closes the open ones with 1001, spread over `ms`; resolves when all are gone. */
  drain(ms: number): Promise<void>;
  readonly connections: number;
  readonly groups: number;
}

/** For answers and close frames on their way when the time to drain is over. */
const LAST_WORDS_MS = 2_000;

/** Serves graphql-transport-ws on an HTTP server. */
export function attachWebSockets(options: WebSocketOptions): WebSockets {
  const { httpServer, clock, logger, metrics, operations, authenticate, path = '/graphql' } = options;
  const limits = { ...WEBSOCKET_LIMITS, ...options.limits };
  const groups = new SubscriptionGroups({ clock, logger, metrics, tracer: options.tracer });
  const sweep = new Sweep<WebSocketConnection>(clock);
  const seats = new Map<WebSocketConnection, string>();
  const sockets = new Map<string, number>();
  let draining = false;
  let whenEmpty: (() => void) | undefined;

  function leave(connection: WebSocketConnection): void {
    const name = seats.get(connection);
    if (name === undefined) return;
    seats.delete(connection);
    const left = (sockets.get(name) ?? 1) - 1;
    if (left > 0) sockets.set(name, left);
    else sockets.delete(name);
  }

  const port: ConnectionPort = {
    operations,
    authenticate,
    groups,
    limits,
    clock,
    logger,
    metrics,
    admission: options.admission,
    seat(connection, principal) {
      const name = principalKey(principal);
      const taken = sockets.get(name) ?? 0;
      if (taken >= limits.socketsPerPrincipal) return false;
      sockets.set(name, taken + 1);
      seats.set(connection, name);
      return true;
    },
    closed(connection) {
      sweep.remove(connection);
      leave(connection);
      if (sweep.members.size === 0) whenEmpty?.();
    },
  };
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.messageBytes,
    // A message that `ws` still compresses would be overtaken by an event, which is written past it.
    perMessageDeflate: false,
    handleProtocols,
  });

  httpServer.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?', 1)[0] !== path) {
      return endWithError(socket, 404, ErrorCode.BAD_REQUEST, 'Nothing is served here');
    }
    if (!options.originAllowed(request))
      return endWithError(socket, 403, ErrorCode.FORBIDDEN, 'This origin is not allowed');
    if (draining) return endWithError(socket, 503, ErrorCode.SHUTTING_DOWN, 'The gateway is shutting down');
    if (sweep.members.size >= limits.sockets)
      return endWithError(socket, 503, ErrorCode.OVERLOADED, 'Too many sockets');
    server.handleUpgrade(request, socket, head, (ws) => {
      sweep.add(new WebSocketConnection(ws, socket, port));
    });
  });

  return {
    get connections() {
      return sweep.members.size;
    },
    get groups() {
      return groups.size;
    },
    async drain(ms) {
      draining = true;
      const empty = new Promise<void>((resolve) => (whenEmpty = resolve));
      if (sweep.members.size === 0) return;
      const late = clock.setTimer(ms + LAST_WORDS_MS, () => {
        for (const connection of sweep.members) connection.terminate();
      });
      await sweep.spread(ms, (connection) => connection.leave(GatewayCloseCode.GoingAway, 'Going away'));
      if (sweep.members.size > 0) await empty;
      late.cancel();
    },
  };
}
