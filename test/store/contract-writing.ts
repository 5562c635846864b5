import { FencedError, type LogPoint, type TaskStore, type WriteResult } from '../../src/store/store.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { UNREAD } from '../../src/task/task.js';
import { birth, commitAll, identity, next, NOW } from './tasks.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const pointOf = (result: WriteResult | undefined): LogPoint => {
  if (result?.type !== 'committed') throw new Error(`Not committed: ${result?.type}`);
  return result.point;
};

export function describeWriting(name: string, open: () => Promise<TaskStore>): void {
  describe(`${name}: writing`, () => {
    let store: TaskStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const trim = (limits: Partial<Parameters<TaskStore['trim']>[0]>) =>
      store.trim({ logBefore: 0, finishedBefore: 0, startsBefore: 0, now: NOW, limit: 100, ...limits });

    test('a committed task is read back as it was written', async () => {
      const write = birth(identity('a'), { status: TaskStatus.RUNNING, kind: 'bind', details: { shareId: 's' } });
      await commitAll(store, [write]);
      expect((await store.get([write.task.id, 'nonsense'], null)).get(write.task.id)).toEqual({
        task: write.task,
        freshness: UNREAD,
      });
    });

    test('the log has each change with the facts before it, and goes on behind any entry', async () => {
      const first = birth(identity('a'));
      const second = next(first.task, { status: TaskStatus.SUCCEEDED });
      const results = await commitAll(store, [first, second]);
      const slice = await store.readLog({ after: 0, accounts: null, limit: 10 });
      expect(slice.entries).toEqual(
        [first, second].map(({ task, before, transition }, index) => {
          const point = pointOf(results[index]);
          return { point, type: 'CHANGED', task, before, transition, at: NOW };
        }),
      );
      expect(slice.scannedTo).toEqual(await store.head());
      expect(slice.complete).toBe(true);
      const rest = await store.readLog({ after: pointOf(results[0]).position, accounts: null, limit: 10 });
      expect(rest.entries).toEqual(slice.entries.slice(1));
    });

    test('a short page of the log says where to go on', async () => {
      const writes = ['a', 'b', 'c'].map((id) => birth(identity(id)));
      const results = await commitAll(store, writes);
      const slice = await store.readLog({ after: 0, accounts: null, limit: 2 });
      expect(slice.scannedTo).toEqual(pointOf(results[1]));
      expect(slice.complete).toBe(false);
      const ofOne = await store.readLog({ after: 0, accounts: null, id: writes[0]!.task.id, limit: 1 });
      expect(ofOne).toMatchObject({ scannedTo: pointOf(results[2]), complete: true });
    });

    test('a write that comes second is a conflict and harms no other', async () => {
      const first = birth(identity('a'));
      await commitAll(store, [first]);
      const winner = next(first.task, { upstreamStatus: 'winner' });
      const loser = next(first.task, { upstreamStatus: 'loser' });
      const other = birth(identity('b'));
      const results = await store.commit([winner, loser, birth(identity('a')), other]);
      const current = { task: winner.task, freshness: UNREAD };
      expect(results).toMatchObject([
        { type: 'committed' },
        { type: 'conflict', current },
        { type: 'conflict', current },
        { type: 'committed' },
      ]);
      expect(await store.commit([next(birth(identity('never')).task, { upstreamStatus: 'x' })])).toEqual([
        { type: 'conflict', current: null },
      ]);
    });

    test('a removed task is gone, told in the log, and comes back only when revived, at seq 1', async () => {
      const first = birth(identity('a'));
      await commitAll(store, [first, next(first.task, { upstreamStatus: 'x' })]);
      const { id } = first.task;
      const [removed] = await store.commit([{ type: 'remove', id, at: NOW + 1 }]);
      expect(await store.get([id], null)).toEqual(new Map());
      expect(await store.removed([id, 'other'])).toEqual(new Set([id]));
      const log = await store.readLog({ after: 0, accounts: null, id, limit: 10 });
      expect(log.entries.at(-1)).toMatchObject({
        type: 'REMOVED',
        point: pointOf(removed),
        before: null,
        transition: null,
        at: NOW + 1,
        task: { seq: 2 },
      });
      expect(await store.commit([birth(identity('a'))])).toEqual([{ type: 'removed' }]);
      expect(await store.commit([next(first.task, { upstreamStatus: 'y' })])).toEqual([{ type: 'removed' }]);
      await commitAll(store, [{ ...birth(identity('a')), revive: true }]);
      expect(await store.removed([id])).toEqual(new Set());
      expect(await store.timeline(id, { afterSeq: 0, limit: 10 })).toMatchObject({ totalCount: 1, hasNext: false });
      expect(await store.commit([{ type: 'remove', id: 'unknown', at: NOW }])).toEqual([
        { type: 'conflict', current: null },
      ]);
    });

    test('touch moves freshness without a change, and passes over what is not there', async () => {
      const first = birth(identity('a'));
      await commitAll(store, [first]);
      const head = await store.head();
      const freshness = { ...UNREAD, observedAt: NOW, staleAt: NOW - 5, absence: { count: 1, firstAt: NOW } };
      await store.touch([{ id: first.task.id, freshness }, { id: 'unknown', freshness }]); // prettier-ignore
      expect((await store.get([first.task.id], null)).get(first.task.id)).toEqual({ task: first.task, freshness });
      expect(await store.count({ stale: true }, null, NOW)).toBe(1);
      expect(await store.head()).toEqual(head);
    });

    test('an older fence stops the whole commit', async () => {
      const fence = (token: number) => ({ account: 'prod', service: 'SFS', token });
      await store.commit([birth(identity('a'))], fence(2));
      await expect(store.commit([birth(identity('b'))], fence(1))).rejects.toThrow(FencedError);
      expect(await store.count({}, null, NOW)).toBe(1);
      await store.commit([birth(identity('c'))], fence(2));
      await store.commit([birth(identity('d'))], fence(3));
      await expect(store.commit([], fence(2))).rejects.toThrow(FencedError);
      await store.commit([birth(identity('e'))], { ...fence(1), service: 'BCS' });
    });

    test('the first read of an account and service is kept', async () => {
      expect(await store.firstReadAt('prod', 'BCS', 5)).toBe(5);
      expect(await store.firstReadAt('prod', 'BCS', 9)).toBe(5);
      expect(await store.firstReadAt('prod', 'ECS', 9)).toBe(9);
    });

    describe('starts', () => {
      const key = { account: 'prod', mutation: 'bindLdap', clientRequestId: 'r1' };

      test('one caller gets the claim, the others hear what became of it', async () => {
        expect(await store.claimStart(key, 'input', NOW)).toEqual({ type: 'claimed' });
        expect(await store.claimStart(key, 'input', NOW)).toEqual({ type: 'pending' });
        expect(await store.claimStart(key, 'another', NOW)).toEqual({ type: 'mismatch' });
        expect(await store.claimStart({ ...key, account: 'test' }, 'another', NOW)).toEqual({ type: 'claimed' });
        await commitAll(store, [{ ...birth(identity('a')), start: key }]);
        const accepted = { type: 'accepted', identity: identity('a') };
        expect(await store.claimStart(key, 'input', NOW)).toEqual(accepted);
        await store.settleStart(key, 'forgotten');
        expect(await store.claimStart(key, 'input', NOW)).toEqual(accepted);
        expect(await store.claimStart(key, 'another', NOW)).toEqual({ type: 'mismatch' });
      });

      test('an unknown outcome stays unknown, a forgotten start is free again', async () => {
        await store.claimStart(key, 'input', NOW);
        await store.settleStart(key, 'forgotten');
        expect(await store.claimStart(key, 'another', NOW)).toEqual({ type: 'claimed' });
        await store.settleStart(key, 'unknown');
        expect(await store.claimStart(key, 'another', NOW)).toEqual({ type: 'unknown' });
      });

      test('a key is forgotten after 24 hours', async () => {
        await store.claimStart(key, 'input', NOW);
        await store.settleStart(key, 'unknown');
        expect(await store.claimStart(key, 'input', NOW + DAY_MS - 1)).toEqual({ type: 'unknown' });
        expect(await store.claimStart(key, 'another', NOW + DAY_MS)).toEqual({ type: 'claimed' });
      });

      test('a start whose task discovery wrote first is accepted all the same', async () => {
        await store.claimStart(key, 'input', NOW);
        await commitAll(store, [birth(identity('a'))]);
        const [late] = await store.commit([{ ...birth(identity('a')), start: key }]);
        expect(late?.type).toBe('conflict');
        expect(await store.claimStart(key, 'input', NOW)).toMatchObject({ type: 'accepted' });
      });
    });

    describe('places in the log', () => {
      test('are told apart: held, trimmed, of another log', async () => {
        expect(await store.locate({ position: 0, mark: 0 })).toBe('held');
        const results = await commitAll(
          store,
          ['a', 'b', 'c'].map((id, at) => birth(identity(id), {}, NOW + at)),
        );
        const points = results.map(pointOf);
        for (const point of points) expect(await store.locate(point)).toBe('held');
        const { position, mark } = points[1]!;
        for (const strange of [
          { position, mark: mark ^ 1 },
          { position: position + 5, mark },
          { position: -1, mark },
          { position: 1.5, mark },
          { position: 0, mark: 7 },
          { position: 2 ** 60, mark },
        ]) {
          expect(await store.locate(strange)).toBe('unknown');
        }
        expect(await trim({ logBefore: NOW + 2 })).toBe(false);
        expect(await store.locate({ position: 0, mark: 0 })).toBe('trimmed');
        expect(await store.locate(points[0]!)).toBe('trimmed');
        expect(await store.locate(points[1]!)).toBe('held');
        expect(await store.locate({ position, mark: mark ^ 1 })).toBe('unknown');
        const rest = await store.readLog({ after: position, accounts: null, limit: 10 });
        expect(rest.entries.map(({ point }) => point)).toEqual(points.slice(2));
      });

      test('never go back, also when the whole log was trimmed', async () => {
        await commitAll(store, [birth(identity('a'))]);
        const head = await store.head();
        await trim({ logBefore: NOW + 1 });
        expect(await store.head()).toEqual(head);
        expect(await store.locate(head)).toBe('held');
        const [next] = await commitAll(store, [birth(identity('b'))]);
        expect(pointOf(next).position).toBeGreaterThan(head.position);
      });
    });

    test('retention removes what ended long ago, with an event, in bounded steps', async () => {
      const ended = ['a', 'b', 'c'].map((id) => birth(identity(id), { status: TaskStatus.SUCCEEDED }));
      await commitAll(store, [
        ...ended,
        birth(identity('open')),
        birth(identity('late'), { status: TaskStatus.FAILED }, NOW + 9),
      ]);
      const limits = { finishedBefore: NOW + 9, now: NOW + 20, limit: 2 };
      expect(await trim(limits)).toBe(true);
      expect(await store.count({}, null, NOW)).toBe(3);
      expect(await trim(limits)).toBe(false);
      expect((await store.stats({}, null, NOW)).total).toBe(2);
      const log = await store.readLog({ after: 5, accounts: null, limit: 10 });
      expect(log.entries.map(({ type, task, at }) => [type, task.upstreamId, at])).toEqual([
        ['REMOVED', 'a', NOW + 20],
        ['REMOVED', 'b', NOW + 20],
        ['REMOVED', 'c', NOW + 20],
      ].sort((a, b) => Number(a[1]! > b[1]!))); // prettier-ignore
      expect(await store.removed(ended.map(({ task }) => task.id))).toHaveProperty('size', 3);
    });

    test('the timeline outlives the log', async () => {
      const first = birth(identity('a'));
      await commitAll(store, [first]);
      await trim({ logBefore: NOW + 1 });
      expect((await store.timeline(first.task.id, { afterSeq: 0, limit: 5 })).transitions).toHaveLength(1);
    });

    test('check passes on a store that works', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });
  });
}
