import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { startSockets, TASK, TASKS, waitUntil, type SocketHarness } from './socket-harness.js';
import { startWorkTime } from '../support/work-time.js';

/** Sockets in a process of their own, so that what is measured here is the server's part. */
class Crowd {
  static readonly #children = new Set<ChildProcess>();

  static killAll(): void {
    for (const child of Crowd.#children) child.kill('SIGKILL');
  }

  private constructor(
    private readonly child: ChildProcess,
    readonly size: number,
  ) {}

  /** With `ids`, each subscribes to a task of its own. */
  static async open(url: string, size: number, query?: string, ids: readonly string[] = []): Promise<Crowd> {
    const script = fileURLToPath(new URL('./fan-out-clients.mjs', import.meta.url));
    const child = fork(script, [url, String(size), ...(query ? [query] : [])], { execArgv: [] });
    Crowd.#children.add(child);
    child.once('exit', () => Crowd.#children.delete(child));
    const crowd = new Crowd(child, size);
    child.send({ ids });
    await crowd.hears('ready');
    return crowd;
  }

  async hears(word: string): Promise<void> {
    for (;;) {
      const [said] = (await once(this.child, 'message')) as [unknown];
      if (said === word) return;
      throw new Error(`The crowd said ${JSON.stringify(said)}`);
    }
  }

  async expect(messages: number): Promise<void> {
    this.child.send({ expect: messages });
    await this.hears('expecting');
  }

  async close(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** CPU of this process, in ms per round, while each of a crowd gets one message a round. */
async function cpuPerRound(crowd: Crowd, rounds: number, send: (round: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await crowd.expect(1);
    const done = crowd.hears('done');
    const before = process.cpuUsage();
    await send(round);
    await done;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1_000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

const SOCKETS = process.env['TASKGATE_LONG'] ? 5_000 : 200;
const ROUNDS = process.env['TASKGATE_LONG'] ? 9 : 3;
const FRAME = `{"id":"subscription-1","type":"next","payload":{"data":{"tasksUpdated":{"type":"CHANGED","cursor":"${'c'.repeat(80)}","task":{"id":"${'i'.repeat(40)}","status":"RUNNING","seq":1,"fill":null}}}}}`;

async function bareCpu(): Promise<number> {
  const http = createServer();
  const sockets = new Set<WebSocket>();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => sockets.add(socket));
  const crowd = await Crowd.open(await listen(http), SOCKETS);
  const cpu = await cpuPerRound(crowd, ROUNDS, () => {
    for (const socket of sockets) socket.send(FRAME);
  });
  await crowd.close();
  await new Promise((resolve) => server.close(resolve));
  http.close();
  return cpu;
}

async function stockCpu(): Promise<number> {
  const http = createServer();
  const wakers = new Set<(event: unknown) => void>();
  const schema = buildSchema(`type Query { a: Int } type Task { id: ID! status: String! seq: Int! fill: String }
    type TaskEvent { type: String! cursor: String! task: Task } type Subscription { tasksUpdated: TaskEvent! }`);
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  async function* events() {
    for (;;) yield { tasksUpdated: await new Promise((resolve) => wakers.add(resolve)) };
  }
  useServer({ schema, roots: { subscription: { tasksUpdated: events } } }, server);
  const crowd = await Crowd.open(await listen(http), SOCKETS, TASKS);
  await waitUntil(() => wakers.size === SOCKETS);
  const cpu = await cpuPerRound(crowd, ROUNDS, () => {
    const waiting = [...wakers];
    wakers.clear();
    const task = { id: 'i'.repeat(40), status: 'RUNNING', seq: 1, fill: null };
    for (const wake of waiting) wake({ type: 'CHANGED', cursor: 'c'.repeat(80), task });
  });
  await crowd.close();
  await new Promise((resolve) => server.close(resolve));
  http.close();
  return cpu;
}

describe('fan-out', () => {
  let host: SocketHarness;
  beforeEach(async () => (host = await startSockets()));
  afterEach(async () => {
    Crowd.killAll();
    await host.close();
  });

  it('of one change to equal subscriptions costs little more than bare ws', async () => {
    const bare = await bareCpu();
    const stock = await stockCpu();
    const memory = process.memoryUsage().rss;
    const crowd = await Crowd.open(host.wsUrl, SOCKETS, TASKS);
    await waitUntil(() => host.gate.delivery.load().live === SOCKETS);
    const perSubscriber = (process.memoryUsage().rss - memory) / SOCKETS / 1_024;
    const own = await cpuPerRound(crowd, ROUNDS, (round) =>
      round === 0 ? host.gate.tasks.create('a') : host.gate.tasks.step('a', round),
    );
    expect(host.operations.renders).toBe(ROUNDS);
    await crowd.close();
    await waitUntil(() => host.sockets.connections === 0);
    const again = await bareCpu();
    process.stderr.write(
      `fan-out to ${SOCKETS}: own ${own.toFixed(1)} ms, bare ws ${bare.toFixed(1)} and ${again.toFixed(1)} ms, graphql-ws ${stock.toFixed(1)} ms of CPU; ${perSubscriber.toFixed(1)} KiB of RSS per subscriber\n`,
    );
    expect(own).toBeLessThan(stock);
  });

  it(`brings ${2 * SOCKETS} sockets one change each with less than a second of work`, async () => {
    const crowds = await Promise.all([1, 2].map(() => Crowd.open(host.wsUrl, SOCKETS, TASKS)));
    await waitUntil(() => host.gate.delivery.load().live === 2 * SOCKETS);
    for (const crowd of crowds) await crowd.expect(1);
    const done = Promise.all(crowds.map((crowd) => crowd.hears('done')));
    const worked = startWorkTime();
    await host.gate.tasks.create('a');
    await done;
    const took = worked();
    process.stderr.write(`${2 * SOCKETS} sockets had their change after ${took.toFixed(0)} ms of work\n`);
    expect(took).toBeLessThan(1_000);
  });

  it('brings as many subscribers of as many tasks the change of their own task', async () => {
    const ids: string[] = [];
    for (let n = 0; n < SOCKETS; n++) ids.push((await host.gate.tasks.create(`t${n}`)).id);
    const stepAll = async (step: number): Promise<void> => {
      for (let n = 0; n < SOCKETS; n++) await host.gate.tasks.step(`t${n}`, step);
    };
    const alone = startWorkTime();
    for (const step of [1, 2, 3]) await stepAll(step);
    const unheard = alone() / 3;
    const crowd = await Crowd.open(host.wsUrl, SOCKETS, TASK, ids);
    await waitUntil(() => host.gate.delivery.load().live === SOCKETS);
    await crowd.expect(1);
    const done = crowd.hears('done');
    const worked = startWorkTime();
    await stepAll(4);
    await done;
    const heard = worked();
    process.stderr.write(
      `${SOCKETS} changes: ${unheard.toFixed(0)} ms of work, ${heard.toFixed(0)} ms with a subscriber for each\n`,
    );
    expect(heard).toBeLessThan(10 * unheard);
  });
});
