import { checkHistory } from '../delivery/history-checker.js';
import { until } from '../support/until.js';
import { ACCOUNTS, startCluster, type Cluster, type Machines, type Replica } from './replica-processes.js';
import { startRoamingClient, type RoamingClient } from './roaming-client.js';

/** Tasks that come and go, and clients that follow all of them, while something is done to the machines. */
export interface Scenario {
  readonly cluster: Cluster;
  readonly clients: readonly RoamingClient[];
  /** A replica that answers, another one at each call. */
  pick(): Replica;
  /** Nobody is sent there any more. */
  avoid(replica: Replica): void;
  /** As a client that asks again, elsewhere, until somebody answers. */
  track(upstreamId: string, account: string): Promise<void>;
  /** Tasks that were taken up so far. */
  readonly tracked: ReadonlySet<string>;
  /** How many more tasks have come to be known, and have ended, from now on. */
  progress(tasks: number): Promise<void>;
  /** No new tasks; what there is has come to its end. */
  rest(): Promise<void>;
  /** Lets every task come to its end and every client hear of it. @returns what is wrong with what they saw */
  judge(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const TRACK = `mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } userErrors { message } } }`;
const PAUSE_MS = 200;
/** So that a slow machine has no more to do than it can. */
const MOST_UNDER_WAY = 4;
const RUN_MS = 1_500;

export async function startScenario(machines: Machines, replicas = 3, clientsEach = 2): Promise<Scenario> {
  const cluster = await startCluster(machines, replicas);
  const avoided = new Set<Replica>();
  const tracked = new Set<string>();
  const clients: RoamingClient[] = [];
  let turn = 0;
  let working = true;
  let stopped = false;

  function pick(): Replica {
    const live = cluster.live().filter((replica) => !avoided.has(replica));
    return live[turn++ % live.length]!;
  }

  async function track(upstreamId: string, account: string): Promise<void> {
    while (!stopped) {
      const { data } = await pick()
        .query(TRACK, { input: { service: 'SFS', account, upstreamId } })
        .catch((): { data?: unknown } => ({}));
      const { trackTask } = (data ?? {}) as { trackTask?: { task: { id: string } | null } };
      if (trackTask?.task) {
        tracked.add(trackTask.task.id);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async function work(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (let index = 0; working; index++) {
      const { id } = cluster.simulator.control.createTask({
        service: 'SFS',
        waitMs: 300,
        runMs: RUN_MS,
        outcome: 'success',
      });
      const one = track(id, ACCOUNTS[index % ACCOUNTS.length]!).finally(() => underWay.delete(one));
      underWay.add(one);
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await Promise.all(underWay);
  }

  async function ended(): Promise<number> {
    const [row] = await cluster
      .sql<{ count: number }>('select count(*)::int from tasks where done = 1')
      .catch(() => []);
    return row?.count ?? 0;
  }

  async function rest(): Promise<void> {
    working = false;
    await worked;
    await until(async () => {
      const [row] = await cluster.sql<{ open: number }>('select count(*)::int as open from tasks where done = 0');
      return row?.open === 0;
    });
  }

  await cluster.balanced();
  for (let index = 0; index < replicas * clientsEach; index++)
    clients.push(await startRoamingClient(`client ${index}`, pick));
  const worked = work();

  return {
    cluster,
    clients,
    pick,
    track,
    tracked,
    avoid: (replica) => void avoided.add(replica),
    async progress(tasks) {
      const before = await ended();
      await until(async () => (await ended()) >= before + tasks);
    },
    rest,
    async judge() {
      await rest();
      const stored = await cluster.history();
      const changes = [...stored.values()].reduce((sum, { length }) => sum + length, 0);
      await until(() => clients.every(({ history }) => history.events.length >= changes));
      const wrong = clients.flatMap(({ history }) => checkHistory(history, stored));
      const lost = [...tracked].filter((id) => stored.get(id)?.at(-1)?.status !== 'SUCCEEDED');
      return [...wrong, ...lost.map((id) => `${id} did not come to its end`)];
    },
    async stop() {
      working = false;
      stopped = true;
      await Promise.all([worked, ...clients.map((client) => client.stop())]);
      await cluster.stop();
    },
  };
}
