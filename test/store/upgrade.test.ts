import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/logger.js';
import { MIGRATIONS as POSTGRES_MIGRATIONS } from '../../src/store/postgres/migrations.js';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.js';
import { SqliteDatabase } from '../../src/store/sqlite/database.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS as SQLITE_MIGRATIONS } from '../../src/store/sqlite/migrations.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { TaskStore } from '../../src/store/store.js';
import { cellKeyOf, formatCellKey } from '../../src/store/cells.js';
import { taskColumns } from '../../src/store/task-row.js';
import { ManualClock } from '../support/manual-clock.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { birth, commitAll, identity, next, NOW } from './tasks.js';

/** Two tasks, one of them changed: what a gateway of each earlier schema would have left. Tables are those of the first. */
const born = birth(identity('a'));
const changed = next(born.task, { kind: 'bind' });
const other = birth(identity('b', { account: 'test' }));
const LOG = [born, changed, other].map((write, index) => ({ ...write, position: index + 1, mark: 7 + index }));
const CURRENT = [changed, other];

type Insert = (table: string, row: Readonly<Record<string, string | number | null>>) => Promise<void> | void;

/** @param byId whether transitions are kept by the task's id, as in PostgreSQL, or by its number */
async function fill(insert: Insert, byId: boolean): Promise<void> {
  for (const [index, { task, freshness }] of CURRENT.entries()) {
    await insert('cells', { cell: index + 1, key: formatCellKey(cellKeyOf(task)), count: 1 });
    const row = {
      id: task.id,
      cell: index + 1,
      stale_at: null,
      ...taskColumns(task),
      freshness: JSON.stringify(freshness),
    };
    await insert('tasks', byId ? row : { ref: index + 1, ...row });
  }
  for (const { task, transition, before, position, mark } of LOG) {
    const text = JSON.stringify(transition);
    const key = byId ? { id: task.id } : { ref: task.id === other.task.id ? 2 : 1 };
    await insert('transitions', { ...key, seq: transition.seq, position, mark, body: text });
    const entry = { position, mark, at: transition.at, type: 'CHANGED', account: task.account, id: task.id };
    await insert('log', {
      ...entry,
      before: before && JSON.stringify(before),
      transition: text,
      body: JSON.stringify(task),
    });
  }
}

/** Everything is as it was, and goes on. */
async function expectWhole(store: TaskStore): Promise<void> {
  const ids = CURRENT.map(({ task }) => task.id);
  const held = await store.get(ids, null);
  expect(CURRENT.map(({ task }) => held.get(task.id)?.task)).toEqual(CURRENT.map(({ task }) => task));
  expect(await store.stats({}, null, NOW)).toMatchObject({ total: 2, open: 2 });
  const { entries } = await store.readLog({ after: 0, accounts: null, limit: 100 });
  expect(entries.map(({ point, task }) => [point.position, point.mark, task])).toEqual(
    LOG.map(({ position, mark, task }) => [position, mark, task]),
  );
  expect(await store.locate({ position: 2, mark: 8 })).toBe('held');
  expect(await store.locate({ position: 2, mark: 1 })).toBe('unknown');
  const { transitions } = await store.timeline(born.task.id, { afterSeq: 0, limit: 9 });
  expect(transitions.map(({ seq }) => seq)).toEqual([1, 2]);
  await commitAll(store, [next(changed.task, { kind: 'unbind' }), birth(identity('c'))]);
  expect((await store.head()).position).toBe(5);
  expect((await store.openTasks('prod', 'SFS')).map(({ task }) => task.kind).sort()).toEqual(['unbind', 'unknown']);
  await store.check();
}

/** Numbers of the schemas that are not the newest; a database of the newest shows that the test fills it rightly. */
const schemas = (migrations: readonly { readonly number: number }[]): readonly number[] =>
  migrations.map(({ number }) => number);

describe('a SQLite store', () => {
  it.each(schemas(SQLITE_MIGRATIONS))('of schema %i is opened with all that it holds', async (schema) => {
    const folder = mkdtempSync(join(tmpdir(), 'taskgate-upgrade-'));
    const file = join(folder, 'store.db');
    const db = new SqliteDatabase(file);
    migrate(db, file, SQLITE_MIGRATIONS.slice(0, schema), NOW);
    await fill((table, row) => {
      const names = Object.keys(row);
      const places = names.map(() => '?').join(', ');
      db.run(`insert into ${table} (${names.join(', ')}) values (${places})`, ...Object.values(row));
    }, false);
    db.close();
    const store = await openSqliteStore({ file, clock: new ManualClock(), logger: silentLogger });
    await expectWhole(store);
    const { epoch } = store;
    await store.close();
    const again = await openSqliteStore({ file, clock: new ManualClock(), logger: silentLogger });
    expect(again.epoch).toBe(epoch);
    expect(await again.count({}, null, NOW)).toBe(3);
    await again.close();
    rmSync(folder, { recursive: true });
  });
});

const whereInstalled = findPostgres() === undefined && !process.env['CI'] ? describe.skip : describe;

whereInstalled('a PostgreSQL store', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it.each(schemas(POSTGRES_MIGRATIONS))('of schema %i is opened with all that it holds', async (schema) => {
    const url = await postgres.createDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('create table migrations (number integer primary key, name text not null, at bigint not null)');
    for (const { number, name, script } of POSTGRES_MIGRATIONS.slice(0, schema)) {
      await client.query(script);
      await client.query('insert into migrations (number, name, at) values ($1, $2, $3)', [number, name, NOW]);
    }
    await fill(async (table, row) => {
      const names = Object.keys(row);
      const places = names.map((_, index) => `$${index + 1}`).join(', ');
      await client.query(`insert into ${table} (${names.join(', ')}) values (${places})`, Object.values(row));
    }, true);
    await client.query('update log_head set position = 3, mark = 9');
    await client.end();
    const store = await openPostgresStore({ url, clock: new ManualClock(), logger: silentLogger });
    await expectWhole(store);
    await store.close();
  });
});
