import { TaskOrder, type ChangeWrite, type Estimate, type TaskStore } from '../../src/store/store.js';
import type { TaskFilter } from '../../src/task/task-filter.js';
import type { TaskIdentity } from '../../src/task/task-id.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { birth, commitAll, identity, next, NOW } from './tasks.js';

export const BIND = { account: 'prod', service: 'SFS', kind: 'bind' };

/** A task that is seen to begin and, so many milliseconds later, to end. */
export function run(name: string, duration: number, of: Partial<TaskIdentity> = {}, kind = 'bind'): ChangeWrite[] {
  const first = birth(identity(name, of), { kind });
  return [first, next(first.task, { status: TaskStatus.SUCCEEDED }, NOW + duration)];
}

export function runs(durations: readonly number[], name: string, of: Partial<TaskIdentity> = {}): ChangeWrite[] {
  return durations.flatMap((duration, index) => run(`${name}${index}`, duration, of));
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * 1_000);

export function describeEstimates(name: string, open: () => Promise<TaskStore>): void {
  describe(`${name}: estimates`, () => {
    let store: TaskStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const estimate = async (key = BIND): Promise<Estimate | null | undefined> => (await store.estimates([key]))[0];

    test('nine tasks say nothing; ten give what half and nine of ten of them took', async () => {
      await commitAll(store, runs(upTo(9), 'a'));
      expect(await estimate()).toBeNull();
      await commitAll(store, run('tenth', 10_000));
      expect(await estimate()).toEqual({ samples: 10, typicalMs: 5_000, slowMs: 9_000 });
    });

    test('the newest 200 count', async () => {
      await commitAll(store, [...runs(upTo(50), 'old'), ...runs(Array<number>(200).fill(7), 'new')]);
      expect(await estimate()).toEqual({ samples: 200, typicalMs: 7, slowMs: 7 });
    });

    test('an account, a service and a kind learn nothing from another, and keys are answered in their order', async () => {
      await commitAll(store, runs(upTo(10), 'a'));
      const keys = [{ ...BIND, account: 'test' }, BIND, { ...BIND, service: 'BCS' }, { ...BIND, kind: 'unbind' }, BIND];
      const known = { samples: 10, typicalMs: 5_000, slowMs: 9_000 };
      expect(await store.estimates(keys)).toEqual([null, known, null, null, known]);
      expect(await store.estimates([])).toEqual([]);
    });

    test('only success counts, once, and the kind must be known', async () => {
      await commitAll(store, runs(upTo(9), 'a'));
      const failed = birth(identity('failed'), { kind: 'bind' });
      await commitAll(store, [failed, next(failed.task, { status: TaskStatus.FAILED }, NOW + 1)]);
      const running = birth(identity('running'), { kind: 'bind' });
      await commitAll(store, [running, next(running.task, { status: TaskStatus.RUNNING }, NOW + 1)]);
      expect(await estimate()).toBeNull();
      await commitAll(store, Array.from({ length: 10 }, (_, index) => run(`u${index}`, 1, {}, 'unknown')).flat());
      expect(await estimate({ ...BIND, kind: 'unknown' })).toBeNull();
    });

    test('what was over when it became known counts where the upstream says when it began', async () => {
      const over = (name: string, times: object): ChangeWrite =>
        birth(identity(name), { kind: 'bind', status: TaskStatus.SUCCEEDED, ...times }, NOW);
      await commitAll(store, [...runs(upTo(9), 'a'), over('timeless', {})]);
      expect(await estimate()).toBeNull();
      await commitAll(store, [over('timed', { startedAt: NOW - 60_000, finishedAt: NOW - 10_000 })]);
      expect(await estimate()).toEqual({ samples: 10, typicalMs: 5_000, slowMs: 9_000 });
    });

    test('the removal of tasks does not make them unseen, and tracking one again does not count it twice', async () => {
      const timed = { startedAt: NOW - 5_000, finishedAt: NOW };
      const writes = Array.from({ length: 10 }, (_, index) =>
        birth(identity(`a${index}`), { kind: 'bind', status: TaskStatus.SUCCEEDED, ...timed }),
      );
      await commitAll(store, writes);
      await store.commit(writes.map(({ task: { id } }) => ({ type: 'remove', id, at: NOW })));
      expect(await estimate()).toEqual({ samples: 10, typicalMs: 5_000, slowMs: 5_000 });
      await commitAll(
        store,
        writes.map((write) => ({ ...write, revive: true })),
      );
      expect((await estimate())?.samples).toBe(10);
    });

    test('a write that is refused leaves no duration', async () => {
      await commitAll(store, runs(upTo(9), 'a'));
      const [first, last] = run('late', 1);
      await commitAll(store, [first!, last!]);
      expect((await store.commit([last!]))[0]?.type).toBe('conflict');
      expect((await estimate())?.samples).toBe(10);
      const fence = { account: 'prod', service: 'SFS', token: 2 };
      await store.commit([], fence);
      await expect(store.commit(run('fenced', 1), { ...fence, token: 1 })).rejects.toThrow();
      expect((await estimate())?.samples).toBe(10);
    });

    test('overdue is an open task that has taken longer than nine of ten', async () => {
      await commitAll(store, [...runs(upTo(10), 'a'), ...runs(upTo(10), 'b', { account: 'test' })]);
      const late = NOW + 100_000;
      const born = (name: string, at: number, kind = 'bind', of: Partial<TaskIdentity> = {}): ChangeWrite =>
        birth(identity(name, of), { kind }, at);
      await commitAll(store, [
        born('past', late - 9_001),
        born('just', late - 9_000),
        born('other-kind', NOW, 'unbind'),
        born('theirs', NOW, 'bind', { account: 'test' }),
      ]);
      const found = async (filter: TaskFilter, accounts: readonly string[] | null = null): Promise<string[]> => {
        const base = { filter, accounts, direction: 'forward', limit: 50, now: late } as const;
        const lists = await Promise.all(Object.values(TaskOrder).map((order) => store.list({ ...base, order })));
        const [names, ...others] = lists.map(({ tasks }) => tasks.map(({ task }) => task.upstreamId).sort());
        for (const other of others) expect(other).toEqual(names);
        expect(await store.count(filter, accounts, late)).toBe(names?.length);
        return names ?? [];
      };
      expect(await found({ overdue: true })).toEqual(['past', 'theirs']);
      expect(await found({ overdue: true }, ['prod'])).toEqual(['past']);
      expect(await found({ overdue: true, done: true })).toEqual([]);
      expect(await found({ overdue: true, kinds: ['unbind'] })).toEqual([]);
      expect(await found({ overdue: true, search: 'past' })).toEqual(['past']);
      expect(await found({ overdue: false, done: false })).toEqual(['just', 'other-kind']);
      expect(await found({ overdue: false })).toHaveLength(22);
      expect((await store.stats({}, null, late)).overdue).toBe(2);
      expect((await store.stats({}, ['prod'], late)).overdue).toBe(1);
      expect((await store.stats({ overdue: false }, null, late)).overdue).toBe(0);
      expect((await store.stats({ overdue: true }, null, late)).total).toBe(2);
      expect((await store.stats({ overdue: true, search: 'past' }, null, late)).overdue).toBe(1);
      expect((await store.stats({ search: 'theirs' }, null, late)).overdue).toBe(1);
      expect((await store.stats({}, null, NOW)).overdue).toBe(0);
    });
  });
}
