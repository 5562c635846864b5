import { StoreUnavailableError } from '../../src/store/store.js';
import type { TaskId } from '../../src/task/task-id.js';
import { ADMIN, codesOf, counting, READER, startGateway, type TestGateway } from './gateway.js';

const QUERY = 'query($id: ID!) { task(id: $id) { account } }';

describe('tasks that several requests ask the store for in one tick', () => {
  let host: TestGateway;
  let calls: string[];
  let away: boolean;
  let ids: readonly TaskId[];

  beforeEach(async () => {
    [calls, away] = [[], false];
    host = await startGateway({
      store: (store) => {
        const { get } = store;
        store.get = (...args) => (away ? Promise.reject(new StoreUnavailableError('locked')) : get.apply(store, args));
        return counting(store, calls);
      },
    });
    const held = [await host.hold('one', 'alpha'), await host.hold('two', 'beta')];
    ids = held.map(({ id }) => id);
    calls.length = 0;
  });
  afterEach(() => host.close());

  it('are one read, in which each sees what it may see', async () => {
    const [one, two] = ids;
    const answers = await Promise.all([
      host.ask(QUERY, { id: one }, READER),
      host.ask(QUERY, { id: two }, READER),
      host.ask(QUERY, { id: two }, ADMIN),
    ]);
    expect(answers.map(({ data }) => data)).toEqual([
      { task: { account: 'alpha' } },
      { task: null },
      { task: { account: 'beta' } },
    ]);
    expect(calls.filter((name) => name === 'get')).toHaveLength(1);
  });

  it('cannot be told while the store is away, and can afterwards; what may not be seen is null all the same', async () => {
    const [one, two] = ids;
    away = true;
    const [mine, hidden] = await Promise.all([
      host.ask(QUERY, { id: one }, READER),
      host.ask(QUERY, { id: two }, READER),
    ]);
    expect(codesOf(mine)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(hidden).toEqual({ data: { task: null } });
    away = false;
    expect(await host.ask(QUERY, { id: one }, READER)).toEqual({ data: { task: { account: 'alpha' } } });
  });
});
