import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { principalKey, type Principal } from '../graphql/principal.js';

/** How much one principal, and all of them together, may ask for. */
export interface Admission {
  /**
   * Takes one request into account.
   *
   * @returns what to call when the request has been answered
   * @throws GatewayError RATE_LIMITED, OVERLOADED or SHUTTING_DOWN, each with `retryAfterMs`
   */
  admit(principal: Principal): Promise<() => void>;
  /**
   * Takes the cost of an operation into account (errors.md, QUERY_TOO_COMPLEX).
   *
   * @throws GatewayError RATE_LIMITED
   */
  charge(principal: Principal, cost: number): Promise<void>;
}

export interface AdmissionOptions {
  readonly requestsPerSecond: number;
  readonly costPerSecond: number;
  /** Requests in flight over all principals; beyond that new ones are shed. */
  readonly mostInFlight: number;
  readonly shuttingDown: () => boolean;
  /** Whether principals are told apart; nobody is counted while everybody is the same one on this machine. */
  readonly counted: () => boolean;
  /** Where all replicas count together. Left out: this process counts alone, as it does while Redis is away. */
  readonly redis?: Redis | undefined;
}

const RETRY_WHEN_OVERLOADED_MS = 1000;

export function createAdmission(options: AdmissionOptions): Admission {
  const requests = createLimiter('requests', options.requestsPerSecond, options.redis);
  const costs = createLimiter('cost', options.costPerSecond, options.redis);
  let inFlight = 0;

  return {
    async admit(principal) {
      if (options.shuttingDown()) throw shed(ErrorCode.SHUTTING_DOWN, 'The gateway is going away');
      if (inFlight >= options.mostInFlight) throw shed(ErrorCode.OVERLOADED, 'The gateway has too much to do');
      if (options.counted()) await consume(requests, principal, 1);
      inFlight++;
      let released = false;
      return () => {
        if (!released) inFlight--;
        released = true;
      };
    },
    async charge(principal, cost) {
      if (options.counted()) await consume(costs, principal, cost);
    },
  };
}

/** A principal that is over its limit already is refused without asking Redis. */
function createLimiter(name: string, points: number, redis: Redis | undefined): RateLimiterAbstract {
  const alone = new RateLimiterMemory({ points, duration: 1 });
  if (!redis) return alone;
  return new RateLimiterRedis({
    storeClient: redis,
    rejectIfRedisNotReady: true,
    keyPrefix: `taskgate:limit:${name}`,
    points,
    duration: 1,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: alone,
  });
}

function shed(code: ErrorCode, message: string): GatewayError {
  return new GatewayError(code, message, { retryAfterMs: RETRY_WHEN_OVERLOADED_MS }, true);
}

async function consume(limiter: RateLimiterAbstract, principal: Principal, points: number): Promise<void> {
  try {
    await limiter.consume(principalKey(principal), points);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new GatewayError(ErrorCode.RATE_LIMITED, 'Too many requests', { retryAfterMs: refused.msBeforeNext }, true);
  }
}
