import WebSocket from 'ws';
import { createTaskgate, type ConnectionState, type Taskgate, type TaskgateOptions } from '../../src/client/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createScriptedPage, type ScriptedPage } from './scripted-page.js';
import { changed, EPOCH, startScriptedGateway, type ScriptedGateway, type Subscribed } from './scripted-gateway.js';
import { until } from '../support/until.js';

const MINUTE_MS = 60_000;

/** As in a browser, the promises of whoever hears `error` go on before `close` is told. */
class BrowserSocket extends WebSocket {
  override emit(name: string | symbol, ...args: unknown[]): boolean {
    if (name !== 'close' || args[0] !== 1006) return super.emit(name, ...args);
    super.emit('error', new Error('The connection was lost'));
    setImmediate(() => super.emit(name, ...args));
    return true;
  }
}

/** Where queries fail as well, it is not the sockets that are impossible. */
const noQueries = (): Promise<Response> => Promise.reject(new Error('The gateway is away'));

describe('whether the client is live', () => {
  let gateway: ScriptedGateway;
  let clock: ManualClock;
  let page: ScriptedPage;
  const open: Taskgate[] = [];

  beforeEach(async () => {
    gateway = await startScriptedGateway();
    clock = new ManualClock(Date.parse(EPOCH) + MINUTE_MS);
    page = createScriptedPage();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await gateway.close();
    expect(clock.pendingTimers).toBe(0);
    expect(page.listeners).toBe(0);
  });

  function connect(options: Partial<TaskgateOptions> = {}): Taskgate {
    const taskgate = createTaskgate({
      url: gateway.url,
      webSocket: WebSocket,
      clock,
      page,
      random: () => 0.5,
      ...options,
    });
    open.push(taskgate);
    return taskgate;
  }
  function reaches(taskgate: Taskgate, wanted: ConnectionState): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (taskgate.status.get().state === wanted) resolve();
      };
      taskgate.status.subscribe(look);
      look();
    });
  }
  /** Follows the task with a first change taken, and waits for the next. */
  async function followOne(taskgate: Taskgate): Promise<{ readonly next: Promise<unknown>; subscribed: Subscribed }> {
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.send(2);
    await first;
    return { next: follower.next(), subscribed };
  }

  it('asks a silent socket for an answer, and cuts one that gives none', async () => {
    const taskgate = connect({ pingMs: 15_000 });
    const { next } = await followOne(taskgate);
    await clock.advance(15_000);
    await until(() => gateway.pings === 1);
    // The answer is on its way, and is in when the next is asked for.
    await until(() => clock.nextTimerAt === clock.now() + 15_000);
    expect(taskgate.status.get().state).toBe('live');

    gateway.fallSilent();
    await clock.advance(15_000);
    expect(taskgate.status.get().state).toBe('live');
    await clock.advance(5_000);
    expect(taskgate.status.get()).toMatchObject({ state: 'reconnecting', lostAt: clock.now() });
    await taskgate.close();
    await next;
  });

  it('is lost at once where a socket says `error` before it closes, and a healthy one begins its tries anew', async () => {
    const taskgate = connect({
      webSocket: BrowserSocket,
      fetch: noQueries,
      random: () => 0.99,
      pingMs: 60 * MINUTE_MS,
    });
    gateway.onInit((socket) => socket.terminate());
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    for (const waits of [495, 990, 1_980]) {
      await until(() => taskgate.status.get().nextTryAt === clock.now() + waits);
      await clock.advance(waits);
    }
    await until(() => taskgate.status.get().nextTryAt === clock.now() + 3_960);
    gateway.onInit(null);
    await clock.advance(3_960);
    const subscribed = await gateway.subscribed();
    subscribed.send(2);
    await first;
    const second = follower.next();
    await clock.advance(10 * MINUTE_MS);
    expect(taskgate.status.get().state).toBe('live');

    subscribed.cut();
    await until(() => taskgate.status.get().nextTryAt !== null);
    expect(taskgate.status.get()).toMatchObject({ state: 'reconnecting', nextTryAt: clock.now() + 495 });
    await clock.advance(495);
    (await gateway.subscribed()).send(3);
    expect(await second).toMatchObject({ value: { task: { seq: 3 } } });
  });

  it('gives up a handshake that is not answered', async () => {
    gateway.onInit(() => undefined);
    const taskgate = connect();
    const next = taskgate.followTask('a').next();
    await until(() => gateway.inits.length === 1);
    await clock.advance(10_000);
    await reaches(taskgate, 'reconnecting');
    gateway.onInit(null);
    await clock.advance(250);
    await gateway.subscribed();
    await taskgate.close();
    await next;
  });

  it('looks at once whether anybody is there when the page is seen again', async () => {
    const taskgate = connect();
    const { next } = await followOne(taskgate);
    gateway.fallSilent();
    page.set({ hidden: true });
    page.set({ hidden: false });
    await clock.advance(5_000);
    expect(taskgate.status.get().state).toBe('reconnecting');
    await taskgate.close();
    await next;
  });

  it('tries at once when the network is back', async () => {
    const taskgate = connect();
    const { next, subscribed } = await followOne(taskgate);
    page.set({ offline: true });
    subscribed.cut();
    await reaches(taskgate, 'offline');
    await until(() => taskgate.status.get().nextTryAt !== null);
    page.set({ offline: false });
    const again = await gateway.subscribed();
    again.send(3);
    expect(await next).toMatchObject({ value: { task: { seq: 3 } } });
  });

  it('stays offline as long as the page does, and says since when it is not live and how often it has tried', async () => {
    const taskgate = connect({ fetch: noQueries });
    const { next, subscribed } = await followOne(taskgate);
    const lostAt = clock.now();
    const seen = new Set<ConnectionState>();
    taskgate.status.subscribe(() => seen.add(taskgate.status.get().state));
    gateway.onInit((socket) => socket.terminate());
    page.set({ offline: true });
    subscribed.cut();
    for (const [attempt, waits] of [250, 500, 1_000].entries()) {
      await until(() => taskgate.status.get().nextTryAt === clock.now() + waits);
      expect(taskgate.status.get()).toMatchObject({ state: 'offline', since: lostAt, lostAt, attempt });
      await clock.advance(waits);
    }
    expect([...seen]).toEqual(['offline']);

    gateway.onInit(null);
    page.set({ offline: false });
    expect(taskgate.status.get()).toMatchObject({ state: 'reconnecting', since: clock.now(), lostAt });
    (await gateway.subscribed()).send(3);
    await next;
    await clock.advance(1_000);
    expect(taskgate.status.get()).toMatchObject({ state: 'live', lostAt: null, attempt: 0, reason: null });
  });

  it('says since when its first tries fail, and has then nothing to catch up with', async () => {
    gateway.onInit((socket) => socket.terminate());
    const taskgate = connect({ fetch: noQueries });
    const lostAt = clock.now();
    const next = taskgate.followTask('a', { after: '1' }).next();
    await until(() => taskgate.status.get().nextTryAt === clock.now() + 250);
    await clock.advance(250);
    await until(() => taskgate.status.get().nextTryAt === clock.now() + 500);
    page.set({ offline: true });
    await until(() => taskgate.status.get().nextTryAt === clock.now() + 1_000);
    expect(taskgate.status.get()).toMatchObject({ state: 'offline', since: lostAt + 250, lostAt, reason: null });
    gateway.onInit(null);
    await clock.advance(1_000);
    const subscribed = await gateway.subscribed();
    expect(taskgate.status.get()).toMatchObject({ state: 'live', lostAt: null });
    subscribed.send(2);
    await next;
  });

  it('catches up until a change comes that was made since it is back', async () => {
    const taskgate = connect();
    const lostAt = clock.now();
    const { next, subscribed } = await followOne(taskgate);
    const seen: ConnectionState[] = [];
    taskgate.status.subscribe(() => seen.push(taskgate.status.get().state));
    subscribed.cut();
    await reaches(taskgate, 'reconnecting');
    await clock.advance(250);
    const again = await gateway.subscribed();
    expect(taskgate.status.get()).toMatchObject({ state: 'catchingUp', lostAt });
    again.send(3);
    await next;
    await clock.advance(999);
    expect(taskgate.status.get()).toMatchObject({ state: 'catchingUp', missed: 1 });
    again.sendEvent(changed(4, { at: new Date(clock.now()).toISOString() }));
    await reaches(taskgate, 'live');
    expect(taskgate.status.get()).toMatchObject({ lostAt: null, missed: 0 });
    expect(seen).toEqual(['reconnecting', 'reconnecting', 'reconnecting', 'catchingUp', 'catchingUp', 'live']);
  });

  it('counts what it missed once, to however many it is told, in steps of a tenth of a second', async () => {
    const taskgate = connect();
    const follower = taskgate.followTask('a', { after: '1' });
    const other = taskgate.followTasks({}, { after: '1' });
    const reads = [follower.next(), other.next()];
    const before = [await gateway.subscribed(), await gateway.subscribed()];
    before[0]!.cut();
    await reaches(taskgate, 'reconnecting');
    await clock.advance(250);
    const counts: number[] = [];
    taskgate.status.subscribe(() => counts.push(taskgate.status.get().missed));
    const after = [await gateway.subscribed(), await gateway.subscribed()];
    for (const each of after) each.send(2, 3, 4);
    await Promise.all(reads);
    for (let seq = 3; seq <= 4; seq++) await Promise.all([follower.next(), other.next()]);
    expect(counts).toEqual([]);
    await clock.advance(100);
    expect(counts).toEqual([3]);
    await clock.advance(900);
    expect(taskgate.status.get()).toMatchObject({ state: 'live', missed: 0 });
  });

  it('has caught up when nothing comes for a second', async () => {
    const taskgate = connect();
    const { next, subscribed } = await followOne(taskgate);
    subscribed.cut();
    await reaches(taskgate, 'reconnecting');
    await clock.advance(250);
    (await gateway.subscribed()).send(3);
    await next;
    await clock.advance(999);
    expect(taskgate.status.get().state).toBe('catchingUp');
    await clock.advance(1);
    expect(taskgate.status.get().state).toBe('live');
  });

  it('stays live when a single subscription is asked to come later', async () => {
    const taskgate = connect();
    const { next, subscribed } = await followOne(taskgate);
    subscribed.refuse('RATE_LIMITED', { retryable: true });
    await reaches(taskgate, 'catchingUp');
    await clock.advance(250);
    const again = await gateway.subscribed();
    expect(again.socket === subscribed.socket).toBe(true);
    expect(taskgate.status.get().state).toBe('live');
    again.send(3);
    expect(await next).toMatchObject({ value: { task: { seq: 3 } } });
  });

  it('lets go of its socket when nobody has looked for five minutes, and goes on behind its cursor when seen', async () => {
    const taskgate = connect({ pingMs: 24 * 60 * MINUTE_MS });
    const { next } = await followOne(taskgate);
    page.set({ hidden: true });
    await clock.advance(5 * MINUTE_MS - 1);
    await until(() => clock.nextTimerAt === clock.now() + 1);
    expect(taskgate.status.get().state).toBe('live');
    await clock.advance(1);
    expect(taskgate.status.get().state).toBe('paused');
    await clock.advance(60 * MINUTE_MS);
    expect(gateway.inits).toHaveLength(1);
    page.set({ hidden: false });
    const again = await gateway.subscribed();
    expect(again.after).toBe('2');
    expect(taskgate.status.get().state).toBe('catchingUp');
    again.send(3);
    expect(await next).toMatchObject({ value: { task: { seq: 3 } } });
  });

  it('keeps its socket while it is hidden when it is seen in between, or still needed', async () => {
    let needed = true;
    const taskgate = connect({ keepAwake: () => needed, pingMs: 60 * MINUTE_MS });
    const { next } = await followOne(taskgate);
    page.set({ hidden: true });
    await clock.advance(4 * MINUTE_MS);
    page.set({ hidden: false });
    await until(() => gateway.pings === 1);
    page.set({ hidden: true });
    await until(() => clock.nextTimerAt === clock.now() + 5 * MINUTE_MS);
    await clock.advance(5 * MINUTE_MS);
    expect(taskgate.status.get().state).toBe('live');
    needed = false;
    await clock.advance(5 * MINUTE_MS);
    expect(taskgate.status.get().state).toBe('paused');
    await taskgate.close();
    await next;
  });

  it('lets go of a socket that nobody needs, and is then not lost', async () => {
    const taskgate = connect({ idleCloseMs: 3_000 });
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    (await gateway.subscribed()).send(2);
    await first;
    await follower.return();
    await clock.advance(2_999);
    expect(taskgate.status.get().state).toBe('live');
    await clock.advance(1);
    expect(taskgate.status.get()).toMatchObject({ state: 'connecting', lostAt: null });
  });
});
