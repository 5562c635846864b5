import type { FollowedTask, TaskFilter, TaskList } from '../../src/client/index.js';
import { TaskgateError } from '../../src/client/index.js';
import { createBoardStore, rowsInReach, type BoardStore } from '../../src/dashboard/board/board-store.js';
import { until } from '../support/until.js';

const AT = '2026-01-01T00:00:00.000Z';
const OLD = '2025-01-01T00:00:00.000Z';

function task(id: string, fields: Partial<FollowedTask>): FollowedTask {
  return {
    __typename: 'SfsTask',
    id,
    service: 'SFS',
    account: 'prod',
    region: 'cn-north-4',
    upstreamId: id,
    kind: 'bind_ldap',
    status: 'RUNNING',
    done: false,
    upstreamStatus: 'running',
    createdAt: AT,
    updatedAt: AT,
    startedAt: AT,
    finishedAt: null,
    resource: { type: 'share', id: 'share-1', name: null },
    progress: null,
    error: null,
    warnings: [],
    estimate: null,
    seq: 1,
    observedAt: AT,
    stale: false,
    nextPollAt: null,
    lastPollError: null,
    ...fields,
  };
}

/** A board of one list that nothing follows. */
async function openBoard(tasks: readonly FollowedTask[], filter: TaskFilter = {}, behind = 0): Promise<BoardStore> {
  const list: TaskList = {
    kind: 'list',
    reason: 'initial',
    tasks,
    totalCount: tasks.length + behind,
    endCursor: behind > 0 ? '0' : null,
    sourceErrors: [],
    cursor: 'c',
  };
  const store = createBoardStore({
    taskgate: {
      async *followTasks(_filter, { signal } = {}) {
        lists++;
        yield list;
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      },
      query: (_document: string, { after, first }: Readonly<Record<string, unknown>> = {}) => {
        const from = Number(after);
        const to = Math.min(behind, from + Number(first));
        const nodes = Array.from({ length: to - from }, (_, index) =>
          task(`behind ${from + index}`, { createdAt: OLD }),
        );
        const pageInfo = { hasNextPage: to < behind, endCursor: String(to) };
        return Promise.resolve({ data: { tasks: { nodes, pageInfo } } as never, error: null });
      },
    },
    filter,
    order: 'CREATED_DESC',
    before: undefined,
    hold: () => held,
    atFrame: (show) => void setImmediate(show),
    wait: () => Promise.resolve(),
    toError: (cause) => new TaskgateError('UNKNOWN', String(cause)),
    onReset: () => undefined,
    now: () => 0,
  });
  const ready = new Promise<void>((resolve) => store.subscribe(() => store.get().phase === 'ready' && resolve()));
  end = store.start();
  await ready;
  return store;
}

let end: () => void;
/** Whether new tasks are held back. */
let held: boolean;
/** How often the list was read. */
let lists: number;
beforeEach(() => {
  held = false;
  lists = 0;
});
afterEach(() => end());

const shown = (store: BoardStore) => store.get().rows.map(({ task: { status, stale } }) => ({ status, stale }));
const frame = () => new Promise(setImmediate);

describe('the store of the board', () => {
  it('takes over what was read of stale tasks', async () => {
    const store = await openBoard([task('1', {}), task('2', { stale: true })]);
    store.setMarked('stale', [task('1', { seq: 2, status: 'PENDING', stale: true })], true);
    await frame();
    expect(shown(store)).toEqual([
      { status: 'PENDING', stale: true },
      { status: 'RUNNING', stale: false },
    ]);
  });

  it('keeps frozen rows as they are when stale tasks are read, and takes that over when it goes on', async () => {
    const store = await openBoard([task('1', {}), task('2', { stale: true })]);
    store.pause();
    const before = shown(store);
    store.setMarked('stale', [task('1', { seq: 2, status: 'PENDING', stale: true })], true);
    await frame();
    expect(shown(store)).toEqual(before);
    store.resume();
    await frame();
    expect(shown(store)).toEqual([
      { status: 'PENDING', stale: true },
      { status: 'RUNNING', stale: false },
    ]);
  });

  it('takes in what has become overdue, and lets go of what no longer is', async () => {
    const estimate = { samples: 20, typicalSeconds: 60, slowSeconds: 90, expectedFinishAt: null };
    const late = { estimate: { ...estimate, overdue: true } };
    const store = await openBoard([task('1', late), task('2', late)], { overdue: true });
    store.setMarked('overdue', [task('1', late), task('3', late)], true);
    await frame();
    expect(store.get().rows.map(({ task: { id }, left }) => [id, left])).toEqual([
      ['3', null],
      ['1', null],
      ['2', 'filter'],
    ]);
  });

  it('leaves a row that an event has told more of than the read of marked tasks', async () => {
    const store = await openBoard([task('1', { seq: 3 })]);
    store.setMarked('stale', [task('1', { seq: 2, status: 'PENDING', stale: true })], true);
    await frame();
    expect(shown(store)).toEqual([{ status: 'RUNNING', stale: false }]);
  });

  it('reads all that is behind the first page, and keeps a place for what is still to come', async () => {
    const store = await openBoard([task('1', {})], {}, 450);
    expect(rowsInReach({ rows: [], full: false }, 451)).toBe(451);
    await until(() => store.get().complete);
    expect(store.get().rows.length).toBe(451);
    expect(store.get().full).toBe(false);
  });

  it('stops behind ten thousand rows, and keeps no place for what is never read', async () => {
    expect(rowsInReach({ rows: [], full: false }, 25_001)).toBe(10_000);
    const store = await openBoard([task('1', {})], {}, 25_000);
    await until(() => store.get().full);
    const { rows, complete } = store.get();
    expect([rows.length, complete]).toEqual([10_000, false]);
    expect(rowsInReach(store.get(), 25_001)).toBe(10_000);
  });

  it('holds no more rows when new tasks come for days, and says that there are more', async () => {
    const newestFirst = Array.from({ length: 10_000 }, (_, index) => task(String(20_000 - index), { createdAt: OLD }));
    const store = await openBoard(newestFirst);
    store.setMarked('stale', [task('new', {}), task('newer', {})], false);
    await frame();
    const ids = (): readonly string[] => store.get().rows.map(({ task: { id } }) => id);
    const { complete, full } = store.get();
    expect([ids().length, complete, full]).toEqual([10_000, false, true]);
    expect([...ids().slice(0, 2), ids().at(-1)]).toEqual(['newer', 'new', '10003']);
    // What was let go of does not come back by a change.
    store.setMarked('stale', [task('10001', { createdAt: OLD, seq: 2 })], false);
    await frame();
    expect([ids().length, ids().includes('10001')]).toEqual([10_000, false]);
  });

  it('holds back a bounded number of new tasks, and reads the list again when they are to be shown', async () => {
    held = true;
    const store = await openBoard([task('1', { createdAt: OLD })]);
    store.setMarked(
      'stale',
      Array.from({ length: 6_000 }, (_, index) => task(`new ${index}`, {})),
      false,
    );
    await frame();
    expect([store.get().waiting, lists]).toEqual([5_000, 1]);
    store.showWaiting();
    await until(() => lists === 2);
  });
});
