import type { Clock } from './base/clock.js';
import type { Logger } from './base/logger.js';
import type { Metrics } from './base/metrics.js';
import { Secret } from './base/secret.js';
import type { Tracer } from './base/tracer.js';
import type { AccountConfig, Config } from './config.js';
import type { SourceConnection, SourceDefinition, TaskSource } from './sources/source.js';
import { createLocalBudget, type Budget } from './upstream/budget.js';
import { createUpstreamClient, type OwnedUpstreamClient } from './upstream/create-upstream-client.js';
import type { Credential } from './upstream/credential.js';
import { createFixedToken } from './upstream/fixed-token.js';
import { createIamCredential } from './upstream/iam-credential.js';
import type { ProxyFor } from './upstream/proxy.js';
import { createSignatureCredential } from './upstream/signature-credential.js';
import type { PolledSource } from './watch/create-watch.js';

/** One configured account, connected to its services. */
export interface ConnectedAccount {
  readonly config: AccountConfig;
  readonly sources: readonly ConnectedSource[];
  close(): Promise<void>;
}

export interface ConnectedSource {
  readonly definition: SourceDefinition;
  readonly connection: SourceConnection & { readonly client: OwnedUpstreamClient };
  readonly source: TaskSource;
}

/** The accounts in force. */
export interface ConnectedAccounts {
  names(): readonly string[];
  find(account: string, service: string): SourceConnection | undefined;
  polled(): readonly PolledSource[];
  /**
   * Puts other accounts in force. One that has not changed stays as it is, with its pauses and its budget; what is under
   * way on one that has gone may still end.
   */
  replace(config: Config): void;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly definitions: readonly SourceDefinition[];
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
  readonly random: () => number;
  /** Directly by default. */
  readonly proxyFor?: ProxyFor | undefined;
  /** Of this process alone by default. */
  readonly budgetFor?: (account: string, service: string, requestsPerSecond: number) => Budget;
  /** See `UpstreamClientOptions.deadlineMs`; the contract's 10 s by default. */
  readonly deadlineMs?: number;
}

/**
 * Longer than a start may take, so that one under way when its account is replaced gets its answer: twice a wait for the
 * budget and a deadline, 10 s each.
 */
const LAST_CALLS_MS = 45_000;

export function connectAccounts(
  initial: Config,
  options: Omit<ConnectOptions, 'requestsPerSecond'>,
): ConnectedAccounts {
  const leaving = new Set<ConnectedAccount>();
  let connected = new Map<string, ConnectedAccount>();

  function replace({ accounts, polling: { requestsPerSecond } }: Config): void {
    const next = accounts.map((account): [string, ConnectedAccount] => {
      const key = fingerprint(account, requestsPerSecond);
      return [key, connected.get(key) ?? connectAccount(account, { ...options, requestsPerSecond })];
    });
    const old = connected;
    connected = new Map(next);
    for (const [key, account] of old) if (!connected.has(key)) leave(account);
  }

  function leave(account: ConnectedAccount): void {
    leaving.add(account);
    options.clock.setTimer(LAST_CALLS_MS, () => {
      if (leaving.delete(account)) void account.close();
    });
  }

  replace(initial);
  return {
    names: () => [...connected.values()].map(({ config: { name } }) => name),
    find: (account, service) =>
      [...connected.values()]
        .find(({ config: { name } }) => name === account)
        ?.sources.find(({ definition }) => definition.service === service)?.connection,
    polled: () => [...connected.values()].flatMap(({ sources }) => sources.map(polledSource)),
    replace,
    async close() {
      const all = [...connected.values(), ...leaving];
      leaving.clear();
      await Promise.all(all.map((account) => account.close()));
    },
  };
}

/** Equal for accounts that are connected in the same way, secrets included; stays in memory. */
function fingerprint(account: AccountConfig, requestsPerSecond: number): string {
  const revealed = Object.entries(account.auth).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return JSON.stringify([{ ...account, auth: revealed }, requestsPerSecond]);
}

function polledSource({ definition, connection, source }: ConnectedSource): PolledSource {
  const { account, region, client } = connection;
  return { service: definition.service, account, region, source, client };
}

/** Makes the clients of an account. Nothing is sent before somebody asks. */
export function connectAccount(config: AccountConfig, options: ConnectOptions): ConnectedAccount {
  const { clock, logger, metrics, random, requestsPerSecond } = options;
  const credential = createCredential(config, options);
  const wanted = options.definitions.filter(({ service }) => config.services?.includes(service) ?? true);
  const sources = wanted.map((definition): ConnectedSource => {
    const { service } = definition;
    const baseUrl = config.endpoints[service] ?? `https://${definition.host(config.region)}`;
    const client = createUpstreamClient({
      service,
      account: config.name,
      baseUrl,
      proxy: options.proxyFor?.(new URL(baseUrl)),
      credential,
      budget:
        options.budgetFor?.(config.name, service, requestsPerSecond) ?? createLocalBudget({ requestsPerSecond, clock }),
      clock,
      logger,
      metrics,
      random,
      ...(options.tracer && { tracer: options.tracer }),
      ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
    });
    const connection = { client, account: config.name, region: config.region, projectId: config.projectId, clock };
    return { definition, connection, source: definition.create(connection) };
  });
  return {
    config,
    sources,
    async close() {
      await Promise.all(sources.map(({ connection }) => connection.client.close()));
      await credential.close();
    },
  };
}

function createCredential(config: AccountConfig, { clock, logger, deadlineMs, proxyFor }: ConnectOptions): Credential {
  const { auth, projectId, region, endpoints } = config;
  if ('token' in auth) return createFixedToken(auth.token);
  if ('accessKey' in auth) return createSignatureCredential({ ...auth, projectId, clock });
  const baseUrl = endpoints['IAM'] ?? `https://iam.${region}.myhuaweicloud.com`;
  return createIamCredential({
    ...auth,
    projectId,
    baseUrl,
    proxy: proxyFor?.(new URL(baseUrl)),
    clock,
    logger,
    ...(deadlineMs !== undefined && { deadlineMs }),
  });
}
