import { Client } from 'pg';
import { silentLogger } from '../../src/base/logger.js';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.js';
import { StoreUnavailableError, type TaskStore } from '../../src/store/store.js';
import { ManualClock } from '../support/manual-clock.js';
import { startGateway } from '../support/start-gateway.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { describeTaskStore } from './contract.js';
import { birth, commitAll, identity, NOW } from './tasks.js';

const usable = findPostgres() !== undefined || process.env['CI'] === 'true';

(usable ? describe : describe.skip)('PostgreSQL, where it is installed', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  const open = (url: string): Promise<TaskStore> =>
    openPostgresStore({ url, clock: new ManualClock(), logger: silentLogger });

  async function run<Row>(url: string, text: string): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as Row[];
  }

  describeTaskStore('PostgreSQL', async () => open(await postgres.createDatabase()));

  test('ten processes that start on an empty database open one store', async () => {
    const url = await postgres.createDatabase();
    const stores = await Promise.all(Array.from({ length: 10 }, () => open(url)));
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a reader that follows the log while three processes write misses nothing', async () => {
    const url = await postgres.createDatabase();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    const reader = await open(url);
    const seen: string[] = [];
    let after = 0;
    const read = async (): Promise<void> => {
      const { entries, scannedTo } = await reader.readLog({ after, accounts: null, limit: 20 });
      seen.push(...entries.map(({ task }) => task.upstreamId));
      after = scannedTo.position;
    };
    const writing = { now: true };
    const written = Promise.all(
      stores.map(async (store, process) => {
        for (let index = 0; index < 40; index += 1) await commitAll(store, [birth(identity(`${process}-${index}`))]);
      }),
    ).finally(() => (writing.now = false));
    while (writing.now) await read();
    await written;
    while (after < (await reader.head()).position) await read();
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    expect((await reader.stats({}, null, NOW)).total).toBe(120);
    await Promise.all([...stores, reader].map((store) => store.close()));
  });

  test('an open claim of another process is pending, and unknown after a minute', async () => {
    const url = await postgres.createDatabase();
    const [one, other] = [await open(url), await open(url)];
    const key = { account: 'prod', mutation: 'bindLdap', clientRequestId: 'r' };
    const claims = await Promise.all([one, other].map((store) => store.claimStart(key, 'input', NOW)));
    expect(claims.map(({ type }) => type).sort()).toEqual(['claimed', 'pending']);
    await run(url, `update starts set claimed_at = now() - interval '61 s'`);
    const later = await Promise.all([one, other].map((store) => store.claimStart(key, 'input', NOW)));
    expect(later.map(({ type }) => type).sort()).toEqual(['pending', 'unknown']);
    await Promise.all([one, other].map((store) => store.close()));
  });

  test('a fenced commit fails alone, though others are written in its transaction', async () => {
    const url = await postgres.createDatabase();
    const [one, other] = [await open(url), await open(url)];
    const fence = { account: 'prod', service: 'SFS', token: 2 };
    await one.commit([], fence);
    const outcomes = await Promise.allSettled([
      other.commit([birth(identity('old'))], { ...fence, token: 1 }),
      other.commit([birth(identity('new'))], fence),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await one.count({}, null, NOW)).toBe(1);
    await Promise.all([one, other].map((store) => store.close()));
  });

  test('without the trigram index, search finds the same', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    await run(url, 'drop index if exists tasks_search');
    await commitAll(store, [birth(identity('50%_a\\b')), birth(identity('50xxa'))]);
    expect(await store.count({ search: '0%_A\\' }, null, NOW)).toBe(1);
    await store.close();
  });

  test('2,000 transitions that are committed by single calls take a few transactions', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const writes = Array.from({ length: 2_000 }, (_, index) => birth(identity(`t${index}`)));
    const from = performance.now();
    await Promise.all(writes.map((write) => store.commit([write])));
    const took = performance.now() - from;
    if (process.env['MEASURE']) process.stderr.write(`2,000 transitions: ${Math.round(took)} ms\n`);
    const [counted] = await run<{ count: string }>(url, 'select count(distinct xmin::text) from tasks');
    expect(Number(counted!.count)).toBeLessThan(200);
    expect((await store.head()).position).toBe(2_000);
    await store.close();
  });

  test('while the server is away calls say so; afterwards the same store works', async () => {
    const store = await open(await postgres.createDatabase());
    await commitAll(store, [birth(identity('a'))]);
    postgres.kill();
    try {
      await expect(store.commit([birth(identity('b'))])).rejects.toThrow(StoreUnavailableError);
      await expect(store.count({}, null, NOW)).rejects.toThrow(StoreUnavailableError);
      await expect(store.check()).rejects.toThrow(StoreUnavailableError);
    } finally {
      postgres.start();
    }
    await store.check();
    await commitAll(store, [birth(identity('b'))]);
    expect(await store.count({}, null, NOW)).toBe(2);
    await store.close();
  });

  test('a gateway serves from it, and finds everything again after a restart', async () => {
    const url = await postgres.createDatabase();
    let gateway = await startGateway({ config: { store: { url } } });
    try {
      const { data } = await gateway.query('{ tasks(first: 1) { totalCount } }');
      expect(data).toEqual({ tasks: { totalCount: expect.any(Number) as number } });
      expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
      const epoch = await run(url, `select value from meta where key = 'epoch'`);
      gateway = await gateway.restart();
      expect(await run(url, `select value from meta where key = 'epoch'`)).toEqual(epoch);
      expect((await gateway.query('{ tasks(first: 1) { totalCount } }')).errors).toBeUndefined();
    } finally {
      await gateway.stop();
    }
  });
});
