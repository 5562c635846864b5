import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Tracer } from '../base/tracer.js';
import type { Budget } from './budget.js';
import type { Credential } from './credential.js';
import type { Proxy } from './proxy.js';

export interface UpstreamClientOptions {
  readonly service: string;
  readonly account: string;
  /** Scheme, host, and a path prefix if there is one. */
  readonly baseUrl: string;
  /** Directly when left out. */
  readonly proxy?: Proxy | undefined;
  /** Shared by the services of the account, and closed by whoever made it. */
  readonly credential: Credential;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'upstreamRequests' | 'circuitOpen'>;
  readonly tracer?: Tracer;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /**
   * From when the budget grants the request to the last byte of its answer, a renewal of the credential and a
   * repetition included; also how long a request waits for the budget. 10 s by default.
   */
  readonly deadlineMs?: number;
}
