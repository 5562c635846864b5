import { createClient } from 'graphql-ws';
import { Client } from 'pg';
import WebSocket from 'ws';
import { silentLogger } from '../../src/base/logger.js';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.js';
import { StoreUnavailableError, type TaskStore } from '../../src/store/store.js';
import { ManualClock } from '../support/manual-clock.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const usable = (findPostgres() !== undefined && findRedis()) || process.env['CI'] === 'true';

const COUNT = '{ tasks(first: 1) { totalCount } }';
const FOLLOW = 'subscription ($id: ID!) { taskUpdated(id: $id) { task { status done } } }';
const TRACK = 'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }';

(usable ? describe : describe.skip)('A start without the store, where PostgreSQL and Redis are installed', () => {
  let postgres: RunningPostgres;
  let redis: RunningRedis;
  let away = false;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  });
  afterEach(comeBack);
  afterAll(async () => {
    postgres.stop();
    await redis.stop();
  });

  function goAway(): void {
    postgres.kill();
    away = true;
  }

  function comeBack(): void {
    if (away) postgres.start();
    away = false;
  }

  async function run(url: string, text: string): Promise<void> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(text);
    await client.end();
  }

  const open = (url: string): Promise<TaskStore> =>
    openPostgresStore({ url, clock: new ManualClock(), logger: silentLogger });

  async function readiness({ url }: RunningGateway): Promise<{ readonly status: number; readonly reasons: object }> {
    const response = await fetch(`${url}/readyz`);
    return { ...((await response.json()) as { reasons: object }), status: response.status };
  }

  async function untilReady(gateway: RunningGateway): Promise<void> {
    await until(async () => (await readiness(gateway)).status === 200);
  }

  /** Resolves when the task was polled to its end. */
  async function followToTheEnd(gateway: RunningGateway): Promise<void> {
    const { control } = gateway.simulator;
    const { id: upstreamId } = control.createTask({ service: 'SFS', waitMs: 0, runMs: 1_000, outcome: 'success' });
    const { data } = await gateway.query(TRACK, { input: { service: 'SFS', account: 'demo', upstreamId } });
    const { id } = (data as { trackTask: { task: { id: string } } }).trackTask.task;
    const client = createClient({ url: gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    let last: unknown;
    for await (const { data: event } of client.iterate({ query: FOLLOW, variables: { id } })) last = event;
    expect(last).toEqual({ taskUpdated: { task: { status: 'SUCCEEDED', done: true } } });
    await client.dispose();
  }

  test.each(['one process', 'one replica of several'])(
    '%s serves, says that it is not ready, and works once PostgreSQL is there',
    async (kind) => {
      const url = await postgres.createDatabase();
      goAway();
      const cluster = kind === 'one process' ? {} : { cluster: { redis: redis.url } };
      const gateway = await startGateway({ config: { store: { url }, ...cluster } });
      try {
        expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
        const { status, reasons } = await readiness(gateway);
        expect(status).toBe(503);
        expect(reasons).toHaveProperty('store');
        const answer = await gateway.query(COUNT);
        expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', retryable: true });
        expect((await gateway.query('{ viewer { name } }')).errors).toBeUndefined();
        comeBack();
        await untilReady(gateway);
        expect(await gateway.query(COUNT)).toMatchObject({ status: 200, data: { tasks: {} } });
        await followToTheEnd(gateway);
      } finally {
        await gateway.stop();
      }
    },
  );

  test('what was open before is polled again, though PostgreSQL was away at the start', async () => {
    const url = await postgres.createDatabase();
    const config = { store: { url }, polling: { unwatchedSeconds: 1 } };
    let gateway = await startGateway({ config });
    try {
      const { control } = gateway.simulator;
      const task = control.createTask({ service: 'SFS', waitMs: 0, runMs: 3_600_000, outcome: 'success' });
      await gateway.query(TRACK, { input: { service: 'SFS', account: 'demo', upstreamId: task.id } });
      await gateway.app.close(0);
      goAway();
      gateway = await gateway.restart();
      comeBack();
      control.clearLog();
      await until(() => control.log().requests.some(({ path }) => path.includes(task.id)));
    } finally {
      await gateway.stop();
    }
  });

  test('a login, a database or a URL that cannot be right is refused by name', async () => {
    const url = new URL(await postgres.createDatabase());
    url.username = 'nobody';
    await expect(open(url.href)).rejects.toThrow('"nobody" does not exist');
    url.username = 'postgres';
    url.pathname = '/nowhere';
    await expect(open(url.href)).rejects.toThrow('"nowhere" does not exist');
    await expect(open('postgres://127.0.0.1:999999/db')).rejects.toThrow(StoreUnavailableError);
  });

  test('a schema that is too new is refused by name at the start, and never served later', async () => {
    const url = await postgres.createDatabase();
    await (await open(url)).close();
    await run(
      url,
      `insert into migrations values (99, 'new', 0); update meta set value = '99' where key = 'schema_since'`,
    );
    await expect(open(url)).rejects.toThrow('written by a newer version of Taskgate');
    goAway();
    const store = await open(url);
    expect(() => store.epoch).toThrow(StoreUnavailableError);
    await expect(store.head()).rejects.toThrow(StoreUnavailableError);
    comeBack();
    await expect(store.head()).rejects.toThrow('written by a newer version of Taskgate');
    await expect(store.head()).rejects.toThrow(StoreUnavailableError);
    await store.close();
  });
});
