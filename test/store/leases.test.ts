import { Client } from 'pg';
import { silentLogger } from '../../src/base/logger.js';
import type { GroupName, Leases } from '../../src/store/leases.js';
import { PostgresDatabase } from '../../src/store/postgres/database.js';
import { createLeaseTable } from '../../src/store/postgres/lease-table.js';
import { migrate, MIGRATIONS } from '../../src/store/postgres/migrations.js';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.js';
import { FencedError, StoreUnavailableError } from '../../src/store/store.js';
import { UNREAD } from '../../src/task/task.js';
import { ManualClock } from '../support/manual-clock.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { birth, commitAll, identity } from './tasks.js';

const usable = findPostgres() !== undefined || process.env['CI'] === 'true';

const GROUPS: readonly GroupName[] = ['BCS', 'ECS', 'SFS'].map((service) => ({ account: 'prod', service }));
const nothing = { held: [], known: new Map<string, number>() };

(usable ? describe : describe.skip)('leases in PostgreSQL, where it is installed', () => {
  let postgres: RunningPostgres;
  let url: string;
  const open = new Set<{ close(): Promise<void> }>();

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    url = await postgres.createDatabase();
    const db = new PostgresDatabase(url, silentLogger);
    await migrate(db, 0);
    await db.close();
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    open.clear();
  });

  function leasesOf(replica: string, now = () => Date.now()): Leases {
    const db = new PostgresDatabase(url, silentLogger);
    const leases = createLeaseTable({ db, replica, now, elapsed: () => performance.now() });
    open.add(leases);
    return leases;
  }

  async function replica(name: string): Promise<Leases> {
    const leases = leasesOf(name);
    await leases.beat({ groups: GROUPS, ...nothing });
    return leases;
  }

  async function run<Row>(text: string): Promise<Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as Row[];
  }

  /** Ends the leases of one replica, as if nobody had renewed them for long enough. */
  const expire = (name: string) =>
    run(`update poll_groups set until = clock_timestamp() - interval '1 ms' where owner = '${name}'`);

  const ownersOf = async (leases: Leases): Promise<readonly (string | null)[]> =>
    (await leases.beat({ groups: GROUPS, ...nothing })).groups.map(({ owner }) => owner);

  test('a free group is given to one of those that claim it at once', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map(replica));
    const claimed = await Promise.all(all.map((leases) => leases.claim(GROUPS, 3)));
    const names = claimed.flat().map(({ service }) => service);
    expect(names.sort()).toEqual(['BCS', 'ECS', 'SFS']);
    expect(await all[0]!.claim(GROUPS, 3)).toEqual([]);
  });

  test('a claim takes no more than it asks for, and no group that it does not name', async () => {
    const leases = await replica('a');
    expect(await leases.claim(GROUPS, 2)).toHaveLength(2);
    expect(await leases.claim([{ account: 'other', service: 'SFS' }], 5)).toEqual([]);
    expect(await leases.claim([GROUPS[0]!, GROUPS[1]!], 0)).toEqual([]);
  });

  test('each claim gets a higher token, which fences those before it', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const store = await openPostgresStore({ url, clock: new ManualClock(), logger: silentLogger });
    open.add(store);
    const [old] = await a.claim([GROUPS[2]!], 1);
    await commitAll(store, [birth(identity('one'))]);
    await store.commit([birth(identity('two'))], old);
    await expire('a');
    const [taken] = await b.claim([GROUPS[2]!], 1);
    expect(taken!.token).toBeGreaterThan(old!.token);
    await expect(store.commit([birth(identity('three'))], old)).rejects.toThrow(FencedError);
    await store.commit([birth(identity('four'))], taken);
  });

  test('a beat renews what is held, and not what was lost', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const leases = await a.claim(GROUPS, 3);
    const held = leases.map((lease) => ({ lease, report: '{}' }));
    await run(`update poll_groups set until = clock_timestamp() + interval '1 s'`);
    await a.beat({ groups: GROUPS, held, known: new Map() });
    const [{ least }] = (await run(
      `select extract(epoch from min(until) - now())::float8 as least from poll_groups`,
    )) as [{ least: number }];
    expect(least).toBeGreaterThan(7);
    await expire('a');
    await b.claim([GROUPS[0]!], 1);
    const { groups } = await a.beat({ groups: GROUPS, held, known: new Map() });
    expect(groups.map(({ owner }) => owner)).toEqual(['b', 'a', 'a']);
  });

  test('a lease that ran out and that nobody took goes on under its token', async () => {
    const a = await replica('a');
    const [lease] = await a.claim([GROUPS[0]!], 1);
    await expire('a');
    expect(await ownersOf(a)).toEqual([null, null, null]);
    const { groups } = await a.beat({ groups: GROUPS, held: [{ lease: lease!, report: '' }], known: new Map() });
    expect(groups[0]).toMatchObject({ owner: 'a', token: lease!.token });
  });

  test('what is released is free at once, and only the holder releases', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const leases = await a.claim(GROUPS, 3);
    await b.release(leases);
    expect(await ownersOf(b)).toEqual(['a', 'a', 'a']);
    await a.release([leases.find(({ service }) => service === 'SFS')!]);
    expect(await ownersOf(b)).toEqual(['a', 'a', null]);
    await a.leave();
    const board = await b.beat({ groups: GROUPS, ...nothing });
    expect(board.replicas.map(({ name }) => name)).toEqual(['b']);
    expect(board.groups.map(({ owner }) => owner)).toEqual([null, null, null]);
  });

  test('what the holder reports is read by the others, also after it has let go', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const [lease] = await a.claim([GROUPS[1]!], 1);
    await a.beat({ groups: GROUPS, held: [{ lease: lease!, report: '{"watched":3}' }], known: new Map() });
    await a.release([lease!]);
    const { groups } = await b.beat({ groups: GROUPS, ...nothing });
    expect(groups.map(({ report }) => report)).toEqual([null, '{"watched":3}', null]);
  });

  test('interests are told until they are known, and go with their replica', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const interestsOf = async (known: ReadonlyMap<string, number>) =>
      (await b.beat({ groups: GROUPS, held: [], known })).replicas.find(({ name }) => name === 'a')?.interests;
    await a.beat({ groups: GROUPS, ...nothing, interests: 'ids' });
    const told = await interestsOf(new Map());
    expect(told?.text).toBe('ids');
    await a.beat({ groups: GROUPS, ...nothing });
    expect(await interestsOf(new Map([['a', told!.version]]))).toEqual({ version: told!.version, text: null });
    await a.beat({ groups: GROUPS, ...nothing, interests: 'more' });
    expect((await interestsOf(new Map([['a', told!.version]])))?.text).toBe('more');
    await run(`update replicas set seen_at = seen_at - interval '11 s' where name = 'a'`);
    expect(await interestsOf(new Map())).toBeUndefined();
  });

  test('a clock ten minutes ahead is told how far', async () => {
    const ahead = leasesOf('a', () => Date.now() + 600_000);
    const { clock } = await ahead.beat({ groups: GROUPS, ...nothing });
    expect(clock.errorMs).toBeLessThan(1_000);
    expect(Math.abs(clock.offsetMs + 600_000)).toBeLessThan(clock.errorMs + 50);
  });

  test('an older reading does not take back how lately a task was read', async () => {
    const store = await openPostgresStore({ url, clock: new ManualClock(), logger: silentLogger });
    open.add(store);
    const write = birth(identity('one'));
    await commitAll(store, [write]);
    const { id } = write.task;
    const readAt = (at: number) => ({ id, freshness: { ...UNREAD, askedAt: at, observedAt: at } });
    await store.touch([readAt(2_000)]);
    await store.touch([readAt(1_000)]);
    expect((await store.get([id], null)).get(id)?.freshness.askedAt).toBe(2_000);
    await store.touch([readAt(3_000)]);
    expect((await store.get([id], null)).get(id)?.freshness.askedAt).toBe(3_000);
    // Written by a clock that was set back since: ahead of now, and so no measure.
    await store.touch([readAt(Date.now() + 3_600_000)]);
    await store.touch([readAt(4_000)]);
    expect((await store.get([id], null)).get(id)?.freshness.askedAt).toBe(4_000);
  });

  test('a schema that only adds is no reason to refuse an older program; one that breaks is, by name', async () => {
    const db = new PostgresDatabase(url, silentLogger);
    open.add(db);
    const number = MIGRATIONS.length + 1;
    const added = { number, name: 'adds', since: number - 1, script: 'create table added (one integer)' };
    await migrate(db, 0, [...MIGRATIONS, added]);
    await migrate(db, 0);
    const broken = { number: number + 1, name: 'breaks', since: number + 1, script: 'drop table added' };
    await migrate(db, 0, [...MIGRATIONS, added, broken]);
    await expect(migrate(db, 0)).rejects.toThrow(`needs ${number + 1}; known is ${number - 1}`);
    await migrate(db, 0, [...MIGRATIONS, added, broken]);
  });

  test('while the server is away every call says so', async () => {
    const a = await replica('a');
    postgres.kill();
    try {
      await expect(a.beat({ groups: GROUPS, ...nothing })).rejects.toThrow(StoreUnavailableError);
      await expect(a.claim(GROUPS, 1)).rejects.toThrow(StoreUnavailableError);
    } finally {
      postgres.start();
    }
    expect(await a.claim(GROUPS, 3)).toHaveLength(3);
  });
});
