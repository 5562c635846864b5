import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { Secret } from '../../src/base/secret.js';
import type { AccountConfig } from '../../src/config.js';
import { connectAccount, type ConnectedAccount } from '../../src/connections.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import { createSimulator } from '../../src/simulator/simulator.js';
import type { SimulatedTask } from '../../src/simulator/simulated-service.js';
import type { LoggedRequest } from '../../src/simulator/request-log.js';
import { DEMO_TENANT, type Tenant } from '../../src/simulator/tenants.js';
import { sources as definitions } from '../../src/sources/registry.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { ChangeWrite } from '../../src/store/store.js';
import { createTask } from '../../src/task/apply-reading.js';
import { UNREAD } from '../../src/task/task.js';
import { formatTaskId, type TaskId } from '../../src/task/task-id.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { createWatch, type Polling } from '../../src/watch/create-watch.js';
import { ManualClock, settle } from '../support/manual-clock.js';

/** The real engine, store, sources and clients in front of the simulated cloud over real sockets, in virtual time. */

const STEP_MS = 50;
/**
 * Both ends of a socket are in this process: an answer takes a few turns of its event loop, and on a busy machine some
 * time for the kernel to bring it.
 */
const TURNS_OF_CALM = 60;
const CALM_MS = 5;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface CloudOptions {
  readonly polling?: Partial<Polling>;
  readonly tenants?: readonly Tenant[];
  /** Account `a` of the demo tenant with its key by default. */
  readonly accounts?: readonly {
    readonly name: string;
    readonly projectId: string;
    readonly auth: AccountConfig['auth'];
  }[];
  readonly services?: readonly string[];
}

export type Cloud = Awaited<ReturnType<typeof openCloud>>;

export const AUTH_BY_KEY: AccountConfig['auth'] = {
  accessKey: new Secret(DEMO_TENANT.accessKeys[0]!.accessKey),
  secretKey: new Secret(DEMO_TENANT.accessKeys[0]!.secretKey),
};
export const AUTH_BY_PASSWORD: AccountConfig['auth'] = {
  domain: DEMO_TENANT.domain.name,
  user: DEMO_TENANT.users[0]!.name,
  password: new Secret(DEMO_TENANT.users[0]!.password),
};
export const PROJECT = DEMO_TENANT.projects[0]!.id;

const POLLING: Polling = {
  youngMs: 1000,
  watchedMs: 10_000,
  unwatchedMs: 30_000,
  discoverMs: 0,
  requestsPerSecond: 10,
};

export async function openCloud({ tenants = [DEMO_TENANT], ...options }: CloudOptions) {
  const clock = new ManualClock();
  const polling = { ...POLLING, ...options.polling };
  const services = await Promise.all(definitions.map((definition) => definition.simulate()));
  const common = { clock, logger: silentLogger };
  const simulator = createSimulator({ ...common, services, stateFile: null, seed: 'e2e', tenants });
  const { url } = await simulator.listen();
  const metrics = createMetrics();
  const random = seeded();

  const accounts = (options.accounts ?? [{ name: 'a', projectId: PROJECT, auth: AUTH_BY_KEY }]).map((account) => {
    const names = [...services.map(({ service }) => service), 'IAM'];
    const config: AccountConfig = {
      region: 'cn-north-4',
      endpoints: Object.fromEntries(names.map((name) => [name, url])),
      ...(options.services && { services: [...options.services] }),
      ...account,
    };
    const { requestsPerSecond } = polling;
    return connectAccount(config, { ...common, definitions, requestsPerSecond, metrics, random });
  });

  const store = await openSqliteStore({ ...common, file: ':memory:' });
  const pubsub = createMemoryPubSub();
  const sources = accounts.flatMap(polledOf);
  const watch = createWatch({ ...common, sources, store, pubsub, random, metrics, polling });
  const traffic = countTraffic();

  /** Moves on in small steps; every answer that is on its way over a socket arrives before the next step. */
  async function advance(ms: number): Promise<void> {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      const idleMs = (clock.nextTimerAt ?? end) - clock.now();
      await clock.advance(Math.min(Math.max(STEP_MS, idleMs), end - clock.now()));
      await traffic.calm();
    }
  }

  /** Puts tasks into the cloud and, as known and long open, into the store. */
  async function addTasks(service: string, count: number, wish: TasksWish = {}): Promise<readonly AddedTask[]> {
    const { account = 'a', projectId = PROJECT, ageMs = HOUR, known = true, bare = false, dueWithinMs, ...rest } = wish;
    const createdAt = clock.now() - ageMs;
    const made = simulator.control.createTasks({ runMs: DAY, ...rest, service, projectId, count, createdAt });
    const added = made.map((task) => ({ ...task, taskId: formatTaskId(identityOf(task, account)) }));
    if (known) {
      const writes = made.map((task, index): ChangeWrite => {
        const nextPollAt = dueWithinMs === undefined ? null : clock.now() + ((index + 1) / count) * dueWithinMs;
        const facts = { status: TaskStatus.RUNNING, details: bare ? {} : detailsOf(task) };
        const { task: known, transition } = createTask(identityOf(task, account), 'cn-north-4', facts, createdAt);
        return { type: 'change', task: known, transition, before: null, freshness: { ...UNREAD, nextPollAt } };
      });
      await store.commit(writes);
    }
    return added;
  }

  async function close(): Promise<void> {
    const stopped = watch.stop();
    await advance(4000);
    await stopped;
    await Promise.all(accounts.map((account) => account.close()));
    traffic.stop();
    await pubsub.close();
    await store.close();
    await simulator.close();
  }

  return {
    clock,
    simulator,
    control: simulator.control,
    metrics,
    accounts,
    store,
    watch,
    advance,
    addTasks,
    close,
    /** The requests that reached the simulated upstream since a moment, IAM's apart. */
    requests: (since = 0): readonly LoggedRequest[] =>
      simulator.control.log().requests.filter(({ at, service }) => at >= since && service !== 'IAM'),
    client: (service: string, account = 'a') =>
      accounts
        .find(({ config }) => config.name === account)!
        .sources.find(({ definition }) => definition.service === service)!.connection.client,
    stored: async (id: TaskId) => (await store.get([id], null)).get(id)!,
  };
}

export interface TasksWish {
  readonly account?: string;
  readonly projectId?: string;
  readonly ageMs?: number;
  /** False: only the cloud knows of them. */
  readonly known?: boolean;
  /** Nothing is known of them but their ids. */
  readonly bare?: boolean;
  /** They go on as planned before a restart, their next polls spread over so long. */
  readonly dueWithinMs?: number;
  readonly outcome?: string;
  readonly waitMs?: number;
  readonly runMs?: number;
}

export interface AddedTask extends SimulatedTask {
  readonly taskId: TaskId;
}

function polledOf({ sources }: ConnectedAccount) {
  return sources.map(({ definition, connection, source }) => {
    const { account, region, client } = connection;
    return { service: definition.service, account, region, source, client };
  });
}

function identityOf({ service, id, fields }: SimulatedTask, account: string) {
  const scope = service === 'APIG' && typeof fields['instanceId'] === 'string' ? fields['instanceId'] : '';
  return { service, account, scope, upstreamId: id };
}

/** What a render task is found by once the lists no longer hold it. */
function detailsOf({ service, fields }: SimulatedTask) {
  return service === 'RENDER' ? { applicationId: fields['application_id'] ?? null } : {};
}

/** How many HTTP requests of this process are neither answered nor given up. */
function countTraffic() {
  const open = new Set<object>();
  /** What other threads decompress: it moves, though nothing is to be seen of it, and comes to an end. */
  const decompressed = new Set<object>();
  const begin = (message: unknown): void => void open.add((message as { request: object }).request);
  const headers = (message: unknown): void => {
    const { request, response } = message as { request: object; response: { headers: readonly Buffer[] } };
    if (response.headers.some((text) => /^content-encoding$/i.test(String(text)))) decompressed.add(request);
  };
  const end = (message: unknown): void => {
    const { request } = message as { request: object };
    open.delete(request);
    decompressed.delete(request);
  };
  const ends = ['undici:request:trailers', 'undici:request:error'];
  subscribe('undici:request:create', begin);
  subscribe('undici:request:headers', headers);
  for (const name of ends) subscribe(name, end);
  return {
    /** Resolves when everything is answered, or nothing moves any more: what hangs waits for the clock. */
    async calm() {
      let [turns, since, before] = [0, performance.now(), open.size];
      const moves = (): boolean =>
        turns < TURNS_OF_CALM || performance.now() - since < CALM_MS || decompressed.size > 0;
      for (; open.size > 0 && moves(); turns++) {
        await settle(1);
        if (open.size !== before) [turns, since, before] = [0, performance.now(), open.size];
      }
    },
    stop() {
      unsubscribe('undici:request:create', begin);
      unsubscribe('undici:request:headers', headers);
      for (const name of ends) unsubscribe(name, end);
    },
  };
}

/** Repeatable, and spread well enough. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
