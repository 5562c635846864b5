import WebSocket from 'ws';
import { systemClock } from '../../src/client/clock.js';
import { createTaskgate, type Taskgate, type TaskgateOptions, type TaskUpdate } from '../../src/client/index.js';
import { startScriptedGateway, type ScriptedGateway } from './scripted-gateway.js';

function tokenThatEnds(at: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'none' })}.${part({ exp: at / 1000 })}.x`;
}

describe('the connection of the client', () => {
  let gateway: ScriptedGateway;
  const open: Taskgate[] = [];

  beforeEach(async () => {
    gateway = await startScriptedGateway();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
    await gateway.close();
  });

  function connect(options: Partial<TaskgateOptions> = {}): Taskgate {
    const taskgate = createTaskgate({
      url: gateway.url,
      webSocket: WebSocket,
      backoff: { baseMs: 5, capMs: 20 },
      idleCloseMs: 0,
      ...options,
    });
    open.push(taskgate);
    return taskgate;
  }
  const states = (taskgate: Taskgate): string[] => {
    const seen: string[] = [];
    taskgate.status.subscribe(() => seen.push(taskgate.status.get().state));
    return seen;
  };
  const seqOf = async (next: Promise<IteratorResult<unknown, unknown>>): Promise<number> =>
    ((await next).value as TaskUpdate).task.seq;

  it('renews a token before it ends, goes on behind its cursor, and stays live', async () => {
    const now = Date.now();
    const tokens = { initial: tokenThatEnds(now + 31_500), expired: tokenThatEnds(now + 3_600_000) };
    const asked: string[] = [];
    const taskgate = connect({
      auth: (why) => {
        asked.push(why);
        return tokens[why];
      },
    });
    const follower = taskgate.followTask('a', { after: '1' });
    const first = follower.next();
    (await gateway.subscribed()).send(2);
    expect(await seqOf(first)).toBe(2);
    const seen = states(taskgate);
    const second = follower.next();
    const again = await gateway.subscribed();
    expect(again.after).toBe('2');
    again.send(3);
    expect(await seqOf(second)).toBe(3);
    expect(asked).toEqual(['initial', 'expired']);
    expect(gateway.inits).toEqual([{ authorization: tokens.initial }, { authorization: tokens.expired }]);
    expect(seen.every((state) => state === 'live')).toBe(true);
  });

  it('keeps its socket when there is no newer token', async () => {
    const token = tokenThatEnds(Date.now() + 31_500);
    const asked: string[] = [];
    let answered: () => void = () => undefined;
    const renewal = new Promise<void>((resolve) => (answered = resolve));
    const taskgate = connect({
      auth: (why) => {
        asked.push(why);
        if (why === 'expired') answered();
        return token;
      },
    });
    const follower = taskgate.followTask('a', { after: '1' });
    const next = follower.next();
    const subscribed = await gateway.subscribed();
    await renewal;
    subscribed.send(2);
    expect(await seqOf(next)).toBe(2);
    expect(asked).toEqual(['initial', 'expired']);
    expect(gateway.inits).toHaveLength(1);
  });

  it('asks once more for a refused credential, then parks its followers until it is told of another', async () => {
    const asked: string[] = [];
    gateway.onInit((socket) => socket.close(4403, 'Forbidden'));
    const taskgate = connect({
      auth: (why) => {
        asked.push(why);
        return 'Bearer key';
      },
    });
    const parked = new Promise<void>((resolve) => {
      taskgate.status.subscribe(() => {
        if (taskgate.status.get().state === 'unauthorised') resolve();
      });
    });
    const next = taskgate.followTask('a', { after: '1' }).next();
    await parked;
    expect(asked).toEqual(['initial', 'expired']);
    gateway.onInit(null);
    taskgate.reconnectNow();
    (await gateway.subscribed()).send(2);
    expect(await seqOf(next)).toBe(2);
  });

  it.each([
    { code: 1001, reason: 'goingAway', waits: 2_500, what: 'spread over five seconds when the gateway drains' },
    { code: 4290, reason: 'tooSlow', waits: 2_000, what: 'at least two seconds when it was too slow' },
    { code: 1006, reason: 'lost', waits: 250, what: 'by full jitter after any other loss' },
  ])('waits $what, and says why', async ({ code, reason, waits }) => {
    const now = 1_000_000;
    const taskgate = connect({
      random: () => 0.5,
      clock: { ...systemClock, now: () => now },
      backoff: { baseMs: 500, capMs: 30_000 },
    });
    const next = taskgate.followTask('a', { after: '1' }).next();
    const { socket } = await gateway.subscribed();
    const planned = new Promise<number>((resolve) => {
      taskgate.status.subscribe(() => {
        const { nextTryAt } = taskgate.status.get();
        if (nextTryAt !== null) resolve(nextTryAt - now);
      });
    });
    if (code === 1006) socket!.terminate();
    else socket!.close(code);
    expect(await planned).toBe(waits);
    expect(taskgate.status.get()).toMatchObject({ reason, attempt: 0 });
    taskgate.reconnectNow();
    const again = await gateway.subscribed();
    expect(taskgate.status.get()).toMatchObject({ state: 'catchingUp', reason, attempt: 1 });
    again.send(2);
    expect(await seqOf(next)).toBe(2);
  });

  it.each([4400, 4406, 4409, 4500, 1009])('ends with a typed error at close code %i', async (code) => {
    const next = connect().followTask('a', { after: '1' }).next();
    (await gateway.subscribed()).socket!.close(code);
    await expect(next).rejects.toMatchObject({ name: 'TaskgateError', code: `CLOSED_${code}`, retryable: false });
  });

  it('keeps few events for a slow reader, and goes on behind the last that it took', async () => {
    const follower = connect().followTask('a', { after: '0' });
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.send(1);
    expect(await seqOf(first)).toBe(1);
    subscribed.send(...Array.from({ length: 600 }, (_, index) => index + 2));
    while (gateway.completed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    let last = 1;
    const again = gateway.subscribed();
    let resumed: number | undefined;
    void again.then(({ after, send }) => {
      resumed = Number(after);
      send(resumed + 1);
    });
    while (resumed === undefined || last <= resumed) {
      const seq = await seqOf(follower.next());
      expect(seq).toBe(last + 1);
      last = seq;
    }
    expect(resumed).toBeLessThan(300);
  });

  it('meets an update again when whoever read it failed over it', async () => {
    const taskgate = connect();
    let cursor = '1';
    const read = async (fail: boolean): Promise<void> => {
      for await (const update of taskgate.followTask('a', { after: cursor })) {
        if (fail) throw new Error('The reader failed');
        cursor = update.cursor;
        return;
      }
    };
    const failing = read(true);
    (await gateway.subscribed()).send(2);
    await expect(failing).rejects.toThrow('The reader failed');
    const second = read(false);
    const again = await gateway.subscribed();
    expect(again.after).toBe('1');
    again.send(2);
    await second;
    expect(cursor).toBe('2');
  });
});
