import WebSocket from 'ws';
import { createTaskgate, type Taskgate, type TaskUpdate } from '../../src/client/index.js';
import { formatCursor } from '../../src/delivery/cursor.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

/** Sound, and made by another store: what a client brings after the gateway's file was replaced. */
const STRANGE_CURSOR = formatCursor({ epoch: 'another', point: { position: 5, mark: 5 }, snapshotDue: false });

/** Every socket that the client opened, so that a test can cut them as a network does. */
function recordingWebSocket(): { readonly sockets: WebSocket[]; readonly WebSocketImpl: unknown } {
  const sockets: WebSocket[] = [];
  class RecordedWebSocket extends WebSocket {
    constructor(url: string, protocols?: string) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  return { sockets, WebSocketImpl: RecordedWebSocket };
}

describe('the client', () => {
  let gateway: RunningGateway;
  let taskgate: Taskgate;
  let sockets: WebSocket[];

  beforeEach(async () => {
    gateway = await startGateway({ config: { polling: { youngSeconds: 0.1, discoverSeconds: 0.2 } } });
    ({ taskgate, sockets } = connect(gateway));
  });
  afterEach(async () => {
    await taskgate.close();
    await gateway.stop();
  });

  function connect({ url }: RunningGateway): { taskgate: Taskgate; sockets: WebSocket[] } {
    const recording = recordingWebSocket();
    return {
      sockets: recording.sockets,
      taskgate: createTaskgate({
        url: `${url}/graphql`,
        webSocket: recording.WebSocketImpl,
        backoff: { baseMs: 20, capMs: 200 },
        idleCloseMs: 0,
      }),
    };
  }

  async function start(shareId = 's-1'): Promise<string> {
    const { data } = await taskgate.query<{ bindLdap: { task: { id: string } } }>(
      'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }',
      { input: { account: 'demo', shareId, url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
    );
    return data!.bindLdap.task.id;
  }

  async function history(id: string): Promise<number> {
    const { data } = await taskgate.query<{ task: { seq: number } }>('query ($id: ID!) { task(id: $id) { seq } }', {
      id,
    });
    return data!.task.seq;
  }

  it('follows a task to its end and gives back the task', async () => {
    const id = await start();
    const follower = taskgate.followTask(id);
    const first = await follower.next();
    expect(first.value).toMatchObject({ kind: 'snapshot', task: { id, done: false } });
    expect(taskgate.status.get().state).toBe('live');
    gateway.simulator.control.hurryAll();

    let result = await follower.next();
    let last = result;
    while (!result.done) {
      last = result;
      result = await follower.next();
    }
    expect(last.value).toMatchObject({ kind: 'changed', task: { done: true } });
    expect(result.value).toMatchObject({ id, done: true });
  });

  it('ends at once behind the cursor of the final state', async () => {
    const id = await start();
    gateway.simulator.control.hurryAll();
    let cursor = '';
    for await (const update of taskgate.followTask(id)) cursor = update.cursor;
    const again = await taskgate.followTask(id, { after: cursor }).next();
    expect(again).toMatchObject({ done: true, value: { id, done: true } });
  });

  it('goes on behind the newest cursor when its socket is cut again and again', async () => {
    const id = await start();
    const updates: TaskUpdate[] = [];
    const states = new Set<string>();
    taskgate.status.subscribe(() => states.add(taskgate.status.get().state));
    for await (const update of taskgate.followTask(id)) {
      updates.push(update as TaskUpdate);
      sockets.at(-1)!.terminate();
      if (updates.length === 1) gateway.simulator.control.hurryAll();
    }
    const seqs = updates.map(({ task }) => task.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs[0]! + index));
    expect(seqs.at(-1)).toBe(await history(id));
    expect(updates.slice(1).every(({ kind }) => kind === 'changed')).toBe(true);
    expect(sockets.length).toBeGreaterThan(1);
    expect(states).toContain('reconnecting');
  });

  it('gives what happened while nobody followed, across a restart of the gateway', async () => {
    const id = await start();
    const before = await taskgate.followTask(id).next();
    const { cursor, task } = before.value as TaskUpdate;
    await taskgate.close();
    gateway.simulator.control.hurryAll();
    gateway = await gateway.restart();
    ({ taskgate, sockets } = connect(gateway));
    const seqs: number[] = [];
    for await (const update of taskgate.followTask(id, { after: cursor })) {
      seqs.push((update as TaskUpdate).task.seq);
    }
    expect(seqs[0]).toBe(task.seq + 1);
    expect(seqs.at(-1)).toBe(await history(id));
  });

  it('says that a cursor is unknown before the snapshot that follows', async () => {
    const id = await start();
    const follower = taskgate.followTask(id, { after: STRANGE_CURSOR });
    expect((await follower.next()).value).toMatchObject({ kind: 'reset', reason: 'UNKNOWN_CURSOR' });
    expect((await follower.next()).value).toMatchObject({ kind: 'snapshot', task: { id } });
    await follower.return();
  });

  it('lists the tasks of a filter and then tells their changes', async () => {
    const id = await start();
    const follower = taskgate.followTasks({ services: ['SFS'] });
    const list = await follower.next();
    expect(list.value).toMatchObject({ kind: 'list', reason: 'initial', totalCount: 1, tasks: [{ id }] });
    gateway.simulator.control.hurryAll();
    expect((await follower.next()).value).toMatchObject({ kind: 'changed', task: { id } });
    await follower.return();
  });

  it('reads the list again when its cursor is unknown', async () => {
    const id = await start();
    const follower = taskgate.followTasks({}, { after: STRANGE_CURSOR });
    expect((await follower.next()).value).toMatchObject({ kind: 'list', reason: 'UNKNOWN_CURSOR', tasks: [{ id }] });
    await follower.return();
  });

  it('says that a task is removed and ends', async () => {
    const id = await start();
    const follower = taskgate.followTask(id);
    await follower.next();
    await taskgate.query('mutation ($id: ID!) { untrackTask(input: { id: $id }) { id } }', { id });
    let update = await follower.next();
    while (!update.done && update.value.kind !== 'removed') update = await follower.next();
    expect(update.done).toBe(false);
    expect((await follower.next()).done).toBe(true);
  });

  it('shares one socket among its followers and is left while it waits', async () => {
    const [first, second] = [await start('s-1'), await start('s-2')];
    const followers = [taskgate.followTask(first), taskgate.followTask(second)];
    await Promise.all(followers.map((follower) => follower.next()));
    expect(sockets).toHaveLength(1);
    const stats = await taskgate.followStats().next();
    expect(stats.value).toMatchObject({ total: 2 });
    expect((await taskgate.followStats({ stale: true }).next()).value).toMatchObject({ total: 0 });
    const controller = new AbortController();
    const waiting = taskgate.followTasks({}, { signal: controller.signal });
    await waiting.next();
    const next = waiting.next();
    controller.abort();
    expect((await next).done).toBe(true);
    await Promise.all(followers.map((follower) => follower.return()));
  });

  it('says why a task cannot be followed', async () => {
    await expect(taskgate.followTask('no-such-task').next()).rejects.toMatchObject({ name: 'TaskgateError' });
  });
});
