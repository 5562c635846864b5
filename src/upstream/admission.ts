import type { Clock } from '../base/clock.js';
import type { Access } from './access.js';
import type { Budget } from './budget.js';
import type { Circuit, Permit } from './circuit.js';
import type { Throttle } from './throttle.js';
import type { UpstreamRequest } from './upstream-client.js';
import { UpstreamError, UpstreamErrorCode } from './upstream-error.js';

/** A poll can wait: it is planned to fit the budget, and only requests that push in front of it delay it. */
const POLL_PATIENCE_MS = 60_000;

/** Decides whether, and when, a request may be sent. */
export interface Admission {
  /**
   * Waits for the budget, passes the circuit and keeps the pauses.
   *
   * @param patienceMs how long a request waits for the budget
   * @throws UpstreamError with `neverSent`
   */
  admit(request: UpstreamRequest, patienceMs: number): Promise<Permit>;
  /** For the repetition of what was admitted: the same, but pauses do not count. */
  readmit(request: UpstreamRequest, patienceMs: number): Promise<Permit>;
  /** See `UpstreamStatus.pausedUntil`. */
  pausedUntil(): number | null;
  /** See `UpstreamStatus.waitingPolls`. */
  waitingPolls(): number;
}

export function createAdmission(parts: {
  readonly clock: Clock;
  readonly budget: Budget;
  readonly circuit: Circuit;
  readonly throttle: Throttle;
  readonly access: Access;
}): Admission {
  const { clock, budget, circuit, throttle, access } = parts;
  let waitingPolls = 0;

  /**
   * Polls keep every pause. A read that a caller waits for keeps the one that the upstream has named; a start, which the
   * caller has thought of, is tried in any case.
   */
  function refusePaused({ priority, method }: UpstreamRequest): void {
    const now = clock.now();
    if (priority === 'poll' && access.probeAt !== null && now < access.probeAt) {
      throw neverSent(UpstreamErrorCode.UPSTREAM_AUTH_FAILED, 'The upstream does not accept the credentials');
    }
    const named = method === 'GET' ? throttle.namedUntil : -Infinity;
    const until = priority === 'poll' ? throttle.until : named;
    if (now < until)
      throw neverSent(UpstreamErrorCode.UPSTREAM_THROTTLED, 'The upstream asked for a pause', until - now);
  }

  function refuseOpen(): void {
    const { opensUpAt } = circuit;
    if (opensUpAt !== null && clock.now() < opensUpAt) throw circuitOpen();
  }

  async function takeBudget(request: UpstreamRequest, patienceMs: number): Promise<void> {
    const { priority, signal } = request;
    const patience = priority === 'poll' ? Math.max(patienceMs, POLL_PATIENCE_MS) : patienceMs;
    const waiting = priority === 'poll' ? 1 : 0;
    waitingPolls += waiting;
    const wish = { priority, patienceMs: patience, cost: circuit.cost(), signal };
    const taken = await budget.take(wish).finally(() => (waitingPolls -= waiting));
    if (taken === 'granted') return;
    if (taken === 'aborted') throw neverSent(UpstreamErrorCode.UPSTREAM_UNAVAILABLE, 'The request was given up');
    throw neverSent(UpstreamErrorCode.UPSTREAM_THROTTLED, 'There is no budget left for requests to the upstream');
  }

  async function readmit(request: UpstreamRequest, patienceMs: number): Promise<Permit> {
    refuseOpen();
    await takeBudget(request, patienceMs);
    const permit = circuit.enter();
    if (!permit) throw circuitOpen();
    return permit;
  }

  return {
    async admit(request, patienceMs) {
      refuseOpen();
      refusePaused(request);
      await takeBudget(request, patienceMs);
      // A pause may have begun while it waited for its turn.
      refusePaused(request);
      const permit = circuit.enter();
      if (!permit) throw circuitOpen();
      if (request.priority === 'poll') access.claimProbe();
      return permit;
    },
    readmit,
    pausedUntil() {
      const until = Math.max(access.probeAt ?? -Infinity, throttle.until, circuit.opensUpAt ?? -Infinity);
      return until > clock.now() ? until : null;
    },
    waitingPolls: () => waitingPolls,
  };
}

function circuitOpen(): UpstreamError {
  return neverSent(UpstreamErrorCode.UPSTREAM_UNAVAILABLE, 'The upstream has been failing and is left alone for now');
}

function neverSent(code: UpstreamErrorCode, message: string, retryAfterMs?: number): UpstreamError {
  return new UpstreamError(code, message, {
    neverSent: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
