import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger } from '../../src/base/logger.js';
import { cellKeyOf, formatCellKey } from '../../src/store/cells.js';
import { SqliteDatabase } from '../../src/store/sqlite/database.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.js';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/open-sqlite-store.js';
import { SqliteTaskStore } from '../../src/store/sqlite/sqlite-task-store.js';
import { UNREAD, type Task } from '../../src/task/task.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { StoreUnavailableError } from '../../src/store/store.js';
import { ManualClock } from '../support/manual-clock.js';
import { BIND, run, runs, upTo } from './contract-estimates.js';
import { birth, commitAll, identity, NOW } from './tasks.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskgate-store-'));
  file = join(folder, 'deep', 'er', 'tasks.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (options: Partial<SqliteStoreOptions> = {}) =>
  openSqliteStore({ file, clock: new ManualClock(), logger: silentLogger, ...options });

test('a file that is opened again is the same store, at the same place', async () => {
  const first = await open();
  const key = { account: 'prod', mutation: 'bindLdap', clientRequestId: 'r' };
  await first.claimStart(key, 'input', NOW);
  const write = birth(identity('a'));
  await commitAll(first, [write]);
  const head = await first.head();
  await first.close();

  const second = await open();
  expect(second.epoch).toBe(first.epoch);
  expect(await second.head()).toEqual(head);
  expect(await second.locate(head)).toBe('held');
  expect((await second.stats({}, null, NOW)).open).toBe(1);
  expect((await second.get([write.task.id], null)).get(write.task.id)?.task).toEqual(write.task);
  expect(await second.claimStart(key, 'input', NOW)).toEqual({ type: 'unknown' });
  expect(await second.claimStart(key, 'another', NOW)).toEqual({ type: 'mismatch' });
  await second.close();
});

test('a log that went on in a copy does not know the places of the original', async () => {
  const original = await open();
  await commitAll(original, [birth(identity('a'))]);
  await original.close();
  const copy = join(folder, 'copy.db');
  copyFileSync(file, copy);
  const [one, other] = [await open(), await open({ file: copy })];
  await commitAll(one, [birth(identity('b'))]);
  await commitAll(other, [birth(identity('c'))]);
  expect(await other.locate(await one.head())).toBe('unknown');
  await one.close();
  await other.close();
});

test('a second store on one file is refused by name, until the first is closed', async () => {
  const first = await open();
  await expect(open()).rejects.toMatchObject({ problem: 'in-use', message: expect.stringContaining(file) as string });
  await expect(open({ file: join(folder, 'deep', '..', 'deep', 'er', 'tasks.db') })).rejects.toHaveProperty(
    'problem',
    'in-use',
  );
  await first.close();
  await (await open()).close();
});

test('a file of a newer schema is refused and left as it is', async () => {
  const newest = MIGRATIONS.at(-1)!.number;
  const later = { number: newest + 1, name: 'later', script: 'create table later (a)' };
  await (await open({ migrations: [...MIGRATIONS, later] })).close();
  const before = readFileSync(file);
  await expect(open()).rejects.toMatchObject({
    problem: 'newer-schema',
    message: expect.stringContaining(file) as string,
  });
  expect(readFileSync(file)).toEqual(before);
});

test('a migration that fails leaves nothing of itself behind', async () => {
  await (await open()).close();
  const broken = { number: MIGRATIONS.length + 1, name: 'broken', script: 'create table half (a); create nonsense' };
  await expect(open({ migrations: [...MIGRATIONS, broken] })).rejects.toHaveProperty('problem', 'unusable');
  const mended = { ...broken, script: 'create table half (a)' };
  await (await open({ migrations: [...MIGRATIONS, mended] })).close();
});

test('how long tasks take is known again when a file is opened again', async () => {
  const first = await open();
  await commitAll(first, runs(upTo(10), 'a'));
  const [known] = await first.estimates([BIND]);
  await first.close();
  const second = await open();
  expect(known).toEqual({ samples: 10, typicalMs: 5_000, slowMs: 9_000 });
  expect(await second.estimates([BIND])).toEqual([known]);
  await second.close();
});

test('a file of the first schema keeps its tasks, and what they took makes the history', async () => {
  // Names that JSON escapes: the keys made in SQL must be those that the store makes.
  const kind = 'bind "Ärger"\n\ud800';
  writeFirstSchema(
    file,
    Array.from({ length: 210 }, (_, index) => {
      const [first, last] = run(`a${index}`, (index + 1) * 1_000, {}, kind);
      return index === 0 ? first!.task : last!.task;
    }),
    [{ status: TaskStatus.FAILED }, { startedAt: null, seq: 1 }, { kind: 'unknown' }],
  );

  const upgraded = await open();
  const key = { ...BIND, kind };
  expect(await upgraded.estimates([key, BIND, { ...BIND, kind: 'unknown' }])).toEqual([
    { samples: 200, typicalMs: 110_000, slowMs: 190_000 },
    null,
    null,
  ]);
  expect((await upgraded.stats({}, null, NOW)).open).toBe(1);
  expect(await upgraded.count({ overdue: true }, null, NOW + 190_001)).toBe(1);
  // The oldest gives way to it.
  await commitAll(upgraded, run('newest', 500_000, {}, kind));
  expect(await upgraded.estimates([key])).toEqual([{ samples: 200, typicalMs: 111_000, slowMs: 191_000 }]);
  await upgraded.close();
});

test('what is no store is refused by name', async () => {
  file = join(folder, 'x.db');
  writeFileSync(file, 'certainly no database, but long enough to look like one. '.repeat(100));
  await expect(open()).rejects.toMatchObject({ problem: 'corrupt', message: expect.stringContaining(file) as string });
  rmSync(file);
  const foreign = new SqliteDatabase(file);
  foreign.exec('create table theirs (a)');
  foreign.close();
  await expect(open()).rejects.toHaveProperty('problem', 'foreign');
  await expect(open({ file: folder })).rejects.toHaveProperty('problem', 'unusable');
});

test('a disk that is full fails the commit as a whole, and the store heals by itself', async () => {
  const db = new SqliteDatabase(':memory:');
  migrate(db, ':memory:', MIGRATIONS, NOW);
  const store = new SqliteTaskStore({ db, nextMark: () => 1, metrics: undefined, onClose: () => undefined });
  await commitAll(store, [birth(identity('a'))]);
  const head = await store.head();
  const { page_count: pages } = db.first('pragma page_count') as { page_count: number };
  db.exec(`pragma max_page_count = ${pages}`);
  const large = birth(identity('large'), { details: { text: 'x'.repeat(1_000_000) } });
  await expect(store.commit([birth(identity('b')), ...runs(upTo(10), 'run'), large])).rejects.toThrow(
    StoreUnavailableError,
  );
  expect(await store.head()).toEqual(head);
  expect(await store.estimates([BIND])).toEqual([null]);
  expect(await store.count({}, null, NOW)).toBe(1);
  db.exec('pragma max_page_count = 1000000');
  await commitAll(store, [birth(identity('b')), large]);
  expect((await store.stats({}, null, NOW)).total).toBe(3);
  await store.close();
  await expect(store.check()).rejects.toThrow(StoreUnavailableError);
});

test('kill -9 in the middle of commits loses nothing that was acknowledged', async () => {
  const script = 'test/store/endless-commits.ts';
  const args = ['--import', '@swc-node/register/esm-register', script, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'close');
  const acknowledged: string[] = [];
  try {
    const lines = createInterface({ input: child.stdout });
    const first = once(lines, 'line');
    const enough = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        if (acknowledged.push(line) === 50) resolve();
      });
    });
    await first;
    await expect(open()).rejects.toHaveProperty('problem', 'in-use');
    await enough;
  } finally {
    child.kill('SIGKILL');
    await exit;
  }

  const store = await open();
  const stored = await store.get(acknowledged, null);
  expect(stored.size).toBe(acknowledged.length);
  expect([...stored.values()].filter(({ task }) => task.seq !== 2)).toEqual([]);
  const { entries } = await store.readLog({ after: 0, accounts: null, limit: 100_000 });
  expect(entries).toHaveLength(2 * (await store.count({}, null, NOW)));
  expect(entries.map(({ point }) => point.position)).toEqual(entries.map((_, index) => index + 1));
  await store.close();
});

/** A file as the first release wrote it, with these tasks; each of `further` makes ten more, after the newest. */
function writeFirstSchema(path: string, tasks: readonly Task[], further: readonly Partial<Task>[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const db = new SqliteDatabase(path);
  migrate(db, path, MIGRATIONS.slice(0, 1), NOW);
  const newest = tasks.at(-1)!;
  const others = further.flatMap((facts) =>
    Array.from({ length: 10 }, (_, index) => ({ ...newest, ...facts, id: `${JSON.stringify(facts)}${index}` })),
  );
  for (const task of [...tasks, ...others]) {
    const key = formatCellKey(cellKeyOf(task));
    db.run('insert into cells (key, count) values (?, 1) on conflict (key) do update set count = count + 1', key);
    db.run(
      `insert into tasks (id, cell, done, seq, created_at, updated_at, search_text, freshness, body)
       values (?, (select cell from cells where key = ?), ?, ?, ?, ?, '', ?, ?)`,
      task.id,
      key,
      task.done ? 1 : 0,
      task.seq,
      task.createdAt,
      task.updatedAt,
      JSON.stringify(UNREAD),
      JSON.stringify(task),
    );
  }
  db.close();
}
