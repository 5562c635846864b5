import { TaskStatus } from '../../src/task/task-status.js';
import type { TaskStore } from '../../src/store/store.js';
import { ADMIN, READER, startGateway, type TestGateway } from './gateway.js';

const ESTIMATE = 'estimate { samples typicalSeconds slowSeconds expectedFinishAt overdue }';
const SAID = { samples: 10, typicalSeconds: 5, slowSeconds: 9 };

describe('the estimate of a task', () => {
  let test: TestGateway;
  const asked: number[] = [];
  beforeEach(async () => {
    asked.length = 0;
    test = await startGateway({ store: (store) => noting(store, asked) });
  });
  afterEach(() => test.close());

  /** Ten tasks that took 1 s to 10 s. */
  async function history(account = 'alpha'): Promise<void> {
    const began = test.clock.now();
    for (let second = 1; second <= 10; second++) {
      const end = { status: TaskStatus.SUCCEEDED, finishedAt: began + second * 1_000 };
      await test.hold(`${account}-${second}`, account, { kind: 'make', startedAt: began }, end);
    }
  }

  const estimateOf = async (id: string): Promise<unknown> => {
    const { data } = await test.ask(`query($id: ID!) { task(id: $id) { ${ESTIMATE} } }`, { id });
    return (data as { task: { estimate: unknown } }).task.estimate;
  };

  it('expects the end of an open task, gives that up past the typical time, and calls it overdue past the slow one', async () => {
    await history();
    const { id, createdAt } = await test.hold('open', 'alpha', { kind: 'make' });
    const expectedFinishAt = new Date(createdAt + 5_000).toISOString();
    await test.clock.advance(5_000);
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt, overdue: false });
    await test.clock.advance(1);
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt: null, overdue: false });
    await test.clock.advance(3_999);
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt: null, overdue: false });
    await test.clock.advance(1);
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt: null, overdue: true });
  });

  it('expects nothing of a task that is done, however long it took', async () => {
    await history();
    const { id } = await test.hold('failed', 'alpha', { kind: 'make' }, { status: TaskStatus.FAILED });
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt: null, overdue: false });
    await test.clock.advance(60_000);
    expect(await estimateOf(id)).toEqual({ ...SAID, expectedFinishAt: null, overdue: false });
  });

  it('is not drawn from another account, whoever asks', async () => {
    await history('beta');
    const { id } = await test.hold('mine', 'alpha', { kind: 'make' });
    for (const asker of [ADMIN, READER]) {
      const { data } = await test.ask(`query($id: ID!) { task(id: $id) { ${ESTIMATE} } }`, { id }, asker);
      expect(data).toEqual({ task: { estimate: null } });
    }
  });

  it('filters and counts what is overdue, among the accounts of the asker alone', async () => {
    await history('alpha');
    await history('beta');
    await test.hold('late', 'alpha', { kind: 'make' });
    await test.hold('theirs', 'beta', { kind: 'make' });
    await test.clock.advance(9_001);
    await test.hold('fresh', 'alpha', { kind: 'make' });
    const query = `{ taskStats { overdue } late: tasks(filter: {overdue: true}) { totalCount nodes { upstreamId } }
      other: tasks(filter: {overdue: false, done: false}) { nodes { upstreamId } } }`;
    expect((await test.ask(query, {}, READER)).data).toEqual({
      taskStats: { overdue: 1 },
      late: { totalCount: 1, nodes: [{ upstreamId: 'late' }] },
      other: { nodes: [{ upstreamId: 'fresh' }] },
    });
    expect((await test.ask('{ taskStats { overdue } }')).data).toEqual({ taskStats: { overdue: 2 } });
  });

  it('is told as time goes by to who follows the counts, though no task changes', async () => {
    await history();
    await test.hold('late', 'alpha', { kind: 'make' });
    const prepared = test.operations.prepare({ query: 'subscription { taskStatsUpdated { overdue } }' }, ADMIN);
    if (prepared.type === 'rejected') throw new Error(JSON.stringify(prepared.result));
    const stream = await prepared.subscribe();
    if (!('open' in stream)) throw new Error(JSON.stringify(stream));
    const events = stream[Symbol.asyncIterator]();
    const nextTold = async (): Promise<unknown> => {
      const event = await events.next();
      return event.done === true ? 'the end' : prepared.render(event.value);
    };
    expect(await nextTold()).toMatchObject({ data: { taskStatsUpdated: { overdue: 0 } } });
    const told = nextTold();
    await test.clock.advance(15_000);
    expect(await told).toMatchObject({ data: { taskStatsUpdated: { overdue: 1 } } });
    await events.return?.();
  });

  it('costs a page one read of the store', async () => {
    await history();
    for (let index = 0; index < 40; index++) await test.hold(`open-${index}`, 'alpha', { kind: 'make' });
    const { data } = await test.ask(`{ tasks(first: 50) { nodes { ${ESTIMATE} } } }`);
    const { nodes } = (data as { tasks: { nodes: readonly { estimate: unknown }[] } }).tasks;
    expect(nodes.filter(({ estimate }) => estimate !== null)).toHaveLength(50);
    expect(asked).toEqual([50]);
  });
});

/** The same store, with a note of how many keys each reading of estimates had. */
function noting(store: TaskStore, asked: number[]): TaskStore {
  const estimates = store.estimates.bind(store);
  store.estimates = (keys) => {
    asked.push(keys.length);
    return estimates(keys);
  };
  return store;
}
