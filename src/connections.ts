import type { Clock } from './base/clock.js';
import type { Logger } from './base/logger.js';
import type { Metrics } from './base/metrics.js';
import type { AccountConfig } from './config.js';
import type { SourceConnection, SourceDefinition, TaskSource } from './sources/source.js';
import { createLocalBudget, type Budget } from './upstream/budget.js';
import { createUpstreamClient, type OwnedUpstreamClient } from './upstream/create-upstream-client.js';
import type { Credential } from './upstream/credential.js';
import { createFixedToken } from './upstream/fixed-token.js';
import { createIamCredential } from './upstream/iam-credential.js';
import { createSignatureCredential } from './upstream/signature-credential.js';

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

export interface ConnectOptions {
  readonly definitions: readonly SourceDefinition[];
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly budgetFor?: (account: string, service: string) => Budget;
  /** See `UpstreamClientOptions.deadlineMs`; the contract's 10 s by default. */
  readonly deadlineMs?: number;
}

/** Makes the clients of an account. Nothing is sent before somebody asks. */
export function connectAccount(config: AccountConfig, options: ConnectOptions): ConnectedAccount {
  const { clock, logger, metrics, random, requestsPerSecond } = options;
  const credential = createCredential(config, options);
  const wanted = options.definitions.filter(({ service }) => config.services?.includes(service) ?? true);
  const sources = wanted.map((definition): ConnectedSource => {
    const { service } = definition;
    const client = createUpstreamClient({
      service,
      account: config.name,
      baseUrl: config.endpoints[service] ?? `https://${definition.host(config.region)}`,
      credential,
      budget: options.budgetFor?.(config.name, service) ?? createLocalBudget({ requestsPerSecond, clock }),
      clock,
      logger,
      metrics,
      random,
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

function createCredential(config: AccountConfig, { clock, logger, deadlineMs }: ConnectOptions): Credential {
  const { auth, projectId, region, endpoints } = config;
  if ('token' in auth) return createFixedToken(auth.token);
  if ('accessKey' in auth) return createSignatureCredential({ ...auth, projectId, clock });
  const baseUrl = endpoints['IAM'] ?? `https://iam.${region}.myhuaweicloud.com`;
  return createIamCredential({
    ...auth,
    projectId,
    baseUrl,
    clock,
    logger,
    ...(deadlineMs !== undefined && { deadlineMs }),
  });
}
