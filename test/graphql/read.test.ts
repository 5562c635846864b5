import fc from 'fast-check';
import { formatTaskId } from '../../src/task/task-id.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { type Answer, codesOf, counting, OPERATOR, READER, startGateway, type TestGateway } from './gateway.js';
import { pollError } from './fakes.js';

const idOf = (upstreamId: string, account = 'alpha', service = 'TOY'): string =>
  formatTaskId({ service, account, scope: '', upstreamId });

describe('reading tasks', () => {
  let test: TestGateway;
  const storeCalls: string[] = [];
  beforeEach(async () => {
    storeCalls.length = 0;
    test = await startGateway({ store: (store) => counting(store, storeCalls) });
  });
  afterEach(() => test.close());

  it('answers task(id) from the store without asking the upstream', async () => {
    const { id } = await test.hold('t1', 'alpha', { kind: 'make_toy', details: { colour: 'red' } });
    const query = `query($id: ID!) { task(id: $id) { __typename id service account kind status done seq stale observedAt
      warnings { message } progress { percent } estimate { samples } raw ... on ToyTask { colour } } }`;
    expect(await test.ask(query, { id }, READER)).toEqual({
      data: {
        task: {
          __typename: 'ToyTask',
          id,
          service: 'TOY',
          account: 'alpha',
          kind: 'make_toy',
          status: 'PENDING',
          done: false,
          seq: 1,
          stale: false,
          observedAt: null,
          warnings: [],
          progress: null,
          estimate: null,
          raw: null,
          colour: 'red',
        },
      },
    });
    expect(test.watch.refreshed).toEqual([]);
  });

  it('reads an id that is not held upstream once, all of one tick together', async () => {
    const held = await test.hold('held');
    test.watch.upstream.set('a', 'known').set('b', pollError('UPSTREAM_TIMEOUT'));
    const ids = [held.id, idOf('a'), idOf('b'), idOf('unknown'), 'garbage', idOf('a')];
    const answer = await test.ask('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(answer.data).toEqual({ nodes: [{ id: ids[0] }, { id: ids[1] }, null, null, null, { id: ids[1] }] });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual(
      expect.arrayContaining([
        [['nodes', 2], 'UPSTREAM_TIMEOUT'],
        [['nodes', 4], 'BAD_USER_INPUT'],
      ]),
    );
    expect(test.watch.refreshed.map((ids) => [...new Set(ids)].sort())).toEqual([['a', 'b', 'unknown']]);
    expect(storeCalls.filter((call) => call === 'get')).toHaveLength(1);
  });

  it('names service, account and whether to retry, and nothing that the upstream said', async () => {
    test.watch.upstream.set('a', pollError('UPSTREAM_REFUSED', false));
    const answer = await test.ask('query($id: ID!) { task(id: $id) { id } viewer { name } }', { id: idOf('a') });
    expect(answer.data).toEqual({ task: null, viewer: { name: 'admin-key' } });
    expect(answer.errors?.[0]).toMatchObject({
      path: ['task'],
      extensions: {
        code: 'UPSTREAM_BAD_RESPONSE',
        retryable: false,
        correlationId: 'correlation',
        service: 'TOY',
        account: 'alpha',
      },
    });
    expect(JSON.stringify(answer)).not.toContain('said by the upstream');
  });

  it('shows what is stored, with lastPollError, when a forced read fails', async () => {
    const { id } = await test.hold('t1');
    test.watch.upstream.set('t1', pollError('UPSTREAM_UNAVAILABLE'));
    const query = 'query($id: ID!) { task(id: $id, maxAgeSeconds: 0) { seq lastPollError { code } } }';
    expect(await test.ask(query, { id })).toEqual({
      data: { task: { seq: 1, lastPollError: { code: 'UPSTREAM_UNAVAILABLE' } } },
    });
  });

  it('gives null for a removed task, and does not bring it back', async () => {
    const { id } = await test.hold('t1');
    test.watch.upstream.set('t1', 'known');
    await test.ask('mutation($id: ID!) { untrackTask(input: {id: $id}) { id } }', { id }, OPERATOR);
    expect(await test.ask('query($id: ID!) { task(id: $id) { id } }', { id })).toEqual({ data: { task: null } });
  });

  it.each([
    ['of an account that is not visible', idOf('t1', 'beta')],
    ['of an account that is not configured', idOf('t1', 'gamma')],
    ['of an unknown service', idOf('t1', 'alpha', 'NOPE')],
  ])('gives null for an id %s, touching neither store nor upstream', async (_which, id) => {
    await test.hold('t1', 'beta');
    test.watch.upstream.set('t1', 'known');
    storeCalls.length = 0;
    const query = `query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } task(id: $id, maxAgeSeconds: 0) { id }
      waitForTask(id: $id) { id } }`;
    expect(await test.ask(query, { id }, READER)).toEqual({
      data: { node: null, nodes: [null], task: null, waitForTask: null },
    });
    expect([storeCalls, test.watch.refreshed]).toEqual([[], []]);
  });

  it('keeps tasks of other accounts out of lists, counts, statistics and sources', async () => {
    await test.hold('mine', 'alpha');
    await test.hold('theirs', 'beta');
    const report = {
      region: 'r',
      state: 'FAILING',
      watched: 1,
      requestsPerMinute: 0,
      requestBudgetPerMinute: 0,
    } as const;
    const none = { lastSuccessAt: null, lastError: null, nextPollAt: null };
    test.watch.reports = ['alpha', 'beta'].map((account) => ({ service: 'TOY', account, ...report, ...none }));
    const query = `{ tasks { totalCount nodes { upstreamId } sourceErrors { account code } }
      beta: tasks(filter: {accounts: ["beta"]}) { totalCount nodes { id } }
      unknown: tasks(filter: {accounts: ["nobody"]}) { totalCount nodes { id } }
      taskStats { total open byStatus { status count } byService { service count open } }
      sources { account state } viewer { accounts } }`;
    expect(await test.ask(query, {}, READER)).toEqual({
      data: {
        tasks: {
          totalCount: 1,
          nodes: [{ upstreamId: 'mine' }],
          sourceErrors: [{ account: 'alpha', code: 'UPSTREAM_UNAVAILABLE' }],
        },
        beta: { totalCount: 0, nodes: [] },
        unknown: { totalCount: 0, nodes: [] },
        taskStats: {
          total: 1,
          open: 1,
          byStatus: [{ status: 'PENDING', count: 1 }],
          byService: [{ service: 'TOY', count: 1, open: 1 }],
        },
        sources: [{ account: 'alpha', state: 'FAILING' }],
        viewer: { accounts: ['alpha'] },
      },
    });
  });

  it('refuses a service that is not in the enum', async () => {
    expect(codesOf(await test.ask('{ tasks(filter: {services: [NOPE]}) { totalCount } }'))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  it.each([
    ['task(id: "garbage") { id }', 'id'],
    [`task(id: "${idOf('a')}", maxAgeSeconds: -1) { id }`, 'maxAgeSeconds'],
    ['tasks(first: 0) { totalCount }', 'first'],
    ['tasks(first: 201) { totalCount }', 'first'],
    ['tasks(last: 3000000) { totalCount }', 'last'],
    ['tasks(first: 1, last: 1) { totalCount }', 'first'],
    ['tasks(after: "") { totalCount }', 'after'],
    ['tasks(before: "x") { totalCount }', 'before'],
    ['tasks(filter: {ids: ["garbage"]}) { totalCount }', 'filter.ids'],
    [`waitForTask(id: "${idOf('a')}", timeoutSeconds: 61) { id }`, 'timeoutSeconds'],
    [`waitForTask(id: "${idOf('a')}", timeoutSeconds: -1) { id }`, 'timeoutSeconds'],
  ])('answers BAD_USER_INPUT to %s, names %s, and answers its neighbours', async (field, name) => {
    const answer = await test.ask(`{ bad: ${field} viewer { name } }`);
    expect(answer.errors?.[0]?.message).toContain(name);
    expect(answer.data).toEqual({ bad: null, viewer: { name: 'admin-key' } });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(test.watch.refreshed).toEqual([]);
  });

  it('masks a store that is away, for the field that needs it alone', async () => {
    test.gateway.store.count = () => Promise.reject(new Error('disk /data/taskgate.db is gone'));
    const answer = await test.ask('{ tasks { totalCount } viewer { name } }');
    expect(answer.data).toEqual({ tasks: null, viewer: { name: 'admin-key' } });
    expect(answer.errors).toMatchObject([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'correlation' } },
    ]);
    expect(test.logLines).toMatchObject([{ correlationId: 'correlation', err: { message: /disk/ } }]);
  });

  it('pages through a timeline, and its cursors belong to that task alone', async () => {
    const task = await test.hold('t1', 'alpha', {}, { status: TaskStatus.RUNNING }, { status: TaskStatus.SUCCEEDED });
    const other = await test.hold('t2');
    const query = `query($id: ID!, $after: String) { task(id: $id) { timeline(first: 2, after: $after) { totalCount
      nodes { seq from to } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
    const first = timeline(await test.ask(query, { id: task.id }));
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [
        { seq: 1, from: null, to: 'PENDING' },
        { seq: 2, from: 'PENDING', to: 'RUNNING' },
      ],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const after = first.pageInfo.endCursor;
    expect(timeline(await test.ask(query, { id: task.id, after }))).toMatchObject({
      nodes: [{ seq: 3, to: 'SUCCEEDED' }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    expect(codesOf(await test.ask(query, { id: other.id, after }))).toEqual(['BAD_USER_INPUT']);
  });

  it('waits until time is up, with its interest held no longer than that', async () => {
    const { id } = await test.hold('t1');
    const answer = test.ask('query($id: ID!) { waitForTask(id: $id, timeoutSeconds: 2) { status } }', { id });
    await test.clock.advance(1000);
    expect(test.watch.interests.size).toBe(1);
    await test.clock.advance(1000);
    expect(await answer).toEqual({ data: { waitForTask: { status: 'PENDING' } } });
    expect(test.watch.interests.size).toBe(0);
  });
});

describe('paging', () => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await startGateway();
    for (let index = 0; index < 23; index++) {
      await test.hold(`t${index}`);
      if (index % 3 === 0) await test.clock.advance(1);
    }
  });
  afterAll(() => test.close());

  it.each(['CREATED_DESC', 'CREATED_ASC', 'UPDATED_DESC', 'UPDATED_ASC'])(
    'shows every task once in either direction, whatever the size (%s)',
    async (order) => {
      const all = nodes(await test.ask(`{ tasks(first: 200, orderBy: ${order}) { ${PAGE} } }`));
      expect(all).toHaveLength(23);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (size) => {
          expect(await walk(test, `orderBy: ${order}, first: ${size}`, 'after')).toEqual(all);
          expect(await walk(test, `orderBy: ${order}, last: ${size}`, 'before')).toEqual(all);
        }),
        { numRuns: 5 },
      );
    },
  );

  it('refuses a cursor of another order, an edited one and one of a stream', async () => {
    const { data } = await test.ask(`{ tasks(first: 1) { streamCursor ${PAGE} } }`);
    const { streamCursor, pageInfo } = (data as { tasks: Page & { streamCursor: string } }).tasks;
    const edited = `${pageInfo.endCursor?.slice(0, -2)}AA`;
    for (const after of [streamCursor, edited]) {
      expect(codesOf(await test.ask(`{ tasks(after: "${after}") { totalCount } }`))).toEqual(['BAD_USER_INPUT']);
    }
    const other = `{ tasks(orderBy: CREATED_ASC, after: "${pageInfo.endCursor}") { totalCount } }`;
    expect(codesOf(await test.ask(other))).toEqual(['BAD_USER_INPUT']);
  });
});

const PAGE = 'nodes { upstreamId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

interface Page {
  readonly nodes: readonly { readonly upstreamId: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

function nodes({ data }: Answer): readonly string[] {
  return (data as { tasks: Page }).tasks.nodes.map(({ upstreamId }) => upstreamId);
}

async function walk(test: TestGateway, args: string, from: 'after' | 'before'): Promise<readonly string[]> {
  const query = `query($cursor: String) { tasks(${args}, ${from}: $cursor) { ${PAGE} } }`;
  const seen: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const answer = await test.ask(query, { cursor });
    const { pageInfo } = (answer.data as { tasks: Page }).tasks;
    if (from === 'after') seen.push(...nodes(answer));
    else seen.unshift(...nodes(answer));
    if (!(from === 'after' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return seen;
    cursor = from === 'after' ? pageInfo.endCursor : pageInfo.startCursor;
  }
}

function timeline({ data }: Answer) {
  type Timeline = { readonly nodes: unknown[]; readonly pageInfo: { readonly endCursor: string } };
  return (data as { task: { timeline: Timeline } }).task.timeline;
}
