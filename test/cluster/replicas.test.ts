import { createClient, type Client as SocketClient } from 'graphql-ws';
import { Client } from 'pg';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const usable = (findPostgres() !== undefined && findRedis()) || process.env['CI'] === 'true';

const INTERVAL_MS = 1_000;
const HOUR_MS = 3_600_000;
const POLLING = { youngSeconds: 1, watchedSeconds: 1, unwatchedSeconds: 1, requestsPerSecond: 100, discoverSeconds: 0 };
const GROUPS = 10;
/** Each waits for conditions, whose time depends on the machine. */

interface Event {
  readonly type: string;
  readonly task: { readonly id: string; readonly status: string; readonly seq: number; readonly done: boolean };
}

(usable ? describe : describe.skip)('Replicas, where PostgreSQL and Redis are installed', () => {
  let postgres: RunningPostgres;
  let redis: RunningRedis;
  let storeUrl: string;
  let first: RunningGateway;
  let replicas: RunningGateway[] = [];
  let sockets: SocketClient[] = [];

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  });
  afterAll(async () => {
    postgres.stop();
    await redis.stop();
  });
  afterEach(async () => {
    for (const socket of sockets) await socket.dispose();
    for (const replica of replicas.filter((one) => one !== first)) await replica.stop();
    await first.stop();
    [replicas, sockets] = [[], []];
  });

  async function start(count: number, polling: object = POLLING): Promise<void> {
    storeUrl = await postgres.createDatabase();
    const config = { store: { url: storeUrl }, cluster: { redis: redis.url }, polling };
    first = await startGateway({ config, accounts: ['a', 'b'] });
    replicas = [first];
    while (replicas.length < count) replicas.push(await first.another());
    await balanced();
  }

  /** How many poll groups each live replica holds, by the store. */
  async function shares(): Promise<readonly number[]> {
    const client = new Client({ connectionString: storeUrl });
    await client.connect();
    const { rows } = await client.query<{ held: number }>(
      `select count(g.owner)::int as held from replicas r left join poll_groups g on g.owner = r.name and g.until > now()
       group by r.name`,
    );
    await client.end();
    return rows.map(({ held }) => held);
  }

  const balanced = () =>
    until(async () => {
      const held = await shares();
      const all = held.length === replicas.length && held.reduce((sum, one) => sum + one, 0) === GROUPS;
      return all && Math.max(...held) - Math.min(...held) <= 1 ? held : undefined;
    });

  /** Starts tasks in account `a` that run until they are told to end. */
  async function startTasks(by: RunningGateway, count: number): Promise<readonly string[]> {
    const { control } = first.simulator;
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      const { id } = control.createTask({ service: 'SFS', waitMs: 0, runMs: HOUR_MS, outcome: 'success' });
      const { data } = await by.query(
        'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } userErrors { message } } }',
        { input: { service: 'SFS', account: 'a', upstreamId: id } },
      );
      ids.push((data as { trackTask: { task: { id: string } } }).trackTask.task.id);
    }
    return ids;
  }

  /** The replica that polls what was started: it alone counts the tasks as its own. */
  const poller = () =>
    until(async () => {
      for (const replica of replicas) {
        const text = await (await fetch(`${replica.url}/metrics`)).text();
        if (/^taskgate_watched_tasks\{service="SFS"\} [1-9]/m.test(text)) return replica;
      }
      return undefined;
    });

  const polls = () =>
    first.simulator.control
      .log()
      .requests.filter(
        ({ method, route, service }) => service === 'SFS' && method === 'GET' && route?.includes('/jobs/'),
      );

  function follow(by: RunningGateway, query: string, variables: Record<string, unknown> = {}) {
    const socket = createClient({ url: by.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    sockets.push(socket);
    const events: Event[] = [];
    const ended = (async () => {
      for await (const { data } of socket.iterate<Record<string, Event>>({ query, variables })) {
        if (data) events.push(Object.values(data)[0]!);
      }
    })();
    return { events, ended };
  }

  const UPDATES = 'subscription ($id: ID!) { taskUpdated(id: $id) { type task { id status seq done } } }';

  test('each task is polled once an interval, whoever started it and whoever watches', async () => {
    await start(3);
    const ids = (await Promise.all(replicas.map((replica) => startTasks(replica, 2)))).flat();
    const streams = ids.flatMap((id) => replicas.map((replica) => follow(replica, UPDATES, { id })));
    await until(() => streams.every(({ events }) => events.length > 0) || undefined);
    await poller();
    first.simulator.control.clearLog();
    const requests = await until(() => (polls().length >= ids.length * 4 ? polls() : undefined));
    const took = requests.at(-1)!.at - requests[0]!.at;
    // Three replicas that polled for themselves would send three times as many.
    expect(requests.length).toBeLessThanOrEqual(ids.length * (took / INTERVAL_MS + 1) * 1.3);

    first.simulator.control.hurryAll();
    await Promise.all(streams.map(({ ended }) => ended));
    for (const { events } of streams) {
      expect(events.at(-1)!.task).toMatchObject({ status: 'SUCCEEDED', done: true });
      const seqs = events.map(({ task }) => task.seq);
      expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
    }
  });

  test('a task that somebody watches on one replica is polled more often by another', async () => {
    await start(2, { ...POLLING, unwatchedSeconds: 3600 });
    const [id] = await startTasks(first, 1);
    const owner = await poller();
    const other = replicas.find((replica) => replica !== owner)!;
    await until(() => polls().length > 0 || undefined);
    const { events } = follow(other, UPDATES, { id });
    const before = polls().length;
    await until(() => polls().length >= before + 4 || undefined);
    first.simulator.control.hurryAll();
    await until(() => events.at(-1)?.task.done);
  });

  test('every replica tells the same of a source, whoever polls it', async () => {
    await start(2);
    await startTasks(first, 3);
    const reports = () =>
      Promise.all(
        replicas.map(async ({ query }) => {
          const { data } = await query('{ sources { service account watched state } }');
          return JSON.stringify((data as { sources: unknown }).sources);
        }),
      );
    await until(async () => {
      const told = await reports();
      return (told.every((one) => one === told[0]) && told[0]!.includes('"watched":3')) || undefined;
    });
  });

  test('a task that is removed through one replica is no longer polled by another', async () => {
    await start(2);
    const [id] = await startTasks(first, 1);
    const owner = await poller();
    const other = replicas.find((replica) => replica !== owner)!;
    const { data } = await other.query('mutation ($id: ID!) { untrackTask(input: { id: $id }) { id } }', { id });
    expect(data).toEqual({ untrackTask: { id } });
    await until(async () => {
      const text = await (await fetch(`${owner.url}/metrics`)).text();
      return /^taskgate_watched_tasks\{service="SFS"\} 0/m.test(text) || undefined;
    });
  });

  test('a replica more takes its share, and what one leaves behind is taken over at once', async () => {
    await start(2);
    const [id] = await startTasks(first, 1);
    replicas.push(await first.another());
    expect([...(await balanced())].sort()).toEqual([3, 3, 4]);

    const owner = await poller();
    const [left, ...others] = [owner, ...replicas.filter((replica) => replica !== owner)];
    const { events, ended } = follow(others[0]!, UPDATES, { id });
    await until(() => events.length > 0 || undefined);
    await left.app.close(0);
    replicas = others;
    await balanced();
    first.simulator.control.hurryAll();
    await ended;
    expect(events.at(-1)!.task).toMatchObject({ status: 'SUCCEEDED', done: true });
  });
});
