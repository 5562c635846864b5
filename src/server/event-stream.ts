import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Tracer } from '../base/tracer.js';
import type { OperationParams, Operations, PreparedOperation } from '../graphql/operation.js';
import type { Principal } from '../graphql/principal.js';
import { statusOfCode } from '../graphql/format-error.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import type { Admission } from './admission.js';
import { errorAnswer } from './error-answer.js';
import { EventStreamConnection } from './event-stream-connection.js';
import { JSON_RESPONSE, statusOf } from './graphql-answer.js';
import { codeOf, NO_OPERATION } from './observed-operations.js';
import { SubscriptionGroups } from './subscription-group.js';
import { resumeBehind } from './subscription-resume.js';
import { Sweep } from './subscription-sweep.js';

export interface EventStreamsOptions {
  readonly operations: Operations;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'subscribers' | 'subscriptionGroups' | 'slowReaders' | 'eventAge' | 'requests'>;
  /** Left out: everything is admitted. */
  readonly admission?: Pick<Admission, 'charge'>;
  readonly tracer?: Tracer;
  /** Streams of the whole process. Default: 50,000 */
  readonly mostStreams?: number;
}

export interface EventStreams {
  /**
   * Answers a request that accepts text/event-stream: distinct connections mode of the graphql-sse protocol, with the
   * cursor as `id:`. Headers that were set on `response` before go with the answer. Never rejects.
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    params: OperationParams,
    principal: Principal,
  ): Promise<void>;
  /** Takes no new streams, and ends the open ones without `complete`, spread over `ms`. */
  drain(ms: number): Promise<void>;
  readonly connections: number;
  readonly groups: number;
}

type Answer = { readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] };

const MOST_STREAMS = 50_000;

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { operations, clock, logger, metrics, mostStreams = MOST_STREAMS } = options;
  const groups = new SubscriptionGroups({ clock, logger, metrics, tracer: options.tracer });
  const sweep = new Sweep<EventStreamConnection>(clock);
  let draining = false;

  function prepare(request: IncomingMessage, params: OperationParams, principal: Principal) {
    const prepared = operations.prepare(params, principal);
    const lastEventId = request.headers['last-event-id'];
    if (prepared.type !== 'subscription' || typeof lastEventId !== 'string' || lastEventId === '') return prepared;
    return operations.prepare(resumeBehind(prepared, params, lastEventId), principal);
  }

  function answerJson(response: ServerResponse, status: number, result: Answer, headers = {}): void {
    response.writeHead(status, { ...headers, 'content-type': JSON_RESPONSE, 'cache-control': 'no-store' });
    response.end(JSON.stringify(result));
  }

  /** Answers what never became an operation. */
  function turnAway(response: ServerResponse, status: number, result: Answer, headers = {}): void {
    metrics.requests.inc({ transport: 'sse', operation: NO_OPERATION, code: codeOf(result) });
    answerJson(response, status, result, headers);
  }

  function refuse(response: ServerResponse, { code, message, retryable, extensions }: GatewayError): void {
    const { retryAfterMs } = extensions;
    const headers = typeof retryAfterMs === 'number' ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {};
    turnAway(response, statusOfCode(code), errorAnswer(code, message, retryable), headers);
  }

  function connect(response: ServerResponse, principal: Principal): EventStreamConnection {
    const connection = new EventStreamConnection(response, principal, {
      clock,
      logger,
      metrics,
      groups,
      closed: (closed) => sweep.remove(closed),
    });
    sweep.add(connection);
    return connection;
  }

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
    prepared: PreparedOperation,
    principal: Principal,
  ): Promise<void> {
    if (prepared.type === 'subscription') {
      const stream = await prepared.subscribe();
      if (response.destroyed) return;
      if (!('open' in stream)) return answerJson(response, statusOf(stream, request.headers.accept), stream);
      return connect(response, principal).carry(prepared, stream);
    }
    if (prepared.type === 'mutation' && request.method === 'GET') {
      const refusal = errorAnswer(ErrorCode.BAD_REQUEST, 'A mutation is sent by POST');
      return turnAway(response, 405, refusal, { allow: 'POST' });
    }
    if (response.destroyed) return;
    const connection = connect(response, principal);
    const result = await prepared.execute(connection);
    connection.answer(result);
  }

  return {
    get connections() {
      return sweep.members.size;
    },
    get groups() {
      return groups.size;
    },
    async handle(request, response, params, principal) {
      try {
        if (draining) return turnAway(response, 503, unavailable(ErrorCode.SHUTTING_DOWN), RETRY_LATER);
        if (sweep.members.size >= mostStreams)
          return turnAway(response, 503, unavailable(ErrorCode.OVERLOADED), RETRY_LATER);
        const prepared = prepare(request, params, principal);
        if (prepared.type === 'rejected') return answerJson(response, prepared.status, prepared.result);
        await options.admission?.charge(principal, prepared.cost);
        await serve(request, response, prepared, principal);
      } catch (error) {
        if (error instanceof GatewayError) return refuse(response, error);
        logger.error({ err: error }, 'An event stream broke');
        if (response.headersSent) response.destroy();
        else turnAway(response, 500, errorAnswer(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error'));
      }
    },
    async drain(ms) {
      draining = true;
      await sweep.spread(ms, (connection) => connection.leave());
    },
  };
}

const RETRY_LATER = { 'retry-after': '5' };

function unavailable(code: ErrorCode): Answer {
  const message = code === ErrorCode.OVERLOADED ? 'Too many streams' : 'The gateway is shutting down';
  return errorAnswer(code, message, true);
}
