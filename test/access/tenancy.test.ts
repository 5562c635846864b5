import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { keySha256, PLENTY, post, TRANSPORTS, websocket, type Answer, type Ask } from './access-kit.js';

const key = (name: string, role: string, accounts: readonly string[]) => ({
  name,
  keySha256: keySha256(name),
  role,
  accounts,
});

const CLIENTS = {
  apiKeys: [
    key('north-reader', 'reader', ['north']),
    key('south-reader', 'reader', ['south']),
    key('north-operator', 'operator', ['north']),
    key('south-operator', 'operator', ['south']),
  ],
};
const ABSENT = Buffer.from(JSON.stringify(['SFS', 'nowhere', '', 'job-1'])).toString('base64url');

/** Starts of each tenant beside one another: about a minute of them in the long run. */
const ROUNDS = process.env['TASKGATE_LONG'] ? 600 : 10;

describe('two tenants', () => {
  let gateway: RunningGateway;
  let north: string;
  let south: string;
  let southCursor: string;

  beforeAll(async () => {
    gateway = await startGateway({
      accounts: ['north', 'south'],
      config: { clients: CLIENTS, limits: PLENTY, polling: { discoverSeconds: 0 } },
    });
    north = await start('north');
    south = await start('south');
    const { data } = await post(gateway, { credential: 'south-reader', query: '{ tasks { streamCursor } }' });
    southCursor = (data as { tasks: { streamCursor: string } }).tasks.streamCursor;
  });
  afterAll(() => gateway.stop());

  async function start(account: string): Promise<string> {
    const query = `mutation { unbindLdap(input: { account: "${account}", shareId: "share-of-${account}" }) { task { id } } }`;
    const { data } = await post(gateway, { credential: `${account}-operator`, query });
    return (data as { unbindLdap: { task: { id: string } } }).unbindLdap.task.id;
  }

  /** What of an answer may differ between two requests for the same. */
  const plain = ({ text, ...answer }: Answer, id: string): unknown => ({
    ...answer,
    text: text.replace(/"correlationId":"[^"]*"/g, '').replaceAll(id, 'ID'),
  });

  const upstreamCalls = (): readonly string[] =>
    gateway.simulator.control
      .log()
      .requests.filter(({ method, path }) => method !== 'GET' || !path.includes('/jobs/'))
      .map(({ method, path }) => `${method} ${path}`);

  describe.each(TRANSPORTS)('over %s', (_name, ask) => {
    it.each([
      'task(id: $id) { id status raw }',
      'node(id: $id) { id ... on SfsTask { shareId raw } }',
      'nodes(ids: [$id]) { id ... on Task { account } }',
      'waitForTask(id: $id, timeoutSeconds: 0.1) { id }',
      'task(id: $id, maxAgeSeconds: 0) { id timeline { totalCount } }',
      'tasks(filter: { ids: [$id] }) { totalCount nodes { id } }',
      'taskStats(filter: { ids: [$id] }) { total }',
    ])('%s answers for another tenant’s task as for none', async (field) => {
      const query = `query($id: ID!) { ${field} }`;
      const credential = 'north-reader';
      const others = await ask(gateway, { credential, query, variables: { id: south } });
      const none = await ask(gateway, { credential, query, variables: { id: ABSENT } });
      expect(plain(others, south)).toEqual(plain(none, ABSENT));
      const own = await ask(gateway, { credential, query, variables: { id: north } });
      expect(plain(own, north)).not.toEqual(plain(none, ABSENT));
    });

    it('shows lists, counts, searches and sources of the own account alone', async () => {
      const query = `{
        tasks { totalCount nodes { id account } }
        search: tasks(filter: { search: "share-of-south" }) { totalCount nodes { id } }
        named: tasks(filter: { accounts: ["south"] }) { totalCount nodes { id } sourceErrors { account } }
        taskStats { total byService { count } }
        counted: taskStats(filter: { accounts: ["south"] }) { total }
        sources { account }
        viewer { accounts }
      }`;
      const { data, text } = await ask(gateway, { credential: 'north-reader', query });
      expect(data).toMatchObject({
        tasks: { totalCount: 1, nodes: [{ id: north, account: 'north' }] },
        search: { totalCount: 0, nodes: [] },
        named: { totalCount: 0, nodes: [], sourceErrors: [] },
        taskStats: { total: 1 },
        counted: { total: 0 },
        viewer: { accounts: ['north'] },
      });
      expect(text).not.toContain('"south"');
    });
  });

  it.each(TRANSPORTS.filter(([name]) => name === 'SSE' || name === 'WebSocket'))(
    'taskUpdated of another tenant’s task is NOT_FOUND over %s',
    async (_name, ask) => {
      const query =
        'subscription($id: ID!, $after: String) { taskUpdated(id: $id, after: $after) { cursor task { id } } }';
      for (const after of [null, southCursor]) {
        const others = await ask(gateway, { credential: 'north-reader', query, variables: { id: south, after } });
        const none = await ask(gateway, { credential: 'north-reader', query, variables: { id: ABSENT, after } });
        expect(others.code).toBe('NOT_FOUND');
        expect(plain(others, south)).toEqual(plain(none, ABSENT));
      }
    },
  );

  it.each<[string, (account: string, id: string) => Ask]>([
    ['unbindLdap', (account) => mutation('unbindLdap', `{ account: "${account}", shareId: "s" }`)],
    ['trackTask', (account) => mutation('trackTask', `{ service: SFS, account: "${account}", upstreamId: "job-9" }`)],
    ['untrackTask', (_account, id) => mutation('untrackTask', `{ id: "${id}" }`, 'id')],
    ['stopRenderTask', (_account, id) => mutation('stopRenderTask', `{ id: "${id}" }`)],
    ['deleteBcsTaskRecords', (_account, id) => mutation('deleteBcsTaskRecords', `{ ids: ["${id}"] }`, 'deletedIds')],
  ])('%s does nothing to another tenant, and says what it says of nobody', async (_name, ask) => {
    for (const transport of [post, websocket]) {
      gateway.simulator.control.clearLog();
      const others = await transport(gateway, { credential: 'north-operator', ...ask('south', south) });
      const none = await transport(gateway, { credential: 'north-operator', ...ask('nowhere', ABSENT) });
      expect(others.text).toContain('NOT_FOUND');
      expect(plain(others, south)).toEqual(plain(none, ABSENT));
      expect(upstreamCalls()).toEqual([]);
    }
  });

  it('a clientRequestId of one tenant says nothing to the other', async () => {
    const query = (account: string): string =>
      mutation('unbindLdap', `{ account: "${account}", shareId: "s-1", clientRequestId: "same" }`, 'task { account }')
        .query;
    for (const account of ['north', 'south']) {
      const { data } = await post(gateway, { credential: `${account}-operator`, query: query(account) });
      expect(data).toMatchObject({ unbindLdap: { task: { account }, userErrors: [] } });
    }
  });

  it('streams carry changes of the own account alone, also from the other’s cursor', async () => {
    const seen: Record<string, Set<string>> = {};
    const clients: Client[] = [];
    const done = ['north', 'south'].map(async (account) => {
      const accounts = (seen[account] = new Set<string>());
      const connectionParams = { authorization: `Bearer ${account}-reader` };
      const client = createClient({
        url: gateway.socketUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      });
      clients.push(client);
      const query = 'subscription($after: String) { tasksUpdated(after: $after) { task { account } } }';
      const events = client.iterate<{ tasksUpdated: { task: { account: string } | null } }>({
        query,
        variables: { after: southCursor },
      });
      let count = 0;
      for await (const { data } of events) {
        if (data?.tasksUpdated.task) accounts.add(data.tasksUpdated.task.account);
        if (++count === ROUNDS) break;
      }
    });
    for (let round = 0; round < ROUNDS; round++) await Promise.all([start('north'), start('south')]);
    await Promise.all(done);
    for (const client of clients) await client.dispose();
    expect(seen).toEqual({ north: new Set(['north']), south: new Set(['south']) });
  }, 180_000);
});

function mutation(name: string, input: string, fields = 'task { id }'): Ask {
  return { query: `mutation { ${name}(input: ${input}) { ${fields} userErrors { code message path } } }` };
}
