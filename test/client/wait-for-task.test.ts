import WebSocket from 'ws';
import { createTaskgate, type Taskgate, type TaskgateOptions } from '../../src/client/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import { createScriptedPage } from './scripted-page.js';
import { changed, EPOCH, snapshot, startScriptedGateway, taskOf, type ScriptedGateway } from './scripted-gateway.js';

describe('waiting for a task of a gateway', () => {
  let gateway: RunningGateway;
  let taskgate: Taskgate;
  let sent: string[];

  beforeEach(async () => {
    gateway = await startGateway({ config: { polling: { youngSeconds: 0.1, discoverSeconds: 0.2 } } });
    sent = [];
  });
  afterEach(async () => {
    await taskgate.close();
    await gateway.stop();
  });

  function connect(webSocket: unknown): void {
    taskgate = createTaskgate({
      url: `${gateway.url}/graphql`,
      webSocket,
      idleCloseMs: 0,
      fetch: (input, init) => {
        sent.push(init?.body as string);
        return fetch(input, init);
      },
    });
  }
  async function start(): Promise<string> {
    const { data } = await taskgate.query<{ bindLdap: { task: { id: string } } }>(
      'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }',
      { input: { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
    );
    sent.length = 0;
    return data!.bindLdap.task.id;
  }

  it.each([
    { what: 'by its socket, without a query', webSocket: WebSocket, queries: false },
    { what: 'by queries where there are no sockets', webSocket: null, queries: true },
  ])('gives the task when it is done, $what', async ({ webSocket, queries }) => {
    connect(webSocket);
    const id = await start();
    const waiting = taskgate.waitForTask(id);
    gateway.simulator.control.hurryAll();
    expect(await waiting).toMatchObject({ outcome: 'done', task: { id, done: true } });
    expect(sent.some((body) => body.includes('waitForTask'))).toBe(queries);
    // It is known to be done: the answer comes at once.
    expect(await taskgate.waitForTask(id, { timeoutMs: 30_000 })).toMatchObject({ outcome: 'done', task: { id } });
  });

  it.each([{ webSocket: WebSocket }, { webSocket: null }])('says that the task is removed', async ({ webSocket }) => {
    connect(webSocket);
    const id = await start();
    const waiting = taskgate.waitForTask(id);
    if (webSocket) await until(() => taskgate.status.get().state === 'live');
    else await until(() => sent.length === 2);
    await taskgate.query('mutation ($id: ID!) { untrackTask(input: { id: $id }) { id } }', { id });
    await expect(waiting).resolves.toMatchObject({ outcome: 'removed', task: { id, done: false } });
  });

  it.each([{ webSocket: WebSocket }, { webSocket: null }])('refuses what is no task', async ({ webSocket }) => {
    connect(webSocket);
    await expect(taskgate.waitForTask('no-such-task')).rejects.toMatchObject({ name: 'TaskgateError' });
  });
});

describe('waiting for a task on a bad day', () => {
  let gateway: ScriptedGateway;
  let clock: ManualClock;
  const open: Taskgate[] = [];

  beforeEach(async () => {
    gateway = await startScriptedGateway();
    clock = new ManualClock(Date.parse(EPOCH));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await gateway.close();
    expect(clock.pendingTimers).toBe(0);
  });

  function connect(options: Partial<TaskgateOptions> = {}): Taskgate {
    const taskgate = createTaskgate({
      url: gateway.url,
      webSocket: WebSocket,
      clock,
      page: createScriptedPage(),
      random: () => 0.5,
      ...options,
    });
    open.push(taskgate);
    return taskgate;
  }

  it('goes on over a new socket when its own is cut', async () => {
    const taskgate = connect();
    const waiting = taskgate.waitForTask('a');
    (await gateway.subscribed()).cut();
    await until(() => taskgate.status.get().state === 'reconnecting');
    await clock.advance(250);
    const again = await gateway.subscribed();
    again.sendEvent({ ...snapshot(5), task: taskOf(5, { done: true, status: 'SUCCEEDED' }) });
    expect(await waiting).toMatchObject({ outcome: 'done', task: { seq: 5 } });
  });

  it('goes on behind what it has heard, so that it is told of a removal that came meanwhile', async () => {
    const taskgate = connect();
    const waiting = taskgate.waitForTask('a');
    const subscribed = await gateway.subscribed();
    expect(subscribed.after).toBeUndefined();
    subscribed.sendEvent(snapshot(5));
    subscribed.socket!.close(1012);
    await until(() => taskgate.status.get().nextTryAt !== null);
    await clock.advance(250);
    const again = await gateway.subscribed();
    expect(again.after).toBe('5');
    again.sendEvent(changed(5, { type: 'REMOVED', cursor: '6' }));
    expect(await waiting).toMatchObject({ outcome: 'removed', task: { seq: 5 } });
  });

  it('takes it for removed where the gateway knew it before, and no longer does', async () => {
    const taskgate = connect();
    gateway.onQuery(() => ({ task: null }));
    const waiting = taskgate.waitForTask('a');
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(snapshot(5));
    subscribed.socket!.close(1012);
    await until(() => taskgate.status.get().nextTryAt !== null);
    await clock.advance(250);
    (await gateway.subscribed()).refuse('NOT_FOUND');
    expect(await waiting).toMatchObject({ outcome: 'removed', task: { seq: 5 } });
  });

  it('asks by the query as soon as sockets turn out to be blocked', async () => {
    gateway.refuseUpgrades();
    gateway.onQuery(({ seconds }) =>
      seconds !== undefined ? { task: taskOf(3, { done: true }) } : { __typename: 'Query' },
    );
    const waiting = connect().waitForTask('a');
    await until(() => gateway.refusedUpgrades === 1 && clock.nextTimerAt === clock.now() + 250);
    await clock.advance(250);
    expect(await waiting).toMatchObject({ outcome: 'done', task: { seq: 3 } });
    expect(gateway.refusedUpgrades).toBe(2);
  });

  it('asks again where the gateway is away, and not where it refuses', async () => {
    const answers = [
      () => Promise.reject(new Error('The gateway is away')),
      () => Promise.resolve(Response.json({ errors: [{ message: 'No', extensions: { code: 'FORBIDDEN' } }] })),
    ];
    const waiting = connect({ webSocket: null, fetch: () => answers.shift()!() }).waitForTask('a');
    const refused = expect(waiting).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await refused;
    expect(answers).toEqual([]);
  });

  it('gives the task as it is when the time is over', async () => {
    const taskgate = connect();
    const waiting = taskgate.waitForTask('a', { timeoutMs: 5_000 });
    const subscribed = await gateway.subscribed();
    const other = taskgate.followTask('a', { after: '1' });
    const told = other.next();
    const behind = await gateway.subscribed();
    subscribed.sendEvent(snapshot(2));
    behind.send(2);
    await told;
    await clock.advance(5_000);
    expect(await waiting).toMatchObject({ outcome: 'timedOut', task: { seq: 2, done: false } });
    await until(() => gateway.completed.includes(subscribed.id));
  });

  it('gives no task when nothing was heard in that time', async () => {
    const waiting = connect().waitForTask('a', { timeoutMs: 5_000 });
    await gateway.subscribed();
    await clock.advance(5_000);
    expect(await waiting).toEqual({ outcome: 'timedOut', task: null });
  });

  it.each([{ webSocket: WebSocket }, { webSocket: null }])('ends at once when it is aborted', async ({ webSocket }) => {
    let asked = false;
    gateway.onQuery(() => {
      asked = true;
      return { task: taskOf(2) };
    });
    const controller = new AbortController();
    const taskgate = connect({ webSocket });
    const waiting = taskgate.waitForTask('a', { timeoutMs: 60_000, signal: controller.signal });
    if (webSocket) await gateway.subscribed();
    else await until(() => asked);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    if (webSocket) await until(() => gateway.completed.length === 1);
  });

  it('ends with an error when the client is closed', async () => {
    const taskgate = connect();
    const waiting = taskgate.waitForTask('a');
    await gateway.subscribed();
    const refused = expect(waiting).rejects.toMatchObject({ name: 'TaskgateError', code: 'CLOSED' });
    await taskgate.close();
    await refused;
  });
});
