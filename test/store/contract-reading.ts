import { TaskOrder, type TaskQuery, type TaskStore } from '../../src/store/store.js';
import type { TaskFilter } from '../../src/task/task-filter.js';
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

export function describeReading(name: string, open: () => Promise<TaskStore>): void {
  describe(`${name}: reading`, () => {
    let store: TaskStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const found = async (filter: TaskFilter, accounts: readonly string[] | null = null): Promise<string[]> => {
      const { tasks } = await store.list(page({ filter, accounts }));
      expect(await store.count(filter, accounts, NOW)).toBe(tasks.length);
      expect((await store.stats(filter, accounts, NOW)).total).toBe(tasks.length);
      return tasks.map(({ task }) => task.upstreamId).sort();
    };

    test.each(Object.values(TaskOrder))('pages in %s cover every task once, both ways, ties by id', async (order) => {
      const writes = Array.from({ length: 13 }, (_, index) => birth(identity(`t${index}`), {}, NOW + (index >> 2)));
      await commitAll(store, writes);
      const all = (await store.list(page({ order }))).tasks.map(({ task }) => task);
      const sign = order.endsWith('ASC') ? 1 : -1;
      const expected = writes
        .map(({ task }) => task)
        .sort((a, b) => sign * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)));
      expect(all.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));

      const forward: string[] = [];
      for (let after: TaskQuery['after']; ;) {
        const slice = await store.list(page({ order, limit: 3, ...(after && { after }) }));
        expect(slice.hasPrevious).toBe(after !== undefined);
        forward.push(...slice.tasks.map(({ task }) => task.id));
        if (!slice.hasNext) break;
        const { id, createdAt: at } = slice.tasks.at(-1)!.task;
        after = { at, id };
      }
      expect(forward).toEqual(all.map(({ id }) => id));

      const backward: string[] = [];
      for (let before: TaskQuery['before']; ;) {
        const slice = await store.list(page({ order, limit: 3, direction: 'backward', ...(before && { before }) }));
        expect(slice.hasNext).toBe(before !== undefined);
        backward.unshift(...slice.tasks.map(({ task }) => task.id));
        if (!slice.hasPrevious) break;
        const { id, createdAt: at } = slice.tasks[0]!.task;
        before = { at, id };
      }
      expect(backward).toEqual(forward);
    });

    test('an empty page beyond the end knows what lies before it', async () => {
      const [write] = [birth(identity('a'))];
      await commitAll(store, [write]);
      const { id, createdAt: at } = write.task;
      const behind = await store.list(page({ after: { at, id } }));
      expect(behind).toEqual({ tasks: [], hasNext: false, hasPrevious: true });
      const before = await store.list(page({ direction: 'backward', before: { at, id } }));
      expect(before).toEqual({ tasks: [], hasNext: true, hasPrevious: false });
    });

    test('search is a case-insensitive substring, short texts and wildcards included', async () => {
      const named = (id: string, resource: string) =>
        birth(identity(id), { kind: 'bind_ldap', resource: { type: 'share', id: `res-${id}`, name: resource } });
      await commitAll(store, [named('aaa', '50%_Ärger'), named('bbb', 'say "hi" (x)'), named('ccc', 'plain')]);
      expect(await found({ search: 'ÄRG' })).toEqual(['aaa']);
      expect(await found({ search: '%_' })).toEqual(['aaa']);
      expect(await found({ search: '_l' })).toEqual(['aaa', 'bbb', 'ccc']);
      expect(await found({ search: 'd_l' })).toEqual(['aaa', 'bbb', 'ccc']);
      expect(await found({ search: 'dxl' })).toEqual([]);
      expect(await found({ search: '"HI" (' })).toEqual(['bbb']);
      expect(await found({ search: 'lai' })).toEqual(['ccc']);
      expect(await found({ search: 'x' })).toEqual(['bbb']);
      expect(await found({ search: '' })).toEqual(['aaa', 'bbb', 'ccc']);
      expect(await found({ search: 'aaa\u0001bind' })).toEqual([]);
      expect(await found({ search: `plain${'n'.repeat(500)}` })).toEqual([]);
    });

    test('search follows a task that is renamed', async () => {
      const first = birth(identity('a'), { resource: { type: 'share', id: 'r', name: 'before' } });
      await commitAll(store, [first, next(first.task, { resource: { type: 'share', id: 'r', name: 'afterwards' } })]);
      expect(await found({ search: 'before' })).toEqual([]);
      expect(await found({ search: 'afterwards' })).toEqual(['a']);
    });

    test('an empty list in a filter matches nothing', async () => {
      await commitAll(store, [birth(identity('a'))]);
      for (const filter of [{ ids: [] }, { services: [] }, { accounts: [] }, { statuses: [] }, { kinds: [] }]) {
        expect(await found(filter)).toEqual([]);
      }
    });

    test('stale is an open task whose time has run out; without a history nothing is overdue', async () => {
      const late = { ...UNREAD, staleAt: NOW - 1 };
      await commitAll(store, [
        birth(identity('late'), {}, NOW, late),
        birth(identity('done'), { status: TaskStatus.SUCCEEDED }, NOW, late),
        birth(identity('fresh'), {}, NOW, { ...UNREAD, staleAt: NOW }),
        birth(identity('unread')),
      ]);
      expect(await found({ stale: true })).toEqual(['late']);
      expect(await found({ stale: false })).toEqual(['done', 'fresh', 'unread']);
      expect(await found({ overdue: true })).toEqual([]);
      expect(await found({ overdue: false })).toHaveLength(4);
      expect((await store.stats({}, null, NOW)).stale).toBe(1);
      expect((await store.stats({ stale: false }, null, NOW)).stale).toBe(0);
    });

    test('counts follow every change and removal', async () => {
      const first = birth(identity('a'), { kind: 'bind' });
      const other = birth(identity('b', { service: 'BCS' }), { kind: 'CreateInstance' });
      await commitAll(store, [first, other, next(first.task, { status: TaskStatus.FAILED })]);
      const counts = await store.stats({}, null, NOW);
      expect(counts.total).toBe(2);
      expect(counts.open).toBe(1);
      expect(new Map(counts.byStatus)).toEqual(new Map([['FAILED', 1], ['PENDING', 1]])); // prettier-ignore
      expect(new Map(counts.byService)).toEqual(
        new Map([
          ['BCS', { count: 1, open: 1 }],
          ['SFS', { count: 1, open: 0 }],
        ]),
      );
      await store.commit([{ type: 'remove', id: first.task.id, at: NOW }]);
      expect((await store.stats({}, null, NOW)).total).toBe(1);
      expect((await store.stats({ search: 'create' }, null, NOW)).byService.get('BCS')).toEqual({ count: 1, open: 1 });
    });

    test('other accounts do not exist, by any way in', async () => {
      const mine = birth(identity('a', { account: 'mine' }));
      const other = birth(identity('a', { account: 'other' }));
      await commitAll(store, [mine, other]);
      const ids = [mine.task.id, other.task.id];
      for (const [accounts, expected] of [
        [['mine'], [mine.task.id]],
        [[], []],
        [null, ids],
      ] as const) {
        expect([...(await store.get(ids, accounts)).keys()]).toEqual(expected);
        expect((await store.list(page({ accounts, filter: { ids } }))).tasks).toHaveLength(expected.length);
        expect((await store.list(page({ accounts }))).tasks).toHaveLength(expected.length);
        expect((await store.list(page({ accounts, filter: { search: 'unknown' } }))).tasks).toHaveLength(
          expected.length,
        );
        expect(await store.count({}, accounts, NOW)).toBe(expected.length);
        expect(await store.count({ ids }, accounts, NOW)).toBe(expected.length);
        expect((await store.stats({}, accounts, NOW)).total).toBe(expected.length);
        const log = await store.readLog({ after: 0, accounts, limit: 10 });
        expect(log.entries.map(({ task }) => task.id)).toEqual(expected);
        expect(log.scannedTo).toEqual(await store.head());
        const ofOther = await store.readLog({ after: 0, accounts, id: other.task.id, limit: 10 });
        expect(ofOther.entries).toHaveLength(accounts === null ? 1 : 0);
      }
      expect(await store.count({ accounts: ['other'] }, ['mine'], NOW)).toBe(0);
    });

    test('open tasks are those of one account and service that are not done', async () => {
      await commitAll(store, [
        birth(identity('open')),
        birth(identity('done'), { status: TaskStatus.SUCCEEDED }),
        birth(identity('bcs', { service: 'BCS' })),
        birth(identity('test', { account: 'test' })),
      ]);
      expect((await store.openTasks('prod', 'SFS')).map(({ task }) => task.upstreamId)).toEqual(['open']);
    });

    test('the timeline has every change by seq, and pages', async () => {
      const writes = [birth(identity('a'))];
      for (const word of ['one', 'two', 'three']) writes.push(next(writes.at(-1)!.task, { upstreamStatus: word }));
      const results = await commitAll(store, writes);
      const { id } = writes[0]!.task;
      const first = await store.timeline(id, { afterSeq: 0, limit: 3 });
      expect(first.transitions).toEqual(
        writes.slice(0, 3).map(({ transition }, index) => {
          const result = results[index];
          return { ...transition, point: result?.type === 'committed' && result.point };
        }),
      );
      expect([first.totalCount, first.hasNext]).toEqual([4, true]);
      const rest = await store.timeline(id, { afterSeq: 3, limit: 3 });
      expect([rest.transitions.length, rest.totalCount, rest.hasNext]).toEqual([1, 4, false]);
    });

    test('raw and content are kept once per task and survive odd characters', async () => {
      const first = { ...birth(identity('a')), raw: { text: 'a\u0000b\ud800' }, content: 'c\u0000d\ud800é' };
      await commitAll(store, [first]);
      const { id } = first.task;
      expect(await store.raw(id)).toEqual(first.raw);
      expect(await store.content(id)).toBe(first.content);
      await commitAll(store, [next(first.task, { upstreamStatus: 'x' })]);
      expect(await store.content(id)).toBe(first.content);
      await store.touch([{ id, freshness: UNREAD, raw: [1] }]);
      expect(await store.raw(id)).toEqual([1]);
      await store.commit([{ type: 'remove', id, at: NOW }]);
      expect(await store.raw(id)).toBeNull();
      expect(await store.content(id)).toBeNull();
    });
  });
}
