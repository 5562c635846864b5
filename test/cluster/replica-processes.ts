import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';
import { sources } from '../../src/sources/registry.js';
import type { StoredHistory } from '../delivery/history-checker.js';
import { startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { startRedis, type RunningRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

/** One gateway in a process of its own. */
export interface Replica {
  readonly url: string;
  readonly socketUrl: string;
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or null for one that was killed. */
  readonly exited: Promise<number | null>;
  readonly dead: boolean;
  query(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** The sum of a metric over its labels. */
  metric(name: string): Promise<number>;
  ready(): Promise<{ readonly status: number; readonly body: string }>;
}

export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

export interface Machines {
  readonly postgres: RunningPostgres;
  readonly redis: RunningRedis;
  stop(): Promise<void>;
}

/** PostgreSQL and Redis, for any number of clusters one after the other. */
export async function startMachines(): Promise<Machines> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return {
    postgres,
    redis,
    async stop() {
      postgres.stop();
      await redis.stop();
    },
  };
}

export interface Cluster {
  /** Every replica that was started, also those that are dead. */
  readonly replicas: readonly Replica[];
  readonly simulator: Simulator;
  readonly storeUrl: string;
  live(): readonly Replica[];
  /** @param preload a module that is evaluated before the gateway is */
  start(preload?: string): Promise<Replica>;
  sql<Row>(text: string): Promise<Row[]>;
  /** How many groups each live replica holds, by pid; resolves once all groups have an owner and shares differ by 1 at most. */
  balanced(): Promise<ReadonlyMap<number, readonly string[]>>;
  /** The accounts whose group each replica holds, by pid. */
  owned(): Promise<ReadonlyMap<number, readonly string[]>>;
  history(): Promise<StoredHistory>;
  stop(): Promise<void>;
}

/** One poll group each. */
export const ACCOUNTS: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
export const INTERVAL_MS = 1_000;

const POLLING = { youngSeconds: 1, watchedSeconds: 1, unwatchedSeconds: 1, requestsPerSecond: 200, discoverSeconds: 0 };

/** Replicas on one new database, with the upstreams in the process of the test. */
export async function startCluster({ postgres, redis }: Machines, count: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-cluster-'));
  const services = await Promise.all(sources.map((source) => source.simulate()));
  const simulator = createSimulator({
    services,
    stateFile: null,
    seed: 'cluster',
    clock: systemClock,
    logger: silentLogger,
  });
  const upstream = await simulator.listen();
  const storeUrl = await postgres.createDatabase();
  const file = join(folder, 'taskgate.yaml');
  writeFileSync(file, configuration(storeUrl, redis.url, upstream.url));
  const replicas: Replica[] = [];
  const live = (): readonly Replica[] => replicas.filter(({ dead }) => !dead);

  async function sql<Row>(text: string): Promise<Row[]> {
    const client = new Client({ connectionString: storeUrl });
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  async function owned(): Promise<ReadonlyMap<number, readonly string[]>> {
    const rows = await sql<{ owner: string; account: string }>(
      'select owner, account from poll_groups where owner is not null and until > now()',
    );
    const groups = new Map<number, string[]>(live().map(({ pid }) => [pid, []]));
    // A replica is called by its host, its pid and something random.
    for (const { owner, account } of rows) groups.get(Number(owner.split('/')[1]))?.push(account);
    return groups;
  }

  const cluster: Cluster = {
    replicas,
    simulator,
    storeUrl,
    live,
    sql,
    owned,
    async start(preload) {
      const replica = await startReplica(file, folder, preload);
      replicas.push(replica);
      return replica;
    },
    balanced: () =>
      until(async () => {
        const groups = await owned();
        const shares = [...groups.values()].map(({ length }) => length);
        const all = shares.reduce((sum, one) => sum + one, 0) === ACCOUNTS.length;
        return all && Math.max(...shares) - Math.min(...shares) <= 1 && groups;
      }),
    async history() {
      const rows = await sql<{ id: string; body: string }>(
        `select id, body from log where type = 'CHANGED' order by position`,
      );
      const stored = new Map<string, { seq: number; status: string }[]>();
      for (const { id, body } of rows) {
        const { seq, status } = JSON.parse(body) as { seq: number; status: string };
        stored.set(id, [...(stored.get(id) ?? []), { seq, status }]);
      }
      return stored;
    },
    async stop() {
      for (const replica of live()) replica.signal('SIGKILL');
      await Promise.all(replicas.map(({ exited }) => exited));
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(Array.from({ length: count }, () => cluster.start()));
  return cluster;
}

function configuration(store: string, redis: string, upstream: string): string {
  const [project] = DEMO_TENANT.projects;
  const [key] = DEMO_TENANT.accessKeys;
  return JSON.stringify({
    server: { port: 0, drainSeconds: 2 },
    store: { url: store },
    cluster: { redis },
    polling: POLLING,
    accounts: ACCOUNTS.map((name) => ({
      name,
      region: 'cn-north-4',
      projectId: project!.id,
      auth: key,
      services: ['SFS'],
      endpoints: { SFS: upstream, IAM: upstream },
    })),
  });
}

async function startReplica(file: string, folder: string, preload: string | undefined): Promise<Replica> {
  const imports = preload === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(preload)}`];
  const child = spawn(process.execPath, [...imports, join(process.cwd(), 'dist/main.js'), 'serve', '--config', file], {
    cwd: folder,
    env: { ...process.env, TASKGATE_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await Promise.race([
    addressOf(child),
    exited.then((code) => Promise.reject(new Error(`A replica ended with ${code} before it listened`))),
  ]);
  return {
    url,
    socketUrl: `${url.replace('http', 'ws')}/graphql`,
    pid: child.pid!,
    exited,
    signal: (signal) => void child.kill(signal),
    get dead() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    async query(query, variables = {}) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(20_000),
      });
      return (await response.json()) as Answer;
    },
    async metric(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async ready() {
      const response = await fetch(`${url}/readyz`);
      return { status: response.status, body: await response.text() };
    },
  };
}

/** From the first line of the log; the rest is read so that the pipe does not fill. */
async function addressOf(child: ChildProcess): Promise<string> {
  child.stderr!.resume();
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) resolve(url);
    });
  });
}
