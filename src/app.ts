import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { collectDefaultMetrics } from 'prom-client';
import { openAdapters } from './adapters.js';
import type { Clock } from './base/clock.js';
import type { Logger } from './base/logger.js';
import { createMetrics, startCounters } from './base/metrics.js';
import { registerGauges } from './base/metrics-gauges.js';
import { parseJson } from './base/json.js';
import { reloadConfig } from './config-reload.js';
import { ConfigError, type Config } from './config.js';
import { connectAccounts } from './connections.js';
import { createDelivery, type DeliveryLoad } from './delivery/create-delivery.js';
import type { StreamRequest } from './delivery/delivery.js';
import type { Connections } from './graphql/gateway.js';
import { createOperations } from './graphql/operations.js';
import { createSchema } from './graphql/schema.js';
import { shareQueries } from './graphql/shared-queries.js';
import { parseTrustedDocuments, type TrustedDocuments } from './graphql/trusted-documents.js';
import type { PubSub } from './pubsub/pubsub.js';
import { createAdmission } from './server/admission.js';
import { createApollo } from './server/apollo.js';
import { createAuthentication } from './server/authentication.js';
import { createEventStreams } from './server/event-stream.js';
import { createGraphqlHttp } from './server/graphql-http.js';
import { createHealth, type CheckResult } from './server/health.js';
import { createHttpApp, upgradeAllowed } from './server/http.js';
import { observeOperations } from './server/observed-operations.js';
import { createOperationNames } from './server/operation-names.js';
import { documentsOfPages } from './server/pages.js';
import { attachWebSockets } from './server/websocket.js';
import type { SourceDefinition } from './sources/source.js';
import type { TaskStore } from './store/store.js';
import { createFetch } from './upstream/fetch.js';
import type { ProxyFor } from './upstream/proxy.js';
import { createWatch, type Polling, type WatchEngine, type WatchLoad } from './watch/create-watch.js';
import { SourceState, type Interest } from './watch/watch.js';

export interface AppOptions {
  readonly config: Config;
  readonly definitions: readonly SourceDefinition[];
  readonly clock: Clock;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly logger: Logger;
  /** Used until the address is known, which is the first thing that is logged. */
  readonly startLogger: Logger;
  /** Which proxy an upstream is reached by; directly when left out. */
  readonly proxyFor?: ProxyFor;
  /** The total deadline of an upstream call; the contract's 10 s by default. */
  readonly upstreamDeadlineMs?: number;
  /** Where the built pages lie; beside this file by default. */
  readonly pagesFolder?: string;
}

export interface App {
  /** Begins to poll and to serve. */
  listen(): Promise<{ readonly url: string }>;
  /**
   * Puts another configuration in force, as far as a running process can. What is open stays open.
   *
   * @returns the keys that wait for a restart
   * @throws Error when it would let everybody in; everything then stays as it is
   */
  reload(config: Config): Promise<readonly string[]>;
  /** How long to drain, by the configuration in force. */
  drainMs(): number;
  /** Takes nothing new, sends readers elsewhere over `drainMs`, answers what is in flight, lets go of everything. */
  close(drainMs: number): Promise<void>;
}

const PAGES_FOLDER = fileURLToPath(new URL('pages', import.meta.url));
/** The engine shows a sign of life every second. */
const LONGEST_SILENCE_MS = 10_000;

/** The composition root. Which adapter stands behind which port, `adapters.ts` knows. */
export async function createApp(options: AppOptions): Promise<App> {
  const { definitions, random } = options;
  let { config } = options;
  const { pagesFolder = PAGES_FOLDER } = options;
  let trusted = loadTrustedDocuments(config, pagesFolder);
  const metrics = createMetrics();
  startCounters(
    metrics,
    definitions.map(({ service }) => service),
  );
  const adapters = await openAdapters(config, { ...options, metrics });
  const { tracer, clock, logger, store, pubsub, replica } = adapters;
  const accounts = connectAccounts(config, {
    definitions,
    clock,
    random,
    logger,
    metrics,
    tracer,
    proxyFor: options.proxyFor,
    ...(replica && {
      budgetFor: (account, service, requestsPerSecond) =>
        replica.budgetFor(account, service, requestsPerSecond, () => watch.replicas()),
    }),
    ...(options.upstreamDeadlineMs !== undefined && { deadlineMs: options.upstreamDeadlineMs }),
  });

  const watch: WatchEngine = createWatch({
    sources: accounts.polled(),
    store,
    pubsub,
    clock,
    random,
    logger,
    metrics,
    tracer,
    polling: pollingOf(config),
    retention: config.store,
    ...(replica && { cluster: replica.cluster }),
  });
  const delivery = createDelivery({
    store,
    pubsub,
    clock,
    logger,
    metrics,
    tracer,
    accounts: accounts.names(),
    interest: (request) => interestIn(watch, request),
  });

  const schema = createSchema(definitions);
  const connections: Connections = { accounts: accounts.names, find: accounts.find };
  const operations = createOperations({
    schema,
    gateway: { definitions, store, watch, delivery, connections, clock, logger, tracer },
    limits: config.limits,
    introspection: () => config.server.introspection ?? false,
    trusted: () => trusted,
  });

  let draining = false;
  let closing = false;
  const fetchKeys = createFetch({ clock, proxyFor: options.proxyFor });
  const authentication = createAuthentication(config.clients, { clock, logger, fetchKeys });
  const allowedOrigins = (): readonly string[] => config.server.allowedOrigins;
  const admission = createAdmission({
    ...config.limits,
    mostInFlight: config.limits.requestsInFlight,
    shuttingDown: () => closing,
    counted: () => authentication.required(),
    redis: replica?.redis,
  });
  const observing = { metrics, names: createOperationNames(), tracer };
  const eventStreams = createEventStreams({
    operations: observeOperations(operations, 'sse', observing),
    admission,
    clock,
    logger,
    metrics,
    tracer,
  });
  const apollo = createApollo(schema, logger);
  const graphql = createGraphqlHttp({
    apollo,
    operations: observeOperations(shareQueries(operations), 'http', observing),
    accepted: new WeakSet(),
    authentication,
    admission,
    clock,
    allowedOrigins,
    limits: config.limits,
    eventStream: (request, response, params, principal) =>
      void eventStreams.handle(request, response, params, principal),
  });
  const health = createHealth({
    checks: [
      { name: 'store', check: () => storeProblem(store) },
      { name: 'engine', check: () => Promise.resolve(engineProblem(watch)) },
      ...(replica
        ? [{ name: 'redis', weight: 'degraded', check: () => Promise.resolve(busProblem(pubsub)) } as const]
        : []),
    ],
    clock,
    logger,
  });
  const http = await createHttpApp({
    authentication,
    allowedOrigins,
    trustProxy: config.server.trustProxy,
    metricsFor: () => config.server.metrics,
    pagesFolder,
    graphiql: config.server.graphiql ?? false,
    health,
    draining: () => draining,
    metrics,
    logger,
    graphql: tracer.enabled
      ? (request, response) => tracer.receive(request.headers['traceparent'], () => graphql(request, response))
      : graphql,
  });
  const sockets = attachWebSockets({
    httpServer: http.server,
    operations: observeOperations(operations, 'websocket', observing),
    authenticate: (credential) => authentication.authenticate(credential),
    originAllowed: (request) => upgradeAllowed(request, { authentication, allowedOrigins }),
    clock,
    logger,
    metrics,
    tracer,
    admission,
    limits: config.limits,
  });
  collectDefaultMetrics({ register: metrics.registry });
  registerGauges(metrics.registry, {
    sources: () => watch.sources(),
    sourceStates: Object.values(SourceState),
    pollGroups: () => pollGroupsOf(watch.load()),
    queues: () => queuesOf(watch.load(), delivery.load()),
    readers: () => readersOf(delivery.load()),
    sockets: () => ({ websocket: sockets.connections, sse: eventStreams.connections }),
    busConnected: () => pubsub.connected(),
    checks: async () => passes(await health.look()),
  });

  let reloading: Promise<unknown> = Promise.resolve();
  async function putInForce(next: Config): Promise<readonly string[]> {
    const reloaded = reloadConfig(options.config, next);
    trusted = loadTrustedDocuments(next, pagesFolder);
    accounts.replace(next);
    config = reloaded.config;
    authentication.replace(next.clients);
    await watch.reconfigure(accounts.polled(), pollingOf(next));
    await delivery.setAccounts(accounts.names());
    return reloaded.waiting;
  }

  async function release(): Promise<void> {
    await watch.stop();
    await delivery.stop();
    await accounts.close();
    await adapters.close();
  }

  return {
    async listen() {
      try {
        await apollo.start();
        await http.listen({ host: config.server.host, port: config.server.port });
        const url = urlOf(http.server.address() as AddressInfo);
        logger.info({ url }, 'listening');
        await delivery.run();
        await watch.run();
        return { url };
      } catch (error) {
        await http.close();
        await release();
        throw error;
      }
    },
    reload(next) {
      const reloaded = reloading.then(() => putInForce(next));
      reloading = reloaded.catch(() => undefined);
      return reloaded;
    },
    drainMs: () => config.server.drainSeconds * 1000,
    async close(drainMs) {
      draining = true;
      delivery.endWaits();
      await Promise.all([sockets.drain(drainMs), eventStreams.drain(drainMs)]);
      closing = true;
      await http.close();
      await apollo.stop();
      await release();
    },
  };
}

/** @throws ConfigError when the list cannot be used */
function loadTrustedDocuments({ trustedDocuments }: Config, pagesFolder: string): TrustedDocuments | undefined {
  if (!trustedDocuments || trustedDocuments.mode === 'off') return undefined;
  const { file, mode } = trustedDocuments;
  try {
    return parseTrustedDocuments(parseJson(readFileSync(file, 'utf8')), mode, documentsOfPages(pagesFolder));
  } catch (error) {
    throw new ConfigError(file, [error instanceof Error ? error.message : 'cannot be read']);
  }
}

function pollingOf({ polling }: Config): Polling {
  return {
    youngMs: polling.youngSeconds * 1000,
    watchedMs: polling.watchedSeconds * 1000,
    unwatchedMs: polling.unwatchedSeconds * 1000,
    discoverMs: polling.discoverSeconds * 1000,
    requestsPerSecond: polling.requestsPerSecond,
  };
}

/** Whoever listens makes tasks be polled more often; counts alone do not. */
function interestIn(watch: WatchEngine, request: StreamRequest): Interest {
  if (request.type === 'task') return watch.follow(request.id);
  if (request.type === 'tasks') return watch.followMatching(request.filter, request.accounts);
  return { release: () => undefined };
}

async function storeProblem(store: TaskStore): Promise<string | undefined> {
  try {
    await store.check();
    return undefined;
  } catch {
    return 'cannot be read and written';
  }
}

/** Without it every query is served, and news travels by the store alone. */
function busProblem(pubsub: PubSub): string | undefined {
  return pubsub.connected() ? undefined : 'cannot be reached: news from other replicas comes seconds late';
}

function engineProblem(watch: WatchEngine): string | undefined {
  const { running, lastTickAgeMs } = watch.health();
  if (!running) return 'is not running';
  if (lastTickAgeMs === null || lastTickAgeMs <= LONGEST_SILENCE_MS) return undefined;
  // Its timers are lost, or the machine slept: whoever asks next finds it at work again.
  watch.revive();
  return 'shows no sign of life';
}

function pollGroupsOf({ groups, held }: WatchLoad) {
  return { held, elsewhere: groups - held };
}

function queuesOf({ writes, freshness }: WatchLoad, { waitingEvents }: DeliveryLoad) {
  return { writes, freshness, events: waitingEvents };
}

function readersOf({ live, behind }: DeliveryLoad) {
  return { live, behind };
}

function passes(results: readonly CheckResult[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(results.map(({ name, problem }) => [name, problem === undefined]));
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
