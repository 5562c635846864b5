import type { TaskCounts } from '../../src/store/store.js';
import type { TaskFilter } from '../../src/task/task-filter.js';
import { Collector, settle, startDelivery, type Harness } from './harness.js';

describe('counts and waits', () => {
  let gate: Harness;
  const followed: string[] = [];
  beforeEach(async () => {
    followed.length = 0;
    gate = await startDelivery({
      interest: (request) => {
        followed.push(`+${request.type}`);
        return { release: () => void followed.push(`-${request.type}`) };
      },
    });
  });
  afterEach(async () => gate.close());

  const openStats = async (filter: TaskFilter = {}): Promise<Collector> =>
    new Collector(await gate.delivery.stream({ type: 'stats', filter, accounts: null }));
  const totals = ({ events }: Collector): readonly number[] => (events as TaskCounts[]).map(({ total }) => total);
  const wait = (id: string, ms: number, signal = new AbortController().signal) =>
    gate.delivery.waitForTask(id, null, gate.clock.now() + ms, signal);

  describe('taskStatsUpdated', () => {
    it('tells at once, then on change at most four times a second', async () => {
      const reader = await openStats();
      await settle();
      expect(totals(reader)).toEqual([0]);
      for (let tenth = 0; tenth < 20; tenth++) {
        await gate.tasks.create(`t${tenth}`);
        await gate.clock.advance(50);
      }
      expect(reader.events.length).toBeLessThanOrEqual(5);
      await gate.clock.advance(250);
      expect(totals(reader).at(-1)).toBe(20);
      reader.close();
    });

    it('shares one count among equal requests and tells nothing when nothing changed', async () => {
      const readers = await Promise.all([openStats({ done: false }), openStats({ done: false })]);
      await settle();
      expect(gate.delivery.load()).toMatchObject({ readers: 2, statsGroups: 1 });
      await gate.clock.advance(20_000);
      for (const reader of readers) {
        expect(totals(reader)).toEqual([0]);
        reader.close();
      }
      expect(gate.delivery.load()).toMatchObject({ readers: 0, statsGroups: 0 });
    });

    it('counts a free filter again after five seconds', async () => {
      const reader = await openStats({ search: 't' });
      await settle();
      await gate.tasks.create('t1');
      await gate.clock.advance(4_900);
      expect(totals(reader)).toEqual([0]);
      await gate.clock.advance(200);
      expect(totals(reader)).toEqual([0, 1]);
      reader.close();
    });
  });

  describe('waitForTask', () => {
    it('answers with the commit of the end, and follows the task until then', async () => {
      const { id } = await gate.tasks.create('a');
      const waiting = wait(id, 60_000);
      await settle();
      await gate.tasks.step('a', 1);
      await settle();
      expect(followed).toEqual(['+task']);
      await gate.tasks.change('a', { status: 'SUCCEEDED' });
      expect((await waiting)?.task).toMatchObject({ status: 'SUCCEEDED', seq: 3 });
      expect(followed).toEqual(['+task', '-task']);
    });

    it('answers with the task as it is when time is up, when asked to stop, and when the gateway ends', async () => {
      const { id } = await gate.tasks.create('a');
      const abort = new AbortController();
      const waits = [wait(id, 1_000), wait(id, 60_000, abort.signal)];
      await gate.clock.advance(1_000);
      expect((await waits[0])?.task.status).toBe('RUNNING');
      abort.abort();
      expect((await waits[1])?.task.status).toBe('RUNNING');
      const last = wait(id, 60_000);
      await settle();
      gate.delivery.endWaits();
      expect((await last)?.task.status).toBe('RUNNING');
      expect((await wait(id, 60_000))?.task.status).toBe('RUNNING');
      expect(gate.delivery.load().waits).toBe(0);
    });

    it('is null for a task that is not there, and for one that is removed meanwhile', async () => {
      const { id } = await gate.tasks.create('a');
      expect(await wait('nothing', 1_000)).toBeNull();
      const waiting = wait(id, 60_000);
      await settle();
      await gate.tasks.remove('a');
      expect(await waiting).toBeNull();
    });
  });

  it('follows what is subscribed to once, however many subscribe, and stops with the last', async () => {
    const open = async (): Promise<Collector> =>
      new Collector(await gate.delivery.stream({ type: 'tasks', filter: {}, accounts: null, after: null }));
    const readers = [await open(), await open()];
    readers[0]!.close();
    expect(followed).toEqual(['+tasks']);
    readers[1]!.close();
    expect(followed).toEqual(['+tasks', '-tasks']);
  });
});
