import { SharedParams, shareQueries } from '../../src/graphql/shared-queries.js';
import type { Principal } from '../../src/graphql/principal.js';
import { ADMIN, counting, startGateway, type TestGateway } from './gateway.js';

const OTHER: Principal = { ...ADMIN, name: 'other' };
const QUERY = { query: '{ tasks(first: 10) { totalCount } }' };

describe('queries that are shared', () => {
  let host: TestGateway;
  let calls: string[];

  beforeEach(async () => {
    calls = [];
    host = await startGateway({ store: (store) => counting(store, calls) });
  });
  afterEach(() => host.close());

  const counts = (): number => calls.filter((name) => name === 'count').length;

  function preparedBy(asked: object, ...principals: readonly Principal[]) {
    const operations = shareQueries(host.operations);
    const params = new SharedParams(asked);
    return principals.map((principal) => {
      const prepared = operations.prepare(params, principal);
      if (prepared.type === 'rejected') throw new Error('rejected');
      return prepared;
    });
  }

  it('are executed once for all who ask, and give all of them the same result', async () => {
    const queries = preparedBy(QUERY, ADMIN, ADMIN, ADMIN);
    const results = await Promise.all(queries.map((query) => query.execute(new AbortController())));
    expect(counts()).toBe(1);
    expect(results[0]).toMatchObject({ data: { tasks: { totalCount: 0 } } });
    expect(new Set(results).size).toBe(1);
  });

  it('are not shared between principals', async () => {
    const queries = preparedBy(QUERY, ADMIN, OTHER, ADMIN, OTHER);
    await Promise.all(queries.map((query) => query.execute(new AbortController())));
    expect(counts()).toBe(2);
  });

  it('are not shared by who asks in the same words at another time', async () => {
    const operations = shareQueries(host.operations);
    for (const params of [new SharedParams(QUERY), new SharedParams(QUERY), QUERY, QUERY]) {
      const prepared = operations.prepare(params, ADMIN);
      if (prepared.type !== 'query') throw new Error(prepared.type);
      await prepared.execute(new AbortController());
    }
    expect(counts()).toBe(4);
  });

  it('leave mutations alone: each is a deed of its own', () => {
    const [one, two] = preparedBy({ query: 'mutation { untrackTask(input: { id: "x" }) { id } }' }, ADMIN, ADMIN);
    expect(one!.type).toBe('mutation');
    expect(one).not.toBe(two);
  });

  it('leave refusals alone: each has an id of its own to be found by', () => {
    const operations = shareQueries(host.operations);
    const params = new SharedParams({ query: '{ nothing }' });
    expect(operations.prepare(params, ADMIN)).not.toBe(operations.prepare(params, ADMIN));
  });

  it('go on until the last one who waits has gone', async () => {
    const { id } = await host.hold('one');
    const query = 'query($id: ID!) { waitForTask(id: $id, timeoutSeconds: 60) { done } }';
    const [one, two] = preparedBy({ query, variables: { id } }, ADMIN, ADMIN);
    const callers = [new AbortController(), new AbortController()];
    let answered = false;
    const results = [one!.execute(callers[0]!), two!.execute(callers[1]!)];
    void results[0]!.then(() => (answered = true));
    while (host.watch.interests.size === 0) await new Promise(setImmediate);
    callers[0]!.abort();
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(answered).toBe(false);
    callers[1]!.abort();
    expect(await results[1]).toMatchObject({ data: { waitForTask: { done: false } } });
  });

  it('begin anew for whoever comes when all others have gone', async () => {
    const { id } = await host.hold('one');
    const query = 'query($id: ID!) { waitForTask(id: $id, timeoutSeconds: 60) { done } }';
    const [one, two] = preparedBy({ query, variables: { id } }, ADMIN, ADMIN);
    const [leaves, stays] = [new AbortController(), new AbortController()];
    const given = one!.execute(leaves);
    while (host.watch.interests.size === 0) await new Promise(setImmediate);
    leaves.abort();
    await given;
    let answered = false;
    const waiting = two!.execute(stays).then(() => (answered = true));
    while (host.watch.interests.size === 0) await new Promise(setImmediate);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(answered).toBe(false);
    stays.abort();
    await waiting;
  });
});
