import { SqliteDatabase, sqliteCode } from './database.js';
import { StoreFileError } from './store-file-error.js';

export interface FileLock {
  release(): void;
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
