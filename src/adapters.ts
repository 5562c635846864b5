import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';
import {
  createCorrectedClock,
  systemElapsed,
  type Clock,
  type ClockSample,
  type CorrectedClock,
} from './base/clock.js';
import type { Logger } from './base/logger.js';
import type { Metrics } from './base/metrics.js';
import { noTracer, type Tracer } from './base/tracer.js';
import { sqliteFile, type Config } from './config.js';
import { createMemoryPubSub } from './pubsub/memory.js';
import type { PubSub } from './pubsub/pubsub.js';
import { openSqliteStore } from './store/sqlite/open-sqlite-store.js';
import type { TaskStore } from './store/store.js';
import { withTracing } from './store/traced-store.js';
import type { Budget } from './upstream/budget.js';
import { createProxyAgent } from './upstream/proxy-agent.js';
import type { ProxyFor } from './upstream/proxy.js';
import type { ClusterOptions } from './watch/create-watch.js';

/** What stands behind the ports: of one process with its file, or of one replica of several. */
export interface Adapters {
  readonly tracer: Tracer;
  /** Of the process; on replicas corrected to the store's. */
  readonly clock: Clock;
  /** Its lines name the trace that they belong to. */
  readonly logger: Logger;
  readonly store: TaskStore;
  readonly pubsub: PubSub;
  readonly replica: ReplicaAdapters | undefined;
  close(): Promise<void>;
}

/** What only replicas have. */
export interface ReplicaAdapters {
  readonly redis: Redis;
  readonly cluster: ClusterOptions;
  /** Of all replicas together. @param replicas how many are alive, for the time that Redis is away */
  budgetFor(account: string, service: string, requestsPerSecond: number, replicas: () => number): Budget;
}

export interface AdapterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly startLogger: Logger;
  readonly metrics: Metrics;
  /** Which proxy the trace collector is reached by; directly when left out. */
  readonly proxyFor?: ProxyFor;
}

/** To the trace collector, for which nobody waits. */
const LONGEST_TUNNEL_MS = 1_500;

export async function openAdapters(config: Config, options: AdapterOptions): Promise<Adapters> {
  const tracer = await openTracer(config, options);
  const clock = tracer.timersOf(options.clock);
  const traced = { ...options, logger: tracer.linesOf(options.logger) };
  return config.cluster
    ? openReplica(config, config.cluster.redis, tracer, createCorrectedClock(clock), traced)
    : openProcess(config, tracer, clock, traced);
}

async function openProcess(config: Config, tracer: Tracer, clock: Clock, options: AdapterOptions): Promise<Adapters> {
  const store = withTracing(await openStore(config, clock, options), tracer);
  const pubsub = createMemoryPubSub();
  const close = (): Promise<void> => closeAll(pubsub, store, tracer);
  return { tracer, clock, logger: options.logger, store, pubsub, replica: undefined, close };
}

async function openReplica(
  config: Config,
  redisUrl: string,
  tracer: Tracer,
  clock: CorrectedClock,
  options: AdapterOptions,
): Promise<Adapters> {
  const { logger, metrics } = options;
  const { closeRedis, connectRedis, createBullmqWakeUps, createRedisBudget, createRedisPubSub, openLeaseTable } =
    await loadReplica();
  const store = withTracing(await openStore(config, clock, options), tracer);
  const redis = connectRedis({ url: redisUrl, logger });
  const pubsub = createRedisPubSub({ url: redisUrl, clock, logger, metrics });
  const leases = openLeaseTable({
    url: config.store.url,
    logger,
    replica: `${hostname()}/${process.pid}/${randomUUID()}`,
    now: () => options.clock.now(),
    elapsed: systemElapsed,
  });
  const wakeUps = createBullmqWakeUps({ url: redisUrl, epoch: () => store.epoch, clock, logger });
  const correct = (sample: ClockSample): void => clock.correct(sample);
  // What is stamped before the first beat is to be right as well.
  await leases.clock().then(correct, () => undefined);
  return {
    tracer,
    clock,
    logger,
    store,
    pubsub,
    replica: {
      redis,
      cluster: { leases, wakeUps, elapsed: systemElapsed, correct },
      budgetFor: (account, service, requestsPerSecond, replicas) =>
        createRedisBudget({ account, service, requestsPerSecond, redis, clock, replicas }),
    },
    close: () => closeAll(wakeUps, leases, pubsub, { close: () => closeRedis(redis) }, store, tracer),
  };
}

/** Redis, BullMQ and PostgreSQL take memory that a single process has no use for. */
async function loadReplica() {
  const [redis, pubsub, budget, leases, wakeUps] = await Promise.all([
    import('./base/redis.js'),
    import('./pubsub/redis.js'),
    import('./upstream/redis-budget.js'),
    import('./store/postgres/lease-table.js'),
    import('./watch/bullmq-wake-ups.js'),
  ]);
  return { ...redis, ...pubsub, ...budget, ...leases, ...wakeUps };
}

async function openStore({ store: { url } }: Config, clock: Clock, options: AdapterOptions): Promise<TaskStore> {
  const { startLogger: logger, metrics } = options;
  const file = sqliteFile(url);
  if (file !== undefined) return openSqliteStore({ file, clock, logger, metrics });
  const { openPostgresStore } = await import('./store/postgres/open-postgres-store.js');
  return openPostgresStore({ url, clock, logger, metrics });
}

/** One after the other. */
async function closeAll(...parts: readonly { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.close();
}

/** Its libraries are loaded only where tracing is configured. */
async function openTracer({ tracing }: Config, { clock, logger, metrics, proxyFor }: AdapterOptions): Promise<Tracer> {
  if (!tracing) return noTracer;
  const { createOtelTracer } = await import('./base/otel-tracer.js');
  const collector = new URL(tracing.endpoint);
  const proxy = proxyFor?.(collector);
  const agent = proxy && createProxyAgent(collector, proxy, LONGEST_TUNNEL_MS);
  const headers = Object.fromEntries(Object.entries(tracing.headers).map(([name, value]) => [name, value.reveal()]));
  return createOtelTracer({ ...tracing, headers, agent, clock, logger, metrics });
}
