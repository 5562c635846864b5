import { pino } from 'pino';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createTestDelivery } from './fakes.js';
import type { Gateway } from '../../src/graphql/gateway.js';
import type { Limits } from '../../src/graphql/limits.js';
import type { Operations } from '../../src/graphql/operation.js';
import { createOperations } from '../../src/graphql/operations.js';
import type { Principal } from '../../src/graphql/principal.js';
import { createSchema } from '../../src/graphql/schema.js';
import type { SourceConnection } from '../../src/sources/source.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { TaskStore } from '../../src/store/store.js';
import type { Facts } from '../../src/task/reading.js';
import type { Task } from '../../src/task/task.js';
import { ManualClock } from '../support/manual-clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { birth, commitAll, identity, next } from '../store/tasks.js';
import { freshToyUpstream, toySource, type ToyUpstream } from '../support/toy-source.js';
import { FakeWatch } from './fakes.js';

export interface TestGateway {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly operations: Operations;
  readonly clock: ManualClock;
  readonly store: TaskStore;
  readonly watch: FakeWatch;
  readonly toy: ToyUpstream;
  readonly logLines: Record<string, unknown>[];
  ask(query: string, variables?: Record<string, unknown>, principal?: Principal): Promise<Answer>;
  /** A task that the store holds; `facts` after the first make further changes. */
  hold(upstreamId: string, account?: string, ...facts: Facts[]): Promise<Task>;
  close(): Promise<void>;
}

/** An answer as a client sees it. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export const ADMIN: Principal = principal('ADMIN', null);
export const READER: Principal = principal('READER', ['alpha']);
export const OPERATOR: Principal = principal('OPERATOR', ['alpha']);

export function principal(role: Principal['role'], accounts: readonly string[] | null): Principal {
  return { name: `${role.toLowerCase()}-key`, role, accounts, expiresAt: null, stillValid: () => true };
}

const definitions = [toySource];
const schema = createSchema(definitions);

/** The real schema and store, with two accounts, and fakes of what reads upstreams. */
export async function startGateway(
  options: {
    readonly introspection?: boolean;
    readonly limits?: Limits;
    readonly store?: (store: TaskStore) => TaskStore;
  } = {},
): Promise<TestGateway> {
  const clock = new ManualClock();
  const opened = await openSqliteStore({ file: ':memory:', clock, logger: silentLogger });
  const store = options.store?.(opened) ?? opened;
  const toy = freshToyUpstream();
  const watch = new FakeWatch(opened, clock);
  const logLines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info', base: null },
    { write: (line: string) => void logLines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const { delivery, stop } = createTestDelivery(store, clock);
  const connection = { account: '', region: 'cn-north-4', projectId: 'p', clock } as unknown as SourceConnection;
  const connections = new Map(['alpha', 'beta'].map((account) => [account, { ...connection, account }]));
  const gateway: Gateway = {
    definitions,
    store,
    watch,
    delivery,
    clock,
    logger,
    connections: { accounts: () => [...connections.keys()], find: (account) => connections.get(account) },
  };
  const operations = createOperations({
    schema,
    gateway,
    introspection: () => options.introspection ?? false,
    newCorrelationId: () => 'correlation',
    ...(options.limits && { limits: options.limits }),
  });
  return {
    schema,
    gateway,
    operations,
    clock,
    store,
    watch,
    toy,
    logLines,
    async ask(query, variables, asker = ADMIN) {
      const prepared = operations.prepare({ query, variables }, asker);
      const result = prepared.type === 'rejected' ? prepared.result : await prepared.execute(new AbortController());
      return asSent(result);
    },
    async hold(upstreamId, account = 'alpha', first = {}, ...further) {
      const write = birth(identity(upstreamId, { service: 'TOY', account }), first, clock.now());
      await commitAll(opened, [write]);
      let { task } = write;
      for (const facts of further) {
        const change = next(task, facts, clock.now());
        await commitAll(opened, [change]);
        task = change.task;
      }
      return task;
    },
    async close() {
      await stop();
      await opened.close();
    },
  };
}

export function asSent(result: ExecutionResult): Answer {
  return JSON.parse(JSON.stringify(result)) as Answer;
}

export function codesOf({ errors }: Answer): readonly unknown[] {
  return (errors ?? []).map(({ extensions }) => extensions['code']);
}

/** The same store, with a note of the name of each method that is called. */
export function counting(store: TaskStore, calls: string[]): TaskStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        calls.push(String(name));
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}
