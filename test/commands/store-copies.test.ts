import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger } from '../../src/base/logger.js';
import { backup, restore } from '../../src/commands/store-copies.js';
import { backupStore, restoreStore } from '../../src/store/sqlite/backup.js';
import { SqliteDatabase } from '../../src/store/sqlite/database.js';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.js';
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/open-sqlite-store.js';
import { birth, commitAll, identity, next, NOW } from '../store/tasks.js';
import { ManualClock } from '../support/manual-clock.js';
import { runTaskgate } from './run-taskgate.js';

let folder: string;
let file: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taskgate-copies-'));
  file = join(folder, 'store.db');
  target = join(folder, 'copy.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (at = file, options: Partial<SqliteStoreOptions> = {}) =>
  openSqliteStore({ file: at, clock: new ManualClock(), logger: silentLogger, ...options });

/** A configuration of which the commands need one key. */
function configuration(url = 'sqlite:store.db'): string {
  const path = join(folder, 'taskgate.yaml');
  writeFileSync(path, `store: { url: "${url}" }\naccounts: [{ auth: { token: "\${NOT_SET_HERE}" } }]\n`);
  return path;
}

const command = (configFile: string) => ({ configFile, environment: {}, folder, say: () => undefined });

async function storeOf(...ids: readonly string[]): Promise<void> {
  const store = await open();
  for (const id of ids) await commitAll(store, [birth(identity(id))]);
  await store.close();
}

test('a backup is a whole store, with its name, tasks, counts, search, estimates, log and starts', async () => {
  const store = await open();
  const key = { account: 'prod', mutation: 'bindLdap', clientRequestId: 'r' };
  await store.claimStart(key, 'input', NOW);
  const first = birth(identity('a'), { resource: { id: 'Zürich', type: 'share', name: null } });
  await commitAll(store, [first, next(first.task, { kind: 'bind' }), birth(identity('b'))]);

  backupStore({ file, target });
  const copy = await open(target);
  expect(copy.epoch).toBe(store.epoch);
  expect(await copy.head()).toEqual(await store.head());
  const log = { after: 0, accounts: null, limit: 100 };
  expect(await copy.readLog(log)).toEqual(await store.readLog(log));
  const id = first.task.id;
  expect(await copy.get([id], null)).toEqual(await store.get([id], null));
  expect(await copy.timeline(id, { afterSeq: 0, limit: 9 })).toEqual(
    await store.timeline(id, { afterSeq: 0, limit: 9 }),
  );
  expect(await copy.stats({}, null, NOW)).toEqual(await store.stats({}, null, NOW));
  expect(await copy.count({ search: 'zürich' }, null, NOW)).toBe(await store.count({ search: 'zürich' }, null, NOW));
  expect(await copy.claimStart(key, 'another', NOW)).toEqual({ type: 'mismatch' });
  await copy.close();
  await store.close();
});

test('a restored store knows the places of its log up to the backup, and none of those after it', async () => {
  const store = await open();
  await commitAll(store, [birth(identity('a'))]);
  const before = await store.head();
  backupStore({ file, target });
  await commitAll(store, [birth(identity('b'))]);
  const after = await store.head();
  await store.close();

  restoreStore({ backup: target, file, now: NOW });
  const restored = await open();
  expect(await restored.locate(before)).toBe('held');
  expect(await restored.locate(after)).toBe('unknown');
  await commitAll(restored, [birth(identity('c')), birth(identity('d'))]);
  expect(await restored.locate(before)).toBe('held');
  expect(await restored.locate(after)).toBe('unknown');
  await restored.close();
});

test('restoring keeps the store that was there, with all that was committed to it', async () => {
  await storeOf('a');
  backupStore({ file, target });
  const store = await open();
  const late = birth(identity('late'));
  await commitAll(store, [late]);
  // Not closed by the book: what is committed is still in the file beside it.
  const db = new SqliteDatabase(file);
  db.first('select 1 from tasks');
  await store.close();

  const kept = restoreStore({ backup: target, file, now: NOW });
  db.close();
  expect(kept).toBe(`${file}.replaced-2026-01-01T00-00-00.000Z`);
  const [former, restored] = [await open(kept), await open()];
  expect((await former.get([late.task.id], null)).size).toBe(1);
  expect((await restored.get([late.task.id], null)).size).toBe(0);
  await former.close();
  await restored.close();
});

test('a backup onto a file that is there is refused, and overwrites nothing', async () => {
  await storeOf('a');
  writeFileSync(target, 'precious');
  const { code, stderr } = await runTaskgate(['backup', target, '--config', configuration()]);
  expect([code, stderr]).toEqual([1, `${target} is there already; nothing was overwritten\n`]);
  expect(readFileSync(target, 'utf8')).toBe('precious');
  expect(() => backupStore({ file, target: file })).toThrow('is there already');
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test.each([
  ['a store that is not there', () => undefined, /store\.db is not there: nothing was ever stored/],
  ['no database', () => writeFileSync(file, 'no database '.repeat(1000)), /store\.db: the store is damaged/],
  ['another program’s database', writeForeign, /store\.db is a database of another program/],
  ['a damaged store', damage, /store\.db: the store is damaged|copy\.db.* is damaged/],
])('a backup of %s says so and leaves no file', async (_, prepare, message) => {
  await Promise.resolve(prepare());
  expect(() => backupStore({ file, target })).toThrow(message);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual([]);
});

test('a backup into a folder that is not there says so', async () => {
  await storeOf('a');
  expect(() => backupStore({ file, target: join(folder, 'no', 'copy.db') })).toThrow('its folder is not there');
});

test.each([
  ['a file that is not there', () => undefined, /copy\.db is not there/],
  ['no database', () => writeFileSync(target, 'no database '.repeat(1000)), /copy\.db: the store is damaged/],
  ['an empty file', () => writeFileSync(target, ''), /copy\.db is empty/],
  ['a backup of a newer version', newerBackup, /copy\.db was written by a newer version/],
  ['the store itself', () => (target = file), /is the store itself/],
])('restoring %s is refused and leaves the store as it is', async (_, prepare, message) => {
  await storeOf('a');
  await Promise.resolve(prepare());
  const before = readFileSync(file);
  expect(() => restoreStore({ backup: target, file, now: NOW })).toThrow(message);
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder).filter((name) => /partial|replaced/.test(name))).toEqual([]);
});

test('restoring is refused while a gateway runs on the store', async () => {
  await storeOf('a');
  backupStore({ file, target });
  const store = await open();
  expect(() => restore(target, NOW, command(configuration()))).toThrow(`${file} is in use by another process`);
  await commitAll(store, [birth(identity('b'))]);
  await store.close();
});

test('a store in PostgreSQL or in memory is refused by name, without its password', () => {
  const config = configuration('postgres://user:hush@127.0.0.1:1/db');
  expect(() => backup(target, command(config))).toThrow(/^The store is in PostgreSQL(?!.*hush).*pg_dump/);
  expect(() => restore(target, NOW, command(config))).toThrow(/^The store is in PostgreSQL(?!.*hush).*pg_restore/);
  expect(() => backup(target, command(configuration('sqlite::memory:')))).toThrow('in memory only');
});

test('a disk that is full leaves no backup, and the store as it is', async () => {
  const small = join(folder, 'small');
  mkdirSync(small);
  await storeOf(...Array.from({ length: 40 }, (_, index) => `t${index}`));
  const script = `mount -t tmpfs -o size=64k none ${small} || exit 77
    ${process.execPath} --import @swc-node/register/esm-register src/main.ts backup ${small}/copy.db --config ${configuration()}
    code=$?; ls -A ${small}; exit $code`;
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8' });
  // Where nobody may mount, the library's own answer to a full disk is tested in sqlite-file.test.ts.
  if (status === 77 || status === null || stderr.startsWith('unshare:')) return;
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`${small}/copy.db: there is no space left for it`);
  const store = await open();
  expect(await store.count({}, null, NOW)).toBe(40);
  await store.close();
});

test('backup, kill -9 and restore lose nothing that was acknowledged before the backup, and disturb no writer', async () => {
  const args = ['--import', '@swc-node/register/esm-register', 'test/store/endless-commits.ts', file];
  const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(writer, 'close');
  const acknowledged: string[] = [];
  let told = (): void => undefined;
  createInterface({ input: writer.stdout }).on('line', (line) => {
    acknowledged.push(line);
    told();
  });
  const written = (count: number): Promise<void> =>
    new Promise((resolve) => {
      told = () => acknowledged.length >= count && resolve();
      told();
    });
  let known: readonly string[] = [];
  try {
    await written(200);
    known = [...acknowledged];
    const { code, stderr } = await runTaskgate(['backup', target, '--config', configuration()]);
    expect([code, stderr]).toEqual([0, `${file} is copied to ${target}\n`]);
    expect(acknowledged.length).toBeGreaterThan(known.length);
    await written(acknowledged.length + 50);
  } finally {
    writer.kill('SIGKILL');
    await exit;
  }

  const { code, stderr } = await runTaskgate(['restore', target, '--config', configuration()]);
  expect(code).toBe(0);
  const kept = /kept as (.*)\n/.exec(stderr)?.[1];
  const [restored, former] = [await open(), await open(kept)];
  expect((await restored.get(known, null)).size).toBe(known.length);
  expect((await former.get(acknowledged, null)).size).toBe(acknowledged.length);
  const { entries } = await restored.readLog({ after: 0, accounts: null, limit: 1_000_000 });
  expect(entries.map(({ point }) => point.position)).toEqual(entries.map((_, index) => index + 1));
  expect(entries).toHaveLength(2 * (await restored.count({}, null, NOW)));
  expect(await restored.locate(await former.head())).toBe('unknown');
  expect(await former.locate(await restored.head())).toBe('held');
  await restored.close();
  await former.close();
});

function writeForeign(): void {
  const db = new SqliteDatabase(file);
  db.exec('create table theirs (a)');
  db.close();
}

async function damage(): Promise<void> {
  await storeOf(...Array.from({ length: 200 }, (_, index) => `t${index}`));
  const bytes = readFileSync(file);
  bytes.fill(0xff, 5 * 4096, bytes.length - 4096);
  writeFileSync(file, bytes);
}

async function newerBackup(): Promise<void> {
  const later = { number: MIGRATIONS.length + 1, name: 'later', script: 'create table later (a)' };
  await (await open(target, { migrations: [...MIGRATIONS, later] })).close();
}
