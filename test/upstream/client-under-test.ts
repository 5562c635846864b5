import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics, type Metrics } from '../../src/base/metrics.js';
import { Secret } from '../../src/base/secret.js';
import type { Budget } from '../../src/upstream/budget.js';
import type { UpstreamClientOptions } from '../../src/upstream/client-options.js';
import { createUpstreamClient, type OwnedUpstreamClient } from '../../src/upstream/create-upstream-client.js';
import { createFixedToken } from '../../src/upstream/fixed-token.js';
import type { UpstreamRequest } from '../../src/upstream/upstream-client.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';

export const unlimited: Budget = { requestsPerMinute: 600, take: () => Promise.resolve('granted') };

export const aRead: UpstreamRequest = { method: 'GET', path: '/v1/p/jobs/j', priority: 'request' };
export const aPoll: UpstreamRequest = { ...aRead, priority: 'poll' };
export const aStart: UpstreamRequest = { method: 'POST', path: '/v1/p/jobs', body: { a: 1 }, priority: 'request' };

export function createClient(
  baseUrl: string,
  options: Partial<UpstreamClientOptions> = {},
): OwnedUpstreamClient & { readonly metrics: Metrics } {
  const metrics = createMetrics();
  const client = createUpstreamClient({
    service: 'SFS',
    account: 'prod',
    baseUrl,
    credential: createFixedToken(new Secret('a-token')),
    budget: unlimited,
    clock: systemClock,
    logger: silentLogger,
    metrics,
    random: () => 0.5,
    ...options,
  });
  return { ...client, metrics };
}

/** What a call was refused with. */
export async function failureOf(call: Promise<unknown>): Promise<UpstreamError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

export async function outcomes(metrics: Metrics): Promise<Readonly<Record<string, number>>> {
  const { values } = await metrics.upstreamRequests.get();
  const counted = values.filter(({ value }) => value !== 0);
  return Object.fromEntries(counted.map(({ labels, value }) => [String(labels.outcome), value]));
}
