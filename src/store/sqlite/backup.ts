import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { StoreUnavailableError } from '../store.js';
import { SqliteDatabase, sqliteCode } from './database.js';
import { lockFile, realFile } from './file-lock.js';
import { schemaOf } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { StoreFileError } from './store-file-error.js';

/** A copy that was not made. The message names the file and says why; what was there before is as it was. */
export class StoreCopyError extends Error {
  override readonly name = 'StoreCopyError';
}

export interface BackupOptions {
  /** Of the store; a gateway may be writing to it. */
  readonly file: string;
  /** Must not be there yet. */
  readonly target: string;
}

/**
 * Copies what a store holds at this moment to a new file. The gateway goes on writing meanwhile: a copy reads one state
 * and blocks nobody. `target` appears whole and checked, or not at all.
 *
 * @throws StoreCopyError, StoreFileError
 */
export function backupStore({ file, target }: BackupOptions): void {
  if (!existsSync(file)) throw new StoreCopyError(`${file} is not there: nothing was ever stored`);
  refuseExisting(target);
  const partial = partialOf(target);
  try {
    copyState(file, partial, target);
    checkStore(partial);
    chmodSync(partial, statSync(file).mode);
    placeNew(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}

export interface RestoreOptions {
  readonly backup: string;
  /** Where the store shall be. */
  readonly file: string;
  /** Goes into the name under which a store that is already there is kept. */
  readonly now: number;
}

/**
 * Puts a copy of a backup where the store is. A store that is there is kept under another name, with what belongs to it.
 *
 * @returns that name; undefined when there was none
 * @throws StoreCopyError, and StoreFileError when a gateway is running on the store, or the backup is no store or damaged
 */
export function restoreStore({ backup, file: name, now }: RestoreOptions): string | undefined {
  if (!existsSync(backup)) throw new StoreCopyError(`${backup} is not there`);
  const file = attempt(name, () => realFile(name));
  if (realFile(backup) === file) throw new StoreCopyError(`${backup} is the store itself`);
  const lock = attempt(file, () => lockFile(file));
  const partial = partialOf(file);
  try {
    copyState(backup, partial, file);
    checkStore(partial, backup);
    const kept = setAside(file, `${file}.replaced-${new Date(now).toISOString().replaceAll(':', '-')}`);
    placeNew(partial, file);
    return kept;
  } finally {
    rmSync(partial, { force: true });
    lock.release();
  }
}

/** Beside the file that it becomes: a name can be given at once only within one file system. */
function partialOf(file: string): string {
  return `${file}.partial-${randomBytes(4).toString('hex')}`;
}

/** SQLite writes this copy in one reading transaction, which holds up no writer, and leaves out what is no longer used. */
function copyState(file: string, partial: string, target: string): void {
  const db = attempt(file, () => new SqliteDatabase(file));
  try {
    attempt(file, () => {
      db.exec('pragma busy_timeout = 10000');
      schemaOf(db, file);
    });
    attempt(target, () => db.run('vacuum into ?', partial));
  } finally {
    db.close();
  }
}

/** @param name what to call the file in a message, if it goes by another name */
function checkStore(file: string, name = file): void {
  const db = attempt(name, () => new SqliteDatabase(file));
  try {
    attempt(name, () => {
      const schema = schemaOf(db, name);
      if (schema === 0) throw new StoreFileError(name, 'foreign', `${name} is empty`);
      const known = MIGRATIONS.at(-1)?.number ?? 0;
      if (schema > known)
        throw new StoreFileError(name, 'newer-schema', `${name} was written by a newer version of Taskgate`);
      const [found] = db.all<{ quick_check: string }>('pragma quick_check(1)');
      if (found?.quick_check !== 'ok') throw new StoreFileError(name, 'corrupt', `${name} is damaged`);
    });
  } finally {
    db.close();
  }
}

/** What SQLite keeps beside a file belongs to that file alone: left behind, it would be taken for the new one's. */
function setAside(file: string, kept: string): string | undefined {
  if (!existsSync(file)) {
    if (existsSync(`${file}-wal`))
      throw new StoreCopyError(`${file}-wal is left of a store that is gone; move it away`);
    return undefined;
  }
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(`${file}${suffix}`)) attempt(file, () => renameSync(`${file}${suffix}`, `${kept}${suffix}`));
  }
  return kept;
}

/** Gives a finished file its name, and overwrites nothing that got it meanwhile. */
function placeNew(partial: string, target: string): void {
  sync(partial);
  try {
    linkSync(partial, target);
  } catch {
    // Not every file system has links; a name that is taken is refused here too.
    refuseExisting(target);
    attempt(target, () => copyFileSync(partial, target, constants.COPYFILE_EXCL));
    sync(target);
  }
}

function refuseExisting(target: string): void {
  if (existsSync(target)) throw new StoreCopyError(`${target} is there already; nothing was overwritten`);
}

function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreFileError || error instanceof StoreCopyError) throw error;
    throw new StoreCopyError(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const known = sqliteCode(error instanceof StoreUnavailableError ? error.cause : error) || (code ?? '');
  const reason = REASONS.find(([pattern]) => pattern.test(known))?.[1];
  return reason ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_FULL|ENOSPC)/, 'there is no space left for it; nothing was kept of it'],
  [/^(SQLITE_CORRUPT|SQLITE_NOTADB)/, 'the store is damaged, or is no database'],
  [/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR)/, 'its folder is not there, or may not be written to'],
  [/^(SQLITE_READONLY|SQLITE_PERM|EACCES|EPERM|EROFS)/, 'it may not be written'],
];
