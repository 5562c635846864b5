import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App } from '../../src/app.js';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { silentLogger, type Logger } from '../../src/base/logger.js';
import { parseConfig, type Config } from '../../src/config.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';
import { sources } from '../../src/sources/registry.js';
import type { SourceDefinition } from '../../src/sources/source.js';
import type { ProxyFor } from '../../src/upstream/proxy.js';

export interface RunningGateway {
  readonly url: string;
  readonly socketUrl: string;
  readonly app: App;
  readonly simulator: Simulator;
  readonly folder: string;
  readonly config: Config;
  /** Sends an operation by POST; the body of the answer. */
  query(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  /** Stops and starts it again on the same folder and simulator; the port is another. */
  restart(): Promise<RunningGateway>;
  /** Starts another process' worth on the same store and simulator, for as long as this one's simulator runs. */
  another(options?: Pick<GatewayOptions, 'clock' | 'logger'>): Promise<RunningGateway>;
  stop(): Promise<void>;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: unknown;
    readonly extensions: Record<string, unknown>;
  }[];
}

export interface GatewayOptions {
  /** Laid over the configuration of the test: one account `demo` with every service on the simulator. */
  readonly config?: Record<string, unknown>;
  readonly accounts?: readonly string[];
  readonly logger?: Logger;
  /** The gateway's clock; the simulator keeps to the system's. */
  readonly clock?: Clock;
  /** The total deadline of an upstream call; 10 s by default. */
  readonly upstreamDeadlineMs?: number;
  /** Directly by default. */
  readonly proxyFor?: ProxyFor;
  /** Served beside those of the registry; they are not simulated. */
  readonly furtherSources?: readonly SourceDefinition[];
  /** Where the built pages lie; without it none are served. */
  readonly pagesFolder?: string;
}

function definitionsOf({ furtherSources = [] }: GatewayOptions): readonly SourceDefinition[] {
  return [...sources, ...furtherSources];
}

/** The whole gateway in this process, on free ports and a folder of its own, with the simulated upstreams beside it. */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-'));
  const services = await Promise.all(sources.map((source) => source.simulate()));
  const simulator = createSimulator({
    services,
    stateFile: null,
    seed: 'test',
    clock: systemClock,
    logger: silentLogger,
  });
  const { url } = await simulator.listen();
  try {
    return await startOn(folder, simulator, url, options);
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

async function startOn(
  folder: string,
  simulator: Simulator,
  upstreamUrl: string,
  options: GatewayOptions,
): Promise<RunningGateway> {
  const config = testConfig(folder, upstreamUrl, options);
  const logger = options.logger ?? silentLogger;
  const created = await createApp({
    config,
    definitions: definitionsOf(options),
    clock: options.clock ?? systemClock,
    random: Math.random,
    logger,
    startLogger: logger,
    ...(options.upstreamDeadlineMs !== undefined && { upstreamDeadlineMs: options.upstreamDeadlineMs }),
    ...(options.proxyFor && { proxyFor: options.proxyFor }),
    ...(options.pagesFolder !== undefined && { pagesFolder: options.pagesFolder }),
  });
  let closed: Promise<void> | undefined;
  const app: App = { ...created, close: (drainMs) => (closed ??= created.close(drainMs)) };
  const { url } = await app.listen();
  return {
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    app,
    simulator,
    folder,
    config,
    async query(query, variables = {}, headers = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as Omit<GraphqlAnswer, 'status'>) };
    },
    async restart() {
      await app.close(0);
      return startOn(folder, simulator, upstreamUrl, options);
    },
    async another(others = {}) {
      const replica = await startOn(folder, simulator, upstreamUrl, { ...options, ...others });
      return { ...replica, stop: () => replica.app.close(0) };
    },
    async stop() {
      await app.close(0);
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function testConfig(folder: string, upstreamUrl: string, options: GatewayOptions): Config {
  const { config = {}, accounts = ['demo'] } = options;
  const services = definitionsOf(options).map(({ service }) => service);
  const [project] = DEMO_TENANT.projects;
  const [key] = DEMO_TENANT.accessKeys;
  const endpoints = Object.fromEntries([...services, 'IAM'].map((service) => [service, upstreamUrl]));
  const text = JSON.stringify({
    server: { port: 0, introspection: true },
    store: { url: 'sqlite:store.db' },
    accounts: accounts.map((name) => ({ name, region: 'cn-north-4', projectId: project!.id, auth: key, endpoints })),
    ...config,
  });
  return parseConfig(text, join(folder, 'taskgate.yaml'), services, {});
}
