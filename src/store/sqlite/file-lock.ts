import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SqliteDatabase, sqliteCode } from './database.js';
import { StoreFileError } from './store-file-error.js';

export interface FileLock {
  release(): void;
}

/** One name for one file, so that two spellings of it meet at the same lock. Makes its folder when it is not there. */
export function realFile(file: string): string {
  const path = resolve(file);
  mkdirSync(dirname(path), { recursive: true });
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}

/**
 * Keeps other processes from the same store. The lock is a transaction that stays open on a small database beside the
 * file, so that the operating system lets go of it however the process ends.
 *
 * @throws StoreFileError when another process, or another store of this one, has the file
 */
export function lockFile(file: string): FileLock {
  const lock = new SqliteDatabase(`${file}.lock`);
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    const cause = error instanceof Error ? error.cause : undefined;
    if (sqliteCode(cause) !== 'SQLITE_BUSY') throw error;
    throw new StoreFileError(file, 'in-use', `${file} is in use by another process`, { cause: error });
  }
  return { release: () => lock.close() };
}
