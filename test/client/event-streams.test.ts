import WebSocket from 'ws';
import { createTaskgate, type Taskgate, type TaskgateOptions, type TaskUpdate } from '../../src/client/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { startGateway } from '../support/start-gateway.js';
import { createScriptedPage } from './scripted-page.js';
import { EPOCH, startScriptedGateway, type ScriptedGateway } from './scripted-gateway.js';
import { until } from '../support/until.js';

describe('the client where there are no sockets', () => {
  let gateway: ScriptedGateway;
  let clock: ManualClock;
  const open: Taskgate[] = [];

  beforeEach(async () => {
    gateway = await startScriptedGateway();
    gateway.refuseUpgrades();
    clock = new ManualClock(Date.parse(EPOCH));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await gateway.close();
    expect(clock.pendingTimers).toBe(0);
  });

  function connect(options: Partial<TaskgateOptions> = {}): Taskgate {
    const taskgate = createTaskgate({ url: gateway.url, webSocket: null, clock, random: () => 0.5, ...options });
    open.push(taskgate);
    return taskgate;
  }
  /** A follower that has heard its first event. */
  async function follow(taskgate: Taskgate) {
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.send(2);
    await first;
    return { follower, subscribed };
  }
  const seqOf = async (next: Promise<IteratorResult<unknown, unknown>>): Promise<number> =>
    ((await next).value as TaskUpdate).task.seq;

  it('reads event streams when sockets are refused while queries are answered', async () => {
    const taskgate = connect({ webSocket: WebSocket });
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    await until(() => gateway.refusedUpgrades === 1 && clock.nextTimerAt === clock.now() + 250);
    await clock.advance(250);
    const subscribed = await gateway.subscribed();
    expect(gateway.refusedUpgrades).toBe(2);
    subscribed.send(2);
    expect(await seqOf(first)).toBe(2);
    expect(taskgate.status.get().state).toBe('live');
  });

  it('tries sockets on while queries are not answered either', async () => {
    const tries: unknown[] = [];
    const fetch = (): Promise<Response> => Promise.reject(new Error('The gateway is down'));
    const taskgate = connect({
      webSocket: WebSocket,
      fetch: (...request) => {
        tries.push(request);
        return fetch();
      },
    });
    const next = taskgate.followTask('a', { after: '1' }).next();
    for (const waits of [250, 500, 1_000, 2_000]) {
      await until(() => clock.nextTimerAt === clock.now() + waits);
      await clock.advance(waits);
    }
    await until(() => gateway.refusedUpgrades === 5);
    expect(taskgate.status.get().state).toBe('reconnecting');
    // One question for every two sockets.
    expect(tries.length).toBeLessThanOrEqual(2);
    await taskgate.close();
    await next;
  });

  it('tries at once when told to, also while it asks whether queries are answered', async () => {
    let asked = false;
    const taskgate = connect({
      webSocket: WebSocket,
      fetch: (_input, init) =>
        new Promise((_resolve, reject) => {
          asked = true;
          init?.signal?.addEventListener('abort', () => reject(new Error('Nobody wants to know any more')));
        }),
    });
    const next = taskgate.followTask('a', { after: '1' }).next();
    await until(() => gateway.refusedUpgrades === 1 && clock.nextTimerAt === clock.now() + 250);
    await clock.advance(250);
    await until(() => asked);
    expect(gateway.refusedUpgrades).toBe(2);
    taskgate.reconnectNow();
    await until(() => gateway.refusedUpgrades === 3);
    await taskgate.close();
    await next;
  });

  it('goes on behind its cursor when its stream is cut', async () => {
    const taskgate = connect();
    const { follower, subscribed } = await follow(taskgate);
    const second = follower.next();
    subscribed.cut();
    await until(() => clock.nextTimerAt === clock.now() + 250);
    expect(taskgate.status.get().state).toBe('reconnecting');
    await clock.advance(250);
    const again = await gateway.subscribed();
    expect(again.after).toBe('2');
    again.send(3);
    expect(await seqOf(second)).toBe(3);
    expect(taskgate.status.get().state).toBe('catchingUp');
    await clock.advance(1_000);
    expect(taskgate.status.get().state).toBe('live');
  });

  it('cuts a stream that says nothing, not even a comment', async () => {
    const taskgate = connect();
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    (await gateway.subscribed()).send(2);
    await first;
    const second = follower.next();
    await clock.advance(25_000);
    await until(() => gateway.completed.length === 1);
    await clock.advance(250);
    (await gateway.subscribed()).send(3);
    expect(await seqOf(second)).toBe(3);
  });

  it('asks once more for a refused credential, then waits to be told of another', async () => {
    gateway.requireAuthorization('Bearer new');
    const asked: string[] = [];
    let token = 'Bearer old';
    const taskgate = connect({
      auth: (why) => {
        asked.push(why);
        return token;
      },
    });
    const next = taskgate.followTask('a', { after: '1' }).next();
    await until(() => clock.nextTimerAt === clock.now() + 250);
    await clock.advance(250);
    await until(() => taskgate.status.get().state === 'unauthorised');
    expect(asked).toEqual(['initial', 'expired']);
    token = 'Bearer new';
    taskgate.reconnectNow();
    const subscribed = await gateway.subscribed();
    expect(subscribed.authorization).toBe('Bearer new');
    subscribed.send(2);
    expect(await seqOf(next)).toBe(2);
    expect(asked).toEqual(['initial', 'expired', 'initial']);
  });

  it('says why the gateway refuses a stream, and waits as long as it is asked to', async () => {
    const taskgate = connect();
    const refused = taskgate.followTask('a').next();
    (await gateway.subscribed()).refuse('NOT_FOUND');
    await expect(refused).rejects.toMatchObject({ name: 'TaskgateError', code: 'NOT_FOUND' });

    const next = taskgate.followTask('b', { after: '1' }).next();
    (await gateway.subscribed()).refuse('OVERLOADED', { retryable: true });
    await until(() => clock.nextTimerAt === clock.now() + 7_000);
    await clock.advance(7_000);
    (await gateway.subscribed()).send(2);
    expect(await seqOf(next)).toBe(2);
  });

  it('keeps nobody else waiting for as long as one was asked to wait', async () => {
    const taskgate = connect();
    const { follower, subscribed } = await follow(taskgate);
    const refused = taskgate.followTask('b', { after: '1' }).next();
    (await gateway.subscribed()).refuse('OVERLOADED', { retryable: true });
    await until(() => taskgate.status.get().state === 'catchingUp');

    const second = follower.next();
    subscribed.cut();
    await until(() => taskgate.status.get().nextTryAt === clock.now() + 250);
    await clock.advance(250);
    (await gateway.subscribed()).send(3);
    expect(await seqOf(second)).toBe(3);
    await clock.advance(6_749);
    const again = gateway.subscribed();
    await clock.advance(1);
    (await again).send(2);
    expect(await seqOf(refused)).toBe(2);
  });

  it('reads more streams than a browser opens by turns, each on behind its cursor', async () => {
    const taskgate = connect({ page: createScriptedPage(2) });
    const followers = ['a', 'b', 'c'].map((id) => taskgate.followTask(id, { after: '1' }));
    const [first, second, third] = followers.map((follower) => follower.next());
    (await gateway.subscribed()).send(2);
    expect(await seqOf(first!)).toBe(2);
    (await gateway.subscribed()).send(2);
    expect(await seqOf(second!)).toBe(2);
    const [waits, more] = [gateway.subscribed(), followers[0]!.next()];
    await clock.advance(4_999);
    expect(gateway.completed).toHaveLength(0);
    await clock.advance(1);
    const its = await waits;
    expect(its.after).toBe('1');
    its.send(2);
    expect(await seqOf(third!)).toBe(2);
    // The first has given way, and comes again when the second has had its turn: now.
    const again = await gateway.subscribed();
    expect(again.after).toBe('2');
    again.send(3);
    expect(await seqOf(more)).toBe(3);
    expect(taskgate.status.get().state).toBe('live');
  });
});

test('over event streams of the gateway a task is followed to its end, and its list as well', async () => {
  const gateway = await startGateway({ config: { polling: { youngSeconds: 0.1, discoverSeconds: 0.2 } } });
  const taskgate = createTaskgate({ url: `${gateway.url}/graphql`, webSocket: null });
  try {
    const { data } = await taskgate.query<{ bindLdap: { task: { id: string } } }>(
      'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }',
      { input: { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
    );
    const { id } = data!.bindLdap.task;
    const follower = taskgate.followTask(id);
    const list = taskgate.followTasks();
    expect((await list.next()).value).toMatchObject({ kind: 'list', tasks: [{ id }] });
    expect((await follower.next()).value).toMatchObject({ kind: 'snapshot', task: { done: false } });
    gateway.simulator.control.hurryAll();
    let result = await follower.next();
    while (!result.done) result = await follower.next();
    expect(result.value).toMatchObject({ id, done: true });
    expect((await list.next()).value).toMatchObject({ kind: 'changed', task: { id } });
  } finally {
    await taskgate.close();
    await gateway.stop();
  }
});
