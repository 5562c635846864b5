import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { checkHistory, type SeenEvent } from '../delivery/history-checker.js';
import { waitUntil } from './socket-harness.js';
import { freePort } from '../support/free-port.js';

const LONG = process.env['TASKGATE_LONG'] !== undefined;
const CLIENTS = LONG ? 50 : 8;
const KILLS = LONG ? 8 : 1;
const EVENTS_PER_LIFE = LONG ? 500 : 100;
const TASKS = 5;
const QUERY = 'subscription($after: String) { tasksUpdated(after: $after) { type cursor task { id seq status } } }';

interface Event {
  readonly type: SeenEvent['type'];
  readonly cursor: string;
  readonly task: { readonly id: string; readonly seq: number; readonly status: string } | null;
}
type Told =
  | { readonly type: 'ready'; readonly start: string }
  | { readonly type: 'stopped'; readonly stored: readonly (readonly [string, number])[] };

class Host {
  #child: ChildProcess | undefined;

  constructor(
    private readonly file: string,
    readonly port: number,
  ) {}

  async start(): Promise<string> {
    const script = fileURLToPath(new URL('./history-host.ts', import.meta.url));
    const execArgv = ['--import', '@swc-node/register/esm-register'];
    this.#child = fork(script, [this.file, String(this.port), String(TASKS)], { execArgv });
    const [told] = (await once(this.#child, 'message')) as [Told];
    return told.type === 'ready' ? told.start : '';
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async stopChanging(): Promise<readonly (readonly [string, number])[]> {
    this.#child!.send('stop');
    const [told] = (await once(this.#child!, 'message')) as [Told];
    return told.type === 'stopped' ? told.stored : [];
  }
}

/** Comes back with its cursor whenever it is cut off, and cuts itself off every few events. */
class Client {
  readonly events: SeenEvent[] = [];
  readonly last = new Map<string, number>();
  #socket: WebSocket | undefined;
  #over = false;
  #left = 0;

  constructor(
    private readonly url: string,
    private cursor: string,
    private readonly random: () => number,
  ) {
    this.#connect();
  }

  close(): void {
    this.#over = true;
    this.#socket?.terminate();
  }

  #connect(): void {
    if (this.#over) return;
    this.#left = 1 + Math.floor(this.random() * 60);
    const socket = new WebSocket(this.url, 'graphql-transport-ws');
    this.#socket = socket;
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data: Buffer) =>
      this.#take(socket, JSON.parse(data.toString()) as { type: string; payload?: { data: { tasksUpdated: Event } } }),
    );
    socket.on('error', () => undefined);
    socket.on('close', () => setTimeout(() => this.#connect(), 20));
  }

  #take(socket: WebSocket, { type, payload }: { type: string; payload?: { data: { tasksUpdated: Event } } }): void {
    if (type === 'connection_ack') {
      const variables = { after: this.cursor };
      return socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables } }));
    }
    // What arrives on a socket that was given up was never seen.
    if (!payload || this.#left === 0) return;
    const { task, cursor, type: eventType } = payload.data.tasksUpdated;
    this.cursor = cursor;
    this.events.push({
      type: eventType,
      taskId: task?.id ?? null,
      seq: task?.seq ?? null,
      status: task?.status ?? null,
    });
    if (task) this.last.set(task.id, task.seq);
    if (--this.#left === 0) socket.terminate();
  }
}

/** mulberry32, so that a run can be repeated by its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`the history of each of ${CLIENTS} clients has no gap and no repetition across drops and kill -9 of the server`, async () => {
  const seed = Number(process.env['TASKGATE_SEED'] ?? Date.now() % 2 ** 31);
  const random = randomFrom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-history-'));
  const host = new Host(join(folder, 'store.db'), await freePort());
  const clients: Client[] = [];
  try {
    const start = await host.start();
    const url = `ws://127.0.0.1:${host.port}/graphql`;
    for (let n = 0; n < CLIENTS; n++) clients.push(new Client(url, start, random));
    for (let kill = 0; kill < KILLS; kill++) {
      const enough = clients[0]!.events.length + 50 + Math.floor(random() * EVENTS_PER_LIFE);
      await waitUntil(() => clients[0]!.events.length >= enough);
      await host.kill();
      await host.start();
    }
    const seen = clients[0]!.events.length;
    await waitUntil(() => clients[0]!.events.length > seen + 50);
    const stored = new Map(await host.stopChanging());
    expect(stored.size).toBe(TASKS);
    const hasAll = ({ last }: Client): boolean => [...stored].every(([id, seq]) => last.get(id) === seq);
    await waitUntil(() => clients.every(hasAll));

    const history = new Map(
      [...stored].map(([id, seq]) => [id, Array.from({ length: seq }, (_, n) => ({ seq: n + 1, status: 'RUNNING' }))]),
    );
    const wrong = clients.flatMap(({ events }, n) =>
      checkHistory({ name: `client ${n}`, known: new Map(), events }, history),
    );
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(clients.some(({ events }) => events.some(({ type }) => type === 'RESET'))).toBe(false);
  } catch (error) {
    throw new Error(`With TASKGATE_SEED=${seed}: ${String(error)}`, { cause: error });
  } finally {
    for (const client of clients) client.close();
    await host.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
