import { createAccess } from './access.js';
import { createAdmission } from './admission.js';
import { errorOf, type Answer, type Failure, type Success } from './answer.js';
import { createAttempts } from './attempts.js';
import { createCircuit } from './circuit.js';
import type { UpstreamClientOptions } from './client-options.js';
import { createClockSkew } from './clock-skew.js';
import { createDeadline } from './deadline.js';
import { encodeRequest, isPlainPath } from './outgoing.js';
import { createRequestLog } from './request-log.js';
import { createThrottle } from './throttle.js';
import { createTransport, type SendOptions } from './transport.js';
import type { Refusal, UpstreamClient, UpstreamReply, UpstreamRequest, UpstreamStatus } from './upstream-client.js';
import { UpstreamError, UpstreamErrorCode } from './upstream-error.js';

/** An `UpstreamClient` with what only its owner needs. */
export interface OwnedUpstreamClient extends UpstreamClient {
  /** How far the upstream's clock is ahead of ours, in milliseconds; null before the first reply with a date. */
  clockSkewMs(): number | null;
  /** Ends what is under way and closes every connection. */
  close(): Promise<void>;
}

/** What a call brought, after its one renewal and repetition. */
interface Outcome {
  readonly answer: Answer;
  readonly askedAt: number;
}

export function createUpstreamClient(options: UpstreamClientOptions): OwnedUpstreamClient {
  const { clock, budget, deadlineMs = 10_000 } = options;
  const baseUrl = new URL(options.baseUrl);
  const { transport, access, throttle, circuit, skew, log } = createParts(options, baseUrl, deadlineMs);
  const admission = createAdmission({ clock, budget, circuit, throttle, access });
  const attempts = createAttempts(options, { transport, access, throttle, skew, log });

  async function call(request: UpstreamRequest, connection: SendOptions['connection']): Promise<Outcome> {
    if (!isPlainPath(request.path)) throw unnameable();
    const outgoing = await encodeRequest(baseUrl, request);
    const permit = await admission.admit(request, deadlineMs);
    const deadline = createDeadline(clock, deadlineMs, request.signal);
    try {
      const first = await attempts.send(outgoing, { connection, deadline, permit });
      if (!isUnauthorized(first.answer)) return first;
      if (!(await attempts.renew(first.authorization, request.priority, deadline))) return first;
      const again = await admission.readmit(request, deadline.remainingMs());
      const second = await attempts.send(outgoing, { connection, deadline, permit: again });
      if (isUnauthorized(second.answer)) access.deny();
      return second;
    } finally {
      deadline.dispose();
    }
  }

  function book({ answer }: Outcome, toError: (failure: Failure) => UpstreamError): void {
    if (answer.type === 'success') log.succeeded();
    else if (answer.kind !== 'abandoned') log.failed(toError(answer));
  }

  async function callStart(request: UpstreamRequest): Promise<Outcome> {
    const outcome = await call(request, 'fresh');
    return isProvablyLost(outcome.answer) ? call(request, 'fresh') : outcome;
  }

  function state(): UpstreamStatus['state'] {
    if (access.refused) return 'unauthorized';
    if (circuit.opensUpAt !== null) return 'open';
    if (throttle.until > clock.now()) return 'throttled';
    return log.failing ? 'failing' : 'ok';
  }

  /** Looked at for every task that is read, mostly for one field of it: each is worked out when it is asked for. */
  const status: UpstreamStatus = {
    get state() {
      return state();
    },
    get requestsPerMinute() {
      return log.requestsPerMinute;
    },
    get budgetPerMinute() {
      return budget.requestsPerMinute;
    },
    get lastSuccessAt() {
      return log.lastSuccessAt;
    },
    get lastError() {
      return log.lastError;
    },
    get pausedUntil() {
      return admission.pausedUntil();
    },
    get waitingPolls() {
      return admission.waitingPolls();
    },
  };

  return {
    async read(request) {
      const outcome = await call(request, 'pooled');
      book(outcome, errorOf);
      if (outcome.answer.type === 'failure') throw errorOf(outcome.answer);
      return replyOf(outcome.answer, outcome.askedAt, clock.now());
    },
    async start(request) {
      const outcome = await callStart(request);
      book(outcome, startErrorOf);
      if (outcome.answer.type === 'success') return replyOf(outcome.answer, outcome.askedAt, clock.now());
      const refusal = refusalOf(outcome.answer);
      if (refusal) return refusal;
      throw startErrorOf(outcome.answer);
    },
    status: () => status,
    clockSkewMs: () => skew.ms,
    close: () => transport.close(),
  };
}

function createParts(
  { service, account, clock, logger, metrics, random, proxy }: UpstreamClientOptions,
  baseUrl: URL,
  deadlineMs: number,
) {
  const about = { service, account };
  metrics.circuitOpen.set(about, 0);
  // To whoever scrapes, a counter that comes into being at one has not grown.
  metrics.upstreamRequests.inc({ ...about, outcome: UpstreamErrorCode.UPSTREAM_THROTTLED }, 0);
  return {
    transport: createTransport({ baseUrl, clock, connectTimeoutMs: deadlineMs, proxy }),
    throttle: createThrottle({ clock, random }),
    log: createRequestLog(clock),
    access: createAccess(clock, (refused) =>
      logger.warn(
        about,
        refused ? 'the upstream does not accept the credentials' : 'the upstream accepts the credentials',
      ),
    ),
    circuit: createCircuit({
      clock,
      onChange(circuit) {
        metrics.circuitOpen.set(about, circuit === 'open' ? 1 : 0);
        logger.warn(about, `the circuit is ${circuit}`);
      },
    }),
    skew: createClockSkew((skewMs) => logger.warn({ ...about, skewMs }, 'the clock differs from the upstream’s')),
  };
}

function replyOf({ status, body, requestId }: Success, askedAt: number, answeredAt: number): UpstreamReply {
  return { type: 'reply', status, body, requestId, askedAt, answeredAt };
}

function isUnauthorized(answer: Answer): boolean {
  return answer.type === 'failure' && answer.kind === 'unauthorized';
}

/** No connection came about, so that a start may be tried once more. */
function isProvablyLost(answer: Answer): boolean {
  return answer.type === 'failure' && answer.kind === 'lost' && answer.details.neverSent === true;
}

/** A readable 4xx other than 401 and throttling, the front gateway's included. */
function refusalOf({ kind, details }: Failure): Refusal | undefined {
  if (kind !== 'refused' && kind !== 'missing') return undefined;
  const status = details.status ?? 0;
  const message = details.upstreamMessage ?? `The upstream answered with status ${status}`;
  return { type: 'refusal', status, upstreamCode: details.upstreamCode ?? null, message };
}

/** The failure as a start throws it: what may have arrived has an unknown outcome. */
function startErrorOf(failure: Failure): UpstreamError {
  const { kind, details } = failure;
  const said = kind === 'throttled' || kind === 'unauthorized' || kind === 'refused' || kind === 'missing';
  if (said || details.neverSent === true) return errorOf(failure);
  const message = 'Nobody can tell whether the upstream has started it';
  return new UpstreamError(UpstreamErrorCode.UPSTREAM_UNKNOWN_OUTCOME, message, details);
}

function unnameable(): UpstreamError {
  const message = 'No resource of an upstream has such a name';
  return new UpstreamError(UpstreamErrorCode.UPSTREAM_NOT_FOUND, message, { neverSent: true });
}
