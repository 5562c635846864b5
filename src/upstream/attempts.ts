import { NO_SPAN, noTracer, type Span } from '../base/tracer.js';
import type { Access } from './access.js';
import { circuitOutcome, errorOf, interpret, type Answer } from './answer.js';
import type { Permit } from './circuit.js';
import type { UpstreamClientOptions } from './client-options.js';
import type { ClockSkew } from './clock-skew.js';
import type { Authorization } from './credential.js';
import type { Deadline } from './deadline.js';
import type { OutgoingRequest } from './outgoing.js';
import type { RequestLog } from './request-log.js';
import type { Throttle } from './throttle.js';
import type { Transport, TransportResult } from './transport.js';
import { UpstreamError, UpstreamErrorCode } from './upstream-error.js';
import { withoutEcho } from './without-echo.js';

/** Sends requests that were admitted, one at a time, and tells every part what came of it. */
export interface Attempts {
  /** @throws UpstreamError with `neverSent` when there is no authorisation to send it with */
  send(request: OutgoingRequest, options: AttemptOptions): Promise<Attempt>;
  /** @returns whether a refused attempt is worth repeating */
  renew(refused: Authorization, priority: 'request' | 'poll', deadline: Deadline): Promise<boolean>;
}

export interface AttemptOptions {
  readonly connection: 'pooled' | 'fresh';
  readonly deadline: Deadline;
  readonly permit: Permit;
}

export interface Attempt {
  readonly answer: Answer;
  readonly askedAt: number;
  readonly authorization: Authorization;
}

export interface AttemptParts {
  readonly transport: Transport;
  readonly access: Access;
  readonly throttle: Throttle;
  readonly skew: ClockSkew;
  readonly log: RequestLog;
}

type Options = Pick<UpstreamClientOptions, 'service' | 'account' | 'credential' | 'clock' | 'metrics' | 'tracer'>;

export function createAttempts(options: Options, parts: AttemptParts): Attempts {
  const { service, account, credential, clock, metrics, tracer = noTracer } = options;
  const { transport, access, throttle, skew, log } = parts;

  async function authorize(request: OutgoingRequest, { deadline, permit }: AttemptOptions): Promise<Authorization> {
    try {
      const made = credential.authorize(request, { skewMs: skew.ms });
      const authorization = 'then' in made ? await deadline.race(made) : made;
      if (authorization && !deadline.ended) return authorization;
      throw errorOf({ type: 'failure', kind: deadline.ended ?? 'timeout', details: { neverSent: true } });
    } catch (thrown) {
      permit.settle('unknown');
      throw noted(thrown);
    }
  }

  /** Books that the credential could not be had; an upstream is not to blame for it. */
  function noted(thrown: unknown): unknown {
    if (!(thrown instanceof UpstreamError)) return thrown;
    log.failed(thrown);
    if (thrown.code === UpstreamErrorCode.UPSTREAM_AUTH_FAILED) access.deny();
    return thrown;
  }

  function learn(answer: Answer, askedAt: number, span: Span): void {
    const outcome = answer.type === 'success' ? 'ok' : errorOf(answer).code;
    if (outcome !== 'ok') span.fail(outcome);
    metrics.upstreamRequests.inc({ service, account, outcome });
    if (answer.type === 'failure' && answer.kind === 'throttled') {
      throttle.throttled(askedAt, answer.details.retryAfterMs);
    } else if (answer.type === 'success' || answer.kind === 'missing' || answer.kind === 'refused') {
      throttle.answered();
      access.grant();
    }
  }

  function aboutRequest({ method, host, path }: OutgoingRequest) {
    const http = { 'http.request.method': method, 'server.address': host, 'url.path': path };
    return { ...http, 'taskgate.service': service, 'taskgate.account': account };
  }

  async function exchange(
    request: OutgoingRequest,
    { connection, deadline, permit }: AttemptOptions,
    authorization: Authorization,
    span: Span,
  ): Promise<Attempt> {
    const askedAt = clock.now();
    log.sent();
    // Beside what is signed: whoever stands between may change it.
    const headers = { ...authorization.headers, ...tracer.outgoing() };
    const result = await transport.send(request, { headers, connection, signal: deadline.signal });
    const head = headOf(result);
    if (head) skew.observe(head.headers['date'], head.headersAt);
    if (head) span.set({ 'http.response.status_code': head.status });
    const answer = withoutEcho(interpret(result, deadline.ended, clock.now()), result, secretsOf(authorization));
    permit.settle(circuitOutcome(answer));
    learn(answer, askedAt, span);
    return { answer, askedAt, authorization };
  }

  return {
    async send(request, attempt) {
      const authorization = await authorize(request, attempt);
      if (!tracer.enabled) return exchange(request, attempt, authorization, NO_SPAN);
      const start = { kind: 'client', attributes: aboutRequest(request) } as const;
      return tracer.step(`${request.method} ${service}`, start, (span) =>
        exchange(request, attempt, authorization, span),
      );
    },
    async renew(refused, priority, deadline) {
      // While the upstream refuses us, the one poll a minute renews; requests would make a storm of it.
      if (access.refused && priority === 'request') return false;
      try {
        const renewed = await deadline.race(credential.renew(refused, { skewMs: skew.ms }));
        if (renewed === false) access.deny();
        return renewed === true;
      } catch (thrown) {
        throw noted(thrown);
      }
    },
  };
}

function headOf(
  result: TransportResult,
): Pick<TransportResult & { type: 'reply' }, 'status' | 'headers' | 'headersAt'> | undefined {
  return result.type === 'reply' ? result : result.head;
}

/** A signature is good for some minutes more. */
function secretsOf({ secrets, headers }: Authorization): readonly string[] {
  const signature = /[0-9a-f]{64}$/.exec(headers['authorization'] ?? '')?.[0];
  return signature === undefined ? secrets : [...secrets, signature];
}
