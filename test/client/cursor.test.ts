import WebSocket from 'ws';
import { createTaskgate, type Taskgate, type TaskList, type TaskUpdate } from '../../src/client/index.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  changed,
  listOf,
  reset,
  snapshot,
  startScriptedGateway,
  taskOf,
  type ScriptedGateway,
} from './scripted-gateway.js';
import { until } from '../support/until.js';

describe('a follower whose cursor does not carry it on', () => {
  let gateway: ScriptedGateway;
  let taskgate: Taskgate;
  let clock: ManualClock;
  /** What the list was answered with. */
  let lists: number;

  beforeEach(async () => {
    gateway = await startScriptedGateway();
    clock = new ManualClock();
    lists = 0;
    gateway.onQuery(() => listOf(`list ${++lists}`, taskOf(3)));
    taskgate = createTaskgate({ url: gateway.url, webSocket: WebSocket, clock, random: () => 0.5 });
  });
  afterEach(async () => {
    await taskgate.close();
    await gateway.close();
  });

  it('asks again for a change that is missing, and gives it', async () => {
    const follower = taskgate.followTask('a');
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(snapshot(3));
    expect((await first).value).toMatchObject({ kind: 'snapshot', task: { seq: 3 } });
    const second = follower.next();
    subscribed.send(5);
    const again = await gateway.subscribed();
    expect(again.after).toBe('3');
    again.send(4, 5);
    expect((await second).value).toMatchObject({ kind: 'changed', task: { seq: 4 } });
    expect((await follower.next()).value).toMatchObject({ kind: 'changed', task: { seq: 5 } });
  });

  it('begins anew where a change stays missing', async () => {
    const follower = taskgate.followTask('a');
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(snapshot(3));
    await first;
    const second = follower.next();
    subscribed.send(5);
    (await gateway.subscribed()).send(5);
    expect((await second).value).toMatchObject({ kind: 'reset', reason: 'GAP', cursor: '3' });
    const third = follower.next();
    const fresh = await gateway.subscribed();
    expect(fresh.after).toBeUndefined();
    fresh.sendEvent(snapshot(6));
    expect((await third).value).toMatchObject({ kind: 'snapshot', task: { seq: 6 } });
  });

  it('tells no change twice', async () => {
    const follower = taskgate.followTask('a');
    const first = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(snapshot(3));
    await first;
    subscribed.send(3, 2, 4);
    expect((await follower.next()).value).toMatchObject({ task: { seq: 4 } });
  });

  it('begins anew when the gateway refuses the cursor, and fails when it refuses that as well', async () => {
    const follower = taskgate.followTask('a', { after: 'no cursor' });
    const first = follower.next();
    (await gateway.subscribed()).refuse('BAD_USER_INPUT');
    expect((await first).value).toMatchObject({ kind: 'reset', reason: 'REFUSED_CURSOR', cursor: 'no cursor' });
    const second = follower.next();
    const fresh = await gateway.subscribed();
    expect(fresh.after).toBeUndefined();
    fresh.refuse('BAD_USER_INPUT');
    await expect(second).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('reads the list when the gateway refuses the cursor, and fails when it refuses the cursor of the list', async () => {
    const follower = taskgate.followTasks({}, { after: 'no cursor' });
    const first = follower.next();
    (await gateway.subscribed()).refuse('BAD_USER_INPUT');
    expect((await first).value).toMatchObject({ kind: 'list', reason: 'REFUSED_CURSOR', cursor: 'list 1' });
    const second = follower.next();
    const behindList = await gateway.subscribed();
    expect(behindList.after).toBe('list 1');
    behindList.refuse('BAD_USER_INPUT');
    await expect(second).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('of many tasks asks again for what is missing of one, then reads the list', async () => {
    const follower = taskgate.followTasks({ statuses: ['RUNNING'] });
    expect((await follower.next()).value).toMatchObject({ kind: 'list', reason: 'initial' });
    const next = follower.next();
    (await gateway.subscribed()).send(2, 3, 5);
    const again = await gateway.subscribed();
    // What the list had already told needs no telling.
    expect(again.after).toBe('3');
    again.send(5);
    expect((await next).value).toMatchObject({ kind: 'list', reason: 'GAP', cursor: 'list 2' });
  });

  it('misses nothing of a task that was outside its filter meanwhile', async () => {
    const follower = taskgate.followTasks({ statuses: ['RUNNING'] });
    await follower.next();
    const next = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(changed(4, { task: taskOf(4, { status: 'UNKNOWN' }) }));
    subscribed.send(7, 8);
    expect(((await next).value as TaskUpdate).task.seq).toBe(4);
    expect(((await follower.next()).value as TaskUpdate).task.seq).toBe(7);
    expect(((await follower.next()).value as TaskUpdate).task.seq).toBe(8);
  });

  it('begins a removed task that is tracked again at its first change', async () => {
    const follower = taskgate.followTasks();
    await follower.next();
    const next = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.sendEvent(changed(3, { type: 'REMOVED', cursor: '4' }));
    subscribed.send(1, 2);
    expect((await next).value).toMatchObject({ kind: 'removed' });
    expect((await follower.next()).value).toMatchObject({ kind: 'changed', task: { seq: 1 } });
    expect((await follower.next()).value).toMatchObject({ kind: 'changed', task: { seq: 2 } });
  });

  it('waits before the list when one RESET follows another, and no longer once there was news', async () => {
    const follower = taskgate.followTasks();
    await follower.next();
    const readAgain = async (): Promise<TaskList> => {
      const next = follower.next();
      (await gateway.subscribed()).sendEvent(reset('x'));
      return (await next).value as TaskList;
    };
    expect(await readAgain()).toMatchObject({ reason: 'TRIMMED', cursor: 'list 2' });

    const second = readAgain();
    await until(() => clock.nextTimerAt === clock.now() + 250);
    expect(lists).toBe(2);
    expect(taskgate.status.get().state).toBe('catchingUp');
    await clock.advance(250);
    expect(await second).toMatchObject({ cursor: 'list 3' });
    expect(taskgate.status.get().state).toBe('live');

    const third = readAgain();
    await until(() => clock.nextTimerAt === clock.now() + 500);
    await clock.advance(500);
    expect(await third).toMatchObject({ cursor: 'list 4' });

    const news = follower.next();
    const subscribed = await gateway.subscribed();
    subscribed.send(4);
    await news;
    const fourth = follower.next();
    subscribed.sendEvent(reset('x'));
    expect((await fourth).value).toMatchObject({ kind: 'list', cursor: 'list 5' });
  });
});
