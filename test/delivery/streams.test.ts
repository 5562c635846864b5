import { formatCursor } from '../../src/delivery/cursor.js';
import type { StreamRequest, TaskEvent } from '../../src/delivery/delivery.js';
import { Collector, settle, startDelivery, type Harness } from './harness.js';

describe('delivery', () => {
  let gate: Harness;
  beforeEach(async () => (gate = await startDelivery()));
  afterEach(async () => gate.close());

  const open = async (request: StreamRequest, room?: number): Promise<Collector> =>
    new Collector(await gate.delivery.stream(request), room);
  const openTask = (id: string, after: string | null = null): Promise<Collector> =>
    open({ type: 'task', id, accounts: null, after });
  const openTasks = (filter = {}, after: string | null = null): Promise<Collector> =>
    open({ type: 'tasks', filter, accounts: null, after });

  describe('taskUpdated', () => {
    it('begins with a snapshot, goes on with changes and completes behind the final state', async () => {
      const { id } = await gate.tasks.create('a');
      const reader = await openTask(id);
      await gate.tasks.step('a', 1);
      await gate.tasks.change('a', { status: 'SUCCEEDED' });
      await settle();
      expect(reader.story).toEqual(['SNAPSHOT 1', 'CHANGED 2', 'CHANGED 3']);
      expect(reader.taskEvents[2]).toMatchObject({ previousStatus: 'RUNNING', transition: { to: 'SUCCEEDED' } });
      expect(reader.completed).toBe(true);
      expect(gate.delivery.load()).toMatchObject({ readers: 0, live: 0, audiences: 0 });
    });

    it('of a done task is a snapshot and the end', async () => {
      const { id } = await gate.tasks.create('a', { status: 'FAILED' });
      const reader = await openTask(id);
      expect(reader.story).toEqual(['SNAPSHOT 1']);
      expect(reader.completed).toBe(true);
    });

    it('goes on exactly behind each of its cursors', async () => {
      const { id } = await gate.tasks.create('a');
      const first = await openTask(id);
      for (let step = 1; step < 5; step++) await gate.tasks.step('a', step);
      await gate.tasks.change('a', { status: 'SUCCEEDED' });
      await settle();
      for (const [index, { cursor }] of first.taskEvents.entries()) {
        const again = await openTask(id, cursor);
        await settle(20);
        expect(again.story).toEqual(first.story.slice(index + 1));
        expect(again.completed).toBe(true);
      }
    });

    it('completes behind REMOVED, live and from an older cursor', async () => {
      const { id } = await gate.tasks.create('a');
      const cursor = await gate.delivery.headCursor();
      const live = await openTask(id);
      await gate.tasks.change('a', { status: 'SUCCEEDED' });
      await gate.tasks.remove('a');
      await settle();
      const again = await openTask(id, cursor);
      await settle(20);
      expect(live.story).toEqual(['SNAPSHOT 1', 'CHANGED 2']);
      expect(again.story).toEqual(['CHANGED 2', 'REMOVED 2']);
      expect(again.completed).toBe(true);
      const removal = await openTask(id, again.taskEvents[1]!.cursor);
      await settle(20);
      expect([removal.story, removal.completed]).toEqual([[], true]);
    });

    it('of a removed task without a cursor is not there', async () => {
      const { id } = await gate.tasks.create('a');
      await gate.tasks.remove('a');
      await expect(openTask(id)).rejects.toThrow('No such task');
    });

    it('of a task in another account is not there, with a cursor or without', async () => {
      const cursor = await gate.delivery.headCursor();
      const { id } = await gate.tasks.create('a', {}, 'test');
      for (const after of [null, cursor]) {
        await expect(open({ type: 'task', id, accounts: ['prod'], after })).rejects.toThrow('No such task');
      }
    });

    it('resets a foreign cursor, and a reset cut short is a reset that can be taken up', async () => {
      const { id } = await gate.tasks.create('a');
      const foreign = formatCursor({ epoch: 'another', point: { position: 1, mark: 1 }, snapshotDue: false });
      const reader = await openTask(id, foreign);
      expect(reader.story).toEqual(['RESET', 'SNAPSHOT 1']);
      expect(reader.taskEvents[0]).toMatchObject({ resetReason: 'UNKNOWN_CURSOR', task: null });
      reader.close();
      const again = await openTask(id, reader.taskEvents[0]!.cursor);
      expect(again.story).toEqual(['SNAPSHOT 1']);
      again.close();
    });
  });

  describe('tasksUpdated', () => {
    it('begins with the next change and tells of tasks that leave the filter', async () => {
      await gate.tasks.create('a');
      const reader = await openTasks({ statuses: ['RUNNING'] });
      await gate.tasks.step('a', 1);
      await gate.tasks.change('a', { status: 'FAILED' });
      await gate.tasks.change('a', { status: 'FAILED' }).catch(() => undefined);
      await gate.tasks.create('b', { status: 'PENDING' });
      await settle();
      expect(reader.story).toEqual(['CHANGED 2', 'CHANGED 3']);
      reader.close();
    });

    it('tells of the removal of a task that matched', async () => {
      await gate.tasks.create('a');
      const reader = await openTasks({ done: false });
      await gate.tasks.remove('a');
      await settle();
      expect(reader.story).toEqual(['REMOVED 1']);
      reader.close();
    });

    it('shows no change of another account, live or from the log', async () => {
      const after = await gate.delivery.headCursor();
      const reader = await open({ type: 'tasks', filter: {}, accounts: ['test'], after: null });
      await gate.tasks.create('a');
      await gate.tasks.create('b', {}, 'test');
      await settle();
      const again = await open({ type: 'tasks', filter: {}, accounts: ['test'], after });
      await settle(20);
      for (const collector of [reader, again]) {
        expect(collector.taskEvents.map(({ task }) => task?.account)).toEqual(['test']);
        collector.close();
      }
    });

    it('goes on behind a RESET from its cursor', async () => {
      const ahead = gate.delivery.cursorAt({ position: 1_000, mark: 1 });
      const reader = await openTasks({}, ahead);
      reader.close();
      await gate.tasks.create('a');
      const again = await openTasks({}, reader.taskEvents[0]!.cursor);
      await settle(20);
      expect(reader.story).toEqual(['RESET']);
      expect(again.story).toEqual(['CHANGED 1']);
      again.close();
    });

    it('resets a cursor whose entries are trimmed', async () => {
      const after = await gate.delivery.headCursor();
      await gate.tasks.create('a');
      await gate.tasks.create('b');
      const now = gate.clock.now();
      await gate.store.trim({ logBefore: now + 1, finishedBefore: 0, startsBefore: 0, now, limit: 100 });
      const reader = await openTasks({}, after);
      expect(reader.taskEvents).toMatchObject([{ type: 'RESET', resetReason: 'TRIMMED' }]);
      reader.close();
    });

    it('resets a slow reader whose place is trimmed meanwhile', async () => {
      const reader = await open({ type: 'tasks', filter: {}, accounts: null, after: null }, 1);
      await gate.tasks.create('a');
      for (let step = 1; step <= 600; step++) await gate.tasks.step('a', step);
      await settle(20);
      const now = gate.clock.now();
      await gate.store.trim({ logBefore: now + 1, finishedBefore: 0, startsBefore: 0, now, limit: 10_000 });
      reader.take();
      await settle(20);
      const types = reader.taskEvents.map(({ type }) => type);
      expect(types.at(-1)).toBe('RESET');
      expect(new Set(types.slice(0, -1))).toEqual(new Set(['CHANGED']));
      reader.close();
    });

    it.each(['', 'x', '-1', 'WyIyMDI2Il0', 'A'.repeat(9_999)])('refuses %j as after', async (after) => {
      await expect(openTasks({}, after)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: /after/ });
    });

    it.each([{ stale: true }, { overdue: false }])('refuses %j in its filter', async (filter) => {
      await expect(openTasks(filter)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });

  it('hands equal readers one and the same event object', async () => {
    const readers = [await openTasks({ done: false }), await openTasks({ done: false })];
    await gate.tasks.create('a');
    await settle();
    expect(readers[0]!.events[0]).toBe(readers[1]!.events[0]);
    for (const reader of readers) reader.close();
  });

  it('keeps no more than 256 events for a reader that takes none, and loses none of 2,000', async () => {
    const slow = await open({ type: 'tasks', filter: {}, accounts: null, after: null }, 1);
    const quick = await openTasks();
    await gate.tasks.create('a');
    for (let step = 1; step < 2_000; step++) {
      await gate.tasks.step('a', step);
      if (step % 500 === 0) await settle();
      expect(gate.delivery.load().waitingEvents).toBeLessThanOrEqual(256);
    }
    await settle(50);
    expect(quick.events).toHaveLength(2_000);
    expect(slow.events).toHaveLength(1);
    slow.take();
    await settle(60);
    expect(slow.taskEvents.map(({ task }) => task?.seq)).toEqual(
      Array.from({ length: 2_000 }, (_, index) => index + 1),
    );
    await gate.tasks.step('a', 9_999);
    await settle();
    expect(slow.events).toHaveLength(2_001);
    slow.close();
    quick.close();
  });

  it('keeps no more than about 1 MiB for a reader that takes none', async () => {
    const slow = await open({ type: 'tasks', filter: {}, accounts: null, after: null }, 1);
    const fill = 'x'.repeat(32 * 1024);
    await gate.tasks.create('a', { details: { fill } });
    for (let step = 1; step < 100; step++) {
      await gate.tasks.step('a', step);
      await settle(1);
      expect(gate.delivery.load().waitingBytes).toBeLessThanOrEqual(1024 * 1024);
    }
    slow.take();
    await settle(40);
    expect(slow.events).toHaveLength(100);
    slow.close();
  });

  it('delivers within five seconds when every hint is lost', async () => {
    const pubsub = {
      publish: () => undefined,
      subscribe: async () => async () => undefined,
      connected: () => false,
      close: async () => undefined,
    };
    const deaf = await startDelivery({ pubsub });
    const reader = new Collector(
      await deaf.delivery.stream({ type: 'tasks', filter: {}, accounts: null, after: null }),
    );
    await deaf.tasks.create('a');
    await deaf.clock.advance(5_000);
    expect(reader.story).toEqual(['CHANGED 1']);
    reader.close();
    await deaf.close();
  });

  it('is iterated one event at a time, as GraphQL does', async () => {
    const { id } = await gate.tasks.create('a');
    const stream = await gate.delivery.stream({ type: 'task', id, accounts: null, after: null });
    const seen: string[] = [];
    for await (const event of stream) {
      seen.push((event as TaskEvent).type);
      if (seen.length === 1) await gate.tasks.step('a', 1);
      if (seen.length === 2) await gate.tasks.change('a', { status: 'SUCCEEDED' });
    }
    expect(seen).toEqual(['SNAPSHOT', 'CHANGED', 'CHANGED']);
  });

  it('leaves nothing behind after 10,000 subscriptions', async () => {
    const { id } = await gate.tasks.create('a');
    for (let round = 0; round < 10_000; round++) (await openTask(id)).close();
    expect(gate.delivery.load()).toEqual({
      readers: 0,
      live: 0,
      behind: 0,
      audiences: 0,
      statsGroups: 0,
      waits: 0,
      interests: 0,
      waitingEvents: 0,
      waitingBytes: 0,
    });
  });
});
