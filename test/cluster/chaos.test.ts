import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { cpuMs } from '../bench/child.js';
import { findPostgres } from '../support/start-postgres.js';
import { findRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';
import { ACCOUNTS, INTERVAL_MS, startMachines, type Machines, type Replica } from './replica-processes.js';
import { startScenario, type Scenario } from './scenario.js';

const usable = (findPostgres() !== undefined && findRedis()) || process.env['CI'] === 'true';
const long = process.env['TASKGATE_LONG'] !== undefined;
const LONG_MS = 240_000;
const OUTAGE_MS = 20_000;
const HOUR_MS = 3_600_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Figures for docs/scale.md. */
function note(line: string): void {
  if (long)
    process.stderr.write(`${line}
`);
}

(usable ? describe : describe.skip)('Three replicas, each a process, where PostgreSQL and Redis are installed', () => {
  let machines: Machines;
  let scenario: Scenario | undefined;

  beforeAll(async () => {
    machines = await startMachines();
  });
  afterEach(async () => {
    await scenario?.stop();
    scenario = undefined;
  });
  afterAll(() => machines.stop());

  /** By account: when the group's lasting task was polled, after `since`. */
  function polls(lasting: ReadonlyMap<string, string>, since = 0): ReadonlyMap<string, readonly number[]> {
    const requests = scenario!.cluster.simulator.control.log().requests.filter(({ at }) => at > since);
    return new Map(
      [...lasting].map(([account, id]) => [
        account,
        requests.filter(({ method, path }) => method === 'GET' && path.includes(id)).map(({ at }) => at),
      ]),
    );
  }

  /** One task in each account that does not end by itself. */
  async function startLasting({ cluster, track }: Scenario): Promise<ReadonlyMap<string, string>> {
    const lasting = new Map<string, string>();
    for (const account of ACCOUNTS) {
      const { id } = cluster.simulator.control.createTask({
        service: 'SFS',
        waitMs: 0,
        runMs: HOUR_MS,
        outcome: 'success',
      });
      await track(id, account);
      lasting.set(account, id);
    }
    return lasting;
  }

  /** One socket with a subscription for each task. */
  function followEach(replica: Replica, ids: readonly string[]) {
    const client = createClient({ url: replica.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, lazy: false });
    /** The newest status of each task. */
    const heard = new Map<string, string>();
    const query = 'subscription ($id: ID!) { taskUpdated(id: $id) { task { status } } }';
    const streams = ids.map(async (id) => {
      for await (const { data } of client.iterate<{ taskUpdated: { task: { status: string } } }>({
        query,
        variables: { id },
      }))
        if (data) heard.set(id, data.taskUpdated.task.status);
    });
    return { heard, ended: Promise.all(streams).then(() => client.dispose()) };
  }

  async function judge(lasting: ReadonlyMap<string, string> = new Map()): Promise<void> {
    for (const id of lasting.values()) scenario!.cluster.simulator.control.hurry('SFS', id);
    expect(await scenario!.judge()).toEqual([]);
    note(
      `  ${scenario!.tracked.size} tasks, slowest event ${Math.max(...scenario!.clients.map(({ slowestMs }) => slowestMs))} ms`,
    );
  }

  /** Polled by whoever is left; how long each account had to wait for it. */
  async function untilPolledAgain(lasting: ReadonlyMap<string, string>, since: number): Promise<number> {
    await until(() => [...polls(lasting, since).values()].every(({ length }) => length > 0));
    return Math.max(...[...polls(lasting, since).values()].map(([first]) => first! - since));
  }

  test('poll each task once an interval; one is killed: the others poll for it, and its clients go on without loss', async () => {
    scenario = await startScenario(machines);
    const { cluster } = scenario;
    const lasting = await startLasting(scenario);
    await until(() => [...polls(lasting).values()].every(({ length }) => length > 5));
    for (const times of polls(lasting).values()) {
      const took = times.at(-1)! - times[0]!;
      // Three replicas that polled for themselves would poll three times as often.
      expect(times.length).toBeLessThanOrEqual((took / INTERVAL_MS + 2) * 1.5);
    }
    const victim = scenario.pick();
    const orphans = new Set((await cluster.owned()).get(victim.pid));
    expect(orphans.size).toBeGreaterThan(0);
    const killedAt = Date.now();
    victim.signal('SIGKILL');
    await victim.exited;
    const mine = new Map([...lasting].filter(([account]) => orphans.has(account)));
    const waited = await untilPolledAgain(mine, killedAt);
    note(`kill -9: polled again after ${waited} ms`);
    if (long) expect(waited).toBeLessThan(15_000);
    await scenario.progress(5);
    await judge(lasting);
  }, 180_000);

  (long ? describe : () => undefined)('in the long run', () => {
    test(
      'poll 100 tasks once an interval in total under 1,000 subscribers, who all hear how each ends',
      async () => {
        scenario = await startScenario(machines, 3, 0);
        const { cluster, track } = scenario;
        const { control } = cluster.simulator;
        const ids = control
          .createTasks({ service: 'SFS', waitMs: 0, runMs: HOUR_MS, outcome: 'success', count: 100 })
          .map(({ id }) => id);
        await scenario.rest();
        for (const [index, id] of ids.entries()) await track(id, ACCOUNTS[index % ACCOUNTS.length]!);
        const open = await cluster.sql<{ id: string }>('select id from tasks where done = 0');
        expect(open).toHaveLength(100);
        const sockets = Array.from({ length: 10 }, (_, index) =>
          followEach(
            cluster.live()[index % 3]!,
            open.map(({ id }) => id),
          ),
        );
        await until(() => sockets.every(({ heard }) => heard.size === 100));
        control.clearLog();
        const polled = (): readonly number[] =>
          control
            .log()
            .requests.filter(({ method, path }) => method === 'GET' && ids.some((id) => path.includes(id)))
            .map(({ at }) => at);
        await pause(10_000);
        const times = polled();
        const took = times.at(-1)! - times[0]!;
        note(`100 tasks, 1,000 subscribers: ${times.length} polls in ${took} ms`);
        expect(times.length).toBeLessThanOrEqual(100 * (took / INTERVAL_MS + 1) * 1.1);
        for (const id of ids) control.hurry('SFS', id);
        await Promise.all(sockets.map(({ ended }) => ended));
        for (const { heard } of sockets) expect(new Set(heard.values())).toEqual(new Set(['SUCCEEDED']));
      },
      LONG_MS,
    );

    test(
      'do the same work whatever their number',
      async () => {
        for (const count of [1, 2, 3]) {
          scenario = await startScenario(machines, count, 0);
          const { cluster, track } = scenario;
          const { control } = cluster.simulator;
          await scenario.rest();
          const tasks = control.createTasks({
            service: 'SFS',
            waitMs: 0,
            runMs: HOUR_MS,
            outcome: 'success',
            count: 600,
          });
          const left = [...tasks.entries()];
          const take = async (): Promise<void> => {
            for (let next = left.pop(); next; next = left.pop())
              await track(next[1].id, ACCOUNTS[next[0] % ACCOUNTS.length]!);
          };
          await Promise.all(Array.from({ length: 8 }, take));
          await cluster.balanced();
          const usage = (): readonly number[] => cluster.live().map(({ pid }) => cpuMs(pid));
          const [before, from] = [usage(), Date.now()];
          control.clearLog();
          await pause(10_000);
          const took = Date.now() - from;
          const shares = usage().map((used, index) => Math.round(((used - before[index]!) / took) * 100));
          const polled = Math.round((control.log().requests.length / took) * 1_000);
          note(`${count} replicas, 600 tasks: ${polled} polls a second, CPU of each ${shares.join(', ')} % of a core`);
          expect(polled).toBeLessThanOrEqual(600 * 1.1);
          await scenario.stop();
        }
        scenario = undefined;
      },
      LONG_MS,
    );

    test(
      'one that is frozen past its lease and goes on writes nothing that is no longer true',
      async () => {
        scenario = await startScenario(machines);
        const { cluster } = scenario;
        const lasting = await startLasting(scenario);
        await scenario.progress(10);
        const frozen = scenario.pick();
        scenario.avoid(frozen);
        const frozenAt = Date.now();
        frozen.signal('SIGSTOP');
        const waited = await untilPolledAgain(lasting, frozenAt + INTERVAL_MS);
        await pause(frozenAt + OUTAGE_MS - Date.now());
        const wokenAt = Date.now();
        frozen.signal('SIGCONT');
        await scenario.progress(20);
        note(
          `SIGSTOP: polled by others after ${waited} ms; fenced writes ${await frozen.metric('taskgate_fenced_writes_total')}`,
        );
        // Its groups are polled by one replica again, not by two.
        for (const times of polls(lasting, wokenAt).values()) {
          const took = Date.now() - wokenAt;
          expect(times.length).toBeLessThanOrEqual((took / INTERVAL_MS + 2) * 1.5);
        }
        await cluster.balanced();
        await judge(lasting);
      },
      LONG_MS,
    );

    test(
      'one whose clock is ten minutes ahead writes the right instants and finds nothing stale',
      async () => {
        scenario = await startScenario(machines, 2);
        const { cluster } = scenario;
        const ahead = await cluster.start('const { now } = Date; Date.now = () => now() + 600_000;');
        const groups = await cluster.balanced();
        expect(groups.get(ahead.pid)).toHaveLength(2);
        await scenario.progress(40);
        const { data } = await ahead.query('{ tasks(first: 200) { nodes { stale observedAt createdAt updatedAt } } }');
        const { nodes } = (data as { tasks: { nodes: Readonly<Record<string, string | boolean>>[] } }).tasks;
        expect(nodes.filter(({ stale }) => stale)).toEqual([]);
        const [{ most, least }] = (await cluster.sql(
          `select max(at)::float8 - extract(epoch from now()) * 1000 as most,
             min(at)::float8 - extract(epoch from now()) * 1000 as least from log`,
        )) as [{ most: number; least: number }];
        note(`clock ahead: the newest entry lies ${Math.round(-most)} ms back, the oldest ${Math.round(-least)} ms`);
        expect(most).toBeLessThan(1_000);
        for (const node of nodes)
          for (const name of ['observedAt', 'createdAt', 'updatedAt'])
            expect(Date.parse(String(node[name]))).toBeLessThan(Date.now() + 1_000);
        await judge();
      },
      LONG_MS,
    );

    test(
      'Redis dead for 20 s, and emptied: nothing is lost, and news comes within 10 s',
      async () => {
        scenario = await startScenario(machines);
        await scenario.progress(10);
        await machines.redis.kill();
        await pause(OUTAGE_MS);
        const { status, body } = await scenario.pick().ready();
        expect([status, body]).toEqual([200, expect.stringContaining('degraded')]);
        await machines.redis.start();
        await scenario.progress(20);
        await machines.redis.flushAll();
        await scenario.progress(40);
        note('Redis dead for 20 s, then FLUSHALL:');
        await judge();
        expect(Math.max(...scenario.clients.map(({ slowestMs }) => slowestMs))).toBeLessThan(10_000);
      },
      LONG_MS,
    );

    test(
      'PostgreSQL dead for 20 s: everything goes on by itself',
      async () => {
        scenario = await startScenario(machines);
        const { cluster } = scenario;
        await scenario.progress(10);
        machines.postgres.kill();
        await pause(OUTAGE_MS);
        expect((await scenario.pick().ready()).status).toBe(503);
        const backAt = Date.now();
        machines.postgres.start();
        await scenario.progress(1);
        note(`PostgreSQL dead for 20 s: the first task ended ${Date.now() - backAt} ms after it was back`);
        await scenario.progress(20);
        await until(async () =>
          (await Promise.all(cluster.live().map((one) => one.ready()))).every(({ status }) => status === 200),
        );
        expect(cluster.live()).toHaveLength(3);
        await judge();
      },
      LONG_MS,
    );

    test(
      'ten that start at once on an empty database share it',
      async () => {
        const beganAt = Date.now();
        scenario = await startScenario(machines, 10, 1);
        note(`ten replicas at once: each has its share after ${Date.now() - beganAt} ms`);
        await scenario.progress(10);
        await judge();
      },
      LONG_MS,
    );

    test(
      'replaced one by one, they close their sockets with 1001 and nobody misses anything',
      async () => {
        scenario = await startScenario(machines);
        const { cluster, clients } = scenario;
        await scenario.progress(10);
        for (const old of [...cluster.live()]) {
          const next: Replica = await cluster.start();
          await until(async () => (await next.ready()).status === 200);
          scenario.avoid(old);
          const stoppedAt = Date.now();
          old.signal('SIGTERM');
          expect(await old.exited).toBe(0);
          note(`rolling deploy: a replica went within ${Date.now() - stoppedAt} ms`);
          await scenario.progress(5);
        }
        await judge();
        const codes = clients.flatMap(({ closeCodes }) => closeCodes);
        expect(codes.length).toBeGreaterThanOrEqual(clients.length);
        expect(new Set(codes)).toEqual(new Set([1001]));
      },
      LONG_MS,
    );
  });
});
