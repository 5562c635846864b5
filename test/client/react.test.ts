import { execFileSync } from 'node:child_process';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import WebSocket from 'ws';
import type { FollowedTask, Taskgate, TaskList, TaskUpdate } from '../../src/client/index.js';
import { createTaskgate, TaskgateError } from '../../src/client/index.js';
import { applyUpdate, liveStoresOf, startTask, startTasks } from '../../src/client/live-stores.js';
import { TaskgateProvider, useConnection, useTask, useTasks, useTaskStats } from '../../src/client/react.js';

function task(id: string, changes: Partial<FollowedTask> = {}): FollowedTask {
  return { id, seq: 1, status: 'RUNNING', createdAt: '2026-11-24T08:00:00.000Z', ...changes } as FollowedTask;
}
function update(changed: FollowedTask, kind: TaskUpdate['kind'] = 'changed'): TaskUpdate {
  return { kind, task: changed, previousStatus: null, cursor: 'c', at: changed.createdAt };
}
const list = (...tasks: FollowedTask[]): TaskList => ({
  kind: 'list',
  reason: 'initial',
  tasks,
  totalCount: tasks.length,
  endCursor: null,
  sourceErrors: [],
  cursor: 'c',
});

/** Gives what it is told to give, and records who follows. */
function scriptedTaskgate() {
  const follows: { readonly id: string; readonly signal: AbortSignal }[] = [];
  const waiting: { id: string; give: (value: unknown) => void; fail: (error: unknown) => void }[] = [];
  const follow = (id: string, signal: AbortSignal) => {
    follows.push({ id, signal });
    return {
      next: () =>
        new Promise((resolve, reject) => {
          const reader = { id, give: (value: unknown) => resolve({ done: false, value }), fail: reject };
          waiting.push(reader);
          signal.addEventListener('abort', () => {
            if (waiting.includes(reader)) waiting.splice(waiting.indexOf(reader), 1);
            resolve({ done: true, value: undefined });
          });
        }),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  const taskgate = {
    followTask: (id: string, { signal }: { signal: AbortSignal }) => follow(id, signal),
    followTasks: (_filter: unknown, { signal }: { signal: AbortSignal }) => follow('tasks', signal),
    followStats: (_filter: unknown, { signal }: { signal: AbortSignal }) => follow('stats', signal),
  } as unknown as Taskgate;
  const take = (to: string) => {
    const at = waiting.findIndex(({ id }) => id === to);
    return waiting.splice(at, 1)[0]!;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    taskgate,
    follows,
    /** To whoever has waited longest, or who follows this. */
    async give(value: unknown, to = waiting[0]!.id) {
      take(to).give(value);
      await settle();
    },
    async fail(error: unknown, to = waiting[0]!.id) {
      take(to).fail(error);
      await settle();
    },
  };
}
/** A page whose frames are drawn when a test says so. */
const page = {
  frames: new Map<number, () => void>(),
  asked: 0,
  requestAnimationFrame(draw: () => void): number {
    page.frames.set(++page.asked, draw);
    return page.asked;
  },
  cancelAnimationFrame: (frame: number) => void page.frames.delete(frame),
  draw() {
    const due = [...page.frames.values()];
    page.frames.clear();
    for (const each of due) each();
  },
};
const { requestAnimationFrame, cancelAnimationFrame } = page;

/** Behind the timers that are due at once. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 2));

describe('what the hooks share', () => {
  beforeEach(() => void Object.assign(globalThis, { requestAnimationFrame, cancelAnimationFrame }));
  afterEach(() => {
    page.frames.clear();
    Reflect.deleteProperty(globalThis, 'requestAnimationFrame');
    Reflect.deleteProperty(globalThis, 'cancelAnimationFrame');
  });

  it('is one subscription however many listen, also when Strict Mode takes a listener away and puts it back', async () => {
    const { taskgate, follows } = scriptedTaskgate();
    const stores = liveStoresOf(taskgate);
    const listen = () => stores.subscribe('task a', startTask('a'), () => undefined);
    listen()();
    const [first, second] = [listen(), listen()];
    await nextTurn();
    expect(follows).toHaveLength(1);
    first();
    await nextTurn();
    expect(follows[0]!.signal.aborted).toBe(false);
    second();
    await nextTurn();
    expect(follows[0]!.signal.aborted).toBe(true);
    expect(stores.get('task a')).toBeUndefined();
  });

  it('is the same object until it changes, and never that of another id', async () => {
    const { taskgate, give } = scriptedTaskgate();
    const stores = liveStoresOf(taskgate);
    let told = 0;
    const leave = stores.subscribe('task a', startTask('a'), () => told++);
    await give(update(task('a'), 'snapshot'));
    page.draw();
    const before = stores.get('task a');
    expect(before).toMatchObject({ value: { id: 'a' }, error: null });
    expect(stores.get('task a')).toBe(before);
    expect(stores.get('task b')).toBeUndefined();
    await give({ kind: 'reset', reason: 'TRIMMED', cursor: 'c', at: '' });
    expect(stores.get('task a')).toBe(before);
    await give(update(task('a', { seq: 2 })));
    page.draw();
    expect(stores.get('task a')).toMatchObject({ value: { seq: 2 } });
    expect(told).toBe(2);
    leave();
    await nextTurn();
  });

  it('is null for a task that the gateway does not know, and an error for any other refusal', async () => {
    const { taskgate, fail } = scriptedTaskgate();
    const stores = liveStoresOf(taskgate);
    const leave = ['a', 'b'].map((id) => stores.subscribe(`task ${id}`, startTask(id), () => undefined));
    await fail(new TaskgateError('NOT_FOUND', 'No such task'));
    await fail(new TaskgateError('FORBIDDEN', 'Not yours'));
    page.draw();
    expect(stores.get('task a')).toEqual({ value: null, error: null });
    expect(stores.get('task b')).toMatchObject({ value: undefined, error: { code: 'FORBIDDEN' } });
    for (const each of leave) each();
    await nextTurn();
  });

  it('keeps the old tasks beside an error, and follows again when asked', async () => {
    const { taskgate, follows, give, fail } = scriptedTaskgate();
    const stores = liveStoresOf(taskgate);
    const leave = stores.subscribe('tasks', startTasks({}, 2), () => undefined);
    await give(list(task('a')));
    await fail(new TaskgateError('OVERLOADED', 'Later'));
    page.draw();
    expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'a' }] }, error: { code: 'OVERLOADED' } });
    stores.retry('tasks');
    await give(list(task('b')));
    page.draw();
    expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'b' }] }, error: null });
    expect(follows).toHaveLength(2);
    leave();
    await nextTurn();
  });

  it.each([{ stale: true }, { stale: false }, { overdue: true }])(
    'reads the list of %j anew when its counts move: what turns stale or overdue makes no event',
    async (filter) => {
      const { taskgate, follows, give } = scriptedTaskgate();
      const stores = liveStoresOf(taskgate);
      const leave = stores.subscribe('tasks', startTasks(filter, 2), () => undefined);
      const kept = task('a', { stale: filter.stale ?? false, estimate: { overdue: filter.overdue ?? false } as never });
      await give(list(kept), 'tasks');
      await give({ total: 1 }, 'stats');
      expect(follows.map(({ id }) => id)).toEqual(['tasks', 'stats']);
      await give({ total: 2 }, 'stats');
      expect(follows.map(({ id, signal }) => `${id} ${signal.aborted}`)).toEqual([
        'tasks true',
        'stats false',
        'tasks false',
      ]);
      page.draw();
      expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'a' }] } });
      await give(list(task('b'), kept), 'tasks');
      page.draw();
      expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'b' }, { id: 'a' }] } });
      leave();
      await nextTurn();
      expect(follows.every(({ signal }) => signal.aborted)).toBe(true);
    },
  );

  it('counts nothing for a list whose changes are all told', async () => {
    const { taskgate, follows } = scriptedTaskgate();
    const leave = liveStoresOf(taskgate).subscribe('tasks', startTasks({ stale: null }, 2), () => undefined);
    expect(follows.map(({ id }) => id)).toEqual(['tasks']);
    leave();
    await nextTurn();
  });

  it('reads a list anew at once where more are counted than it had, and ends when it cannot be read', async () => {
    const { taskgate, follows, give, fail } = scriptedTaskgate();
    const stores = liveStoresOf(taskgate);
    const leave = stores.subscribe('tasks', startTasks({ stale: true }, 2), () => undefined);
    await give(list(task('a')), 'tasks');
    await give({ total: 2 }, 'stats');
    expect(follows.map(({ id }) => id)).toEqual(['tasks', 'stats', 'tasks']);
    await fail(new TaskgateError('OVERLOADED', 'Later'), 'tasks');
    page.draw();
    expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'a' }] }, error: { code: 'OVERLOADED' } });
    expect(follows[1]!.signal.aborted).toBe(true);
    leave();
    await nextTurn();
  });

  describe('frame by frame', () => {
    const { jest } = import.meta;
    beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
    afterEach(() => void jest.useRealTimers());

    it('is told once in a frame, of everything that came, and not of what changes nothing', async () => {
      const { taskgate, give } = scriptedTaskgate();
      const stores = liveStoresOf(taskgate);
      const told: string[] = [];
      stores.subscribe('tasks', startTasks({}, 2), () => told.push('tasks'));
      stores.subscribe('task b', startTask('b'), () => told.push('task b'));
      await give(list(task('a')), 'tasks');
      for (const seq of [2, 3]) await give(update(task('a', { seq })), 'tasks');
      for (const seq of [1, 2]) await give(update(task('b', { seq })), 'b');
      expect([told, stores.get('tasks')]).toEqual([[], undefined]);
      page.draw();
      expect(told).toEqual(['tasks', 'task b']);
      expect(stores.get('tasks')).toMatchObject({ value: { tasks: [{ id: 'a', seq: 3 }] } });
      expect(stores.get('task b')).toMatchObject({ value: { id: 'b', seq: 2 } });

      await give(update(task('a', { seq: 2 })), 'tasks');
      expect(page.frames.size).toBe(0);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('is told all the same where no frame is drawn', async () => {
      const { taskgate, give } = scriptedTaskgate();
      const stores = liveStoresOf(taskgate);
      stores.subscribe('task a', startTask('a'), () => undefined);
      await give(update(task('a', { done: true })));
      jest.advanceTimersByTime(50);
      expect(stores.get('task a')).toMatchObject({ value: { id: 'a', done: true } });
      // A page that nobody sees does not gather them.
      expect(page.frames.size).toBe(0);
    });
  });
});

describe('a list that is kept by its updates', () => {
  const start = { tasks: [task('b'), task('a', { seq: 5, createdAt: '2026-11-24T07:00:00.000Z' })], sourceErrors: [] };
  const after = (next: TaskUpdate, limit = 3) =>
    applyUpdate(start, next, { statuses: ['RUNNING'] }, limit).tasks.map(({ id, seq }) => `${id}${seq}`);

  it('changes a task where it is, and never back to an older state', () => {
    expect(after(update(task('a', { seq: 6 })))).toEqual(['b1', 'a6']);
    expect(after(update(task('a', { seq: 4, status: 'FAILED' })))).toEqual(['b1', 'a5']);
  });

  it('lets go of what has left the filter or was removed', () => {
    expect(after(update(task('a', { seq: 6, status: 'SUCCEEDED' })))).toEqual(['b1']);
    expect(after(update(task('b'), 'removed'))).toEqual(['a5']);
    expect(after(update(task('c', { status: 'FAILED' })))).toEqual(['b1', 'a5']);
  });

  it('puts a new task where its age says, within its limit', () => {
    expect(after(update(task('c', { createdAt: '2026-11-24T07:30:00.000Z' })))).toEqual(['b1', 'c1', 'a5']);
    expect(after(update(task('c', { createdAt: '2026-11-24T09:00:00.000Z' })), 2)).toEqual(['c1', 'b1']);
  });
});

describe('the hooks on a server', () => {
  const render = (component: () => ReactNode): string => {
    const client = createTaskgate({ url: 'http://gateway.invalid/graphql', webSocket: NoSocket });
    return renderToString(createElement(TaskgateProvider, { client }, createElement(component)));
  };
  class NoSocket extends WebSocket {
    constructor() {
      super(null);
      throw new Error('A server opens no socket');
    }
  }

  it('show the task that they were given and open no socket', () => {
    const page = render(() => {
      const { task: shown, live } = useTask('a', { initialTask: task('a', { kind: 'bind_ldap' }) });
      const { tasks } = useTasks();
      const { stats } = useTaskStats();
      const { state } = useConnection();
      return `${shown!.kind} ${live} ${tasks === undefined} ${stats === undefined} ${state}`;
    });
    expect(page).toBe('bind_ldap false true true connecting');
  });

  it('do not show a given task under another id', () => {
    expect(render(() => typeof useTask('b', { initialTask: task('a') }).task)).toBe('undefined');
  });

  it('say which provider is missing', () => {
    expect(() => renderToString(createElement(() => useConnection().state))).toThrow('TaskgateProvider');
  });

  it('touch no global of a browser when they are imported', () => {
    const script = `
      for (const name of ['WebSocket', 'fetch', 'navigator', 'document', 'window', 'localStorage', 'location']) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + ' was touched'); } });
      }
      const { useTask } = await import('./src/client/react.ts');
      process.stdout.write(typeof useTask);`;
    const flags = ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, flags, { encoding: 'utf8' })).toBe('function');
  });
});
