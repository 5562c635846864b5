import { TaskOrder, type TaskQuery, type TaskStore } from '../../src/store/store.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { UNREAD } from '../../src/task/task.js';
import { birth, commitAll, identity, next, NOW } from './tasks.js';

const page = (overrides: Partial<TaskQuery> = {}): TaskQuery => ({
  filter: {},
  accounts: null,
  order: TaskOrder.CREATED_DESC,
  direction: 'forward',
  limit: 50,
  now: NOW,
  ...overrides,
});

/** What every adapter of the store must do. `open` gives a new, empty store, which is closed afterwards. */
export function describeTaskStore(name: string, open: () => Promise<TaskStore>): void {
  describe(`${name}: tasks and log`, () => {
    let store: TaskStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    test('a committed task is read back as it was written', async () => {
      const write = birth(identity('a'), { status: TaskStatus.RUNNING, kind: 'bind', details: { shareId: 's' } });
      await commitAll(store, [write]);
      expect((await store.get([write.task.id], null)).get(write.task.id)).toEqual({
        task: write.task,
        freshness: UNREAD,
      });
    });

    test('the log has a change with the facts before it, and goes on behind any entry', async () => {
      const first = birth(identity('a'));
      const second = next(first.task, { status: TaskStatus.SUCCEEDED });
      const [born] = await commitAll(store, [first, second]);
      const slice = await store.readLog({ after: 0, accounts: null, limit: 10 });
      expect(slice.entries.map(({ task, before, transition }) => ({ task, before, transition }))).toEqual([
        { task: first.task, before: null, transition: first.transition },
        { task: second.task, before: second.before, transition: second.transition },
      ]);
      expect(slice.scannedTo).toEqual(await store.head());
      expect(slice.complete).toBe(true);
      expect(slice.entries[0]?.point).toEqual(born?.type === 'committed' && born.point);
      const rest = await store.readLog({ after: slice.entries[0]!.point.position, accounts: null, limit: 10 });
      expect(rest.entries).toEqual(slice.entries.slice(1));
    });

    test('a page lists the newest first and pages both ways', async () => {
      const writes = ['a', 'b', 'c', 'd', 'e'].map((id, index) => birth(identity(id), {}, NOW + index));
      await commitAll(store, writes);
      const first = await store.list(page({ limit: 2 }));
      expect(first.tasks.map(({ task }) => task.upstreamId)).toEqual(['e', 'd']);
      expect([first.hasNext, first.hasPrevious]).toEqual([true, false]);
      const { id, createdAt } = first.tasks[1]!.task;
      const second = await store.list(page({ limit: 2, after: { at: createdAt, id } }));
      expect(second.tasks.map(({ task }) => task.upstreamId)).toEqual(['c', 'b']);
      expect([second.hasNext, second.hasPrevious]).toEqual([true, true]);
      const last = await store.list(page({ limit: 2, direction: 'backward' }));
      expect(last.tasks.map(({ task }) => task.upstreamId)).toEqual(['b', 'a']);
      expect([last.hasNext, last.hasPrevious]).toEqual([false, true]);
    });
  });
}
