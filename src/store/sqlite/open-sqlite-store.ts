import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import type { Metrics } from '../../base/metrics.js';
import { StoreUnavailableError, type TaskStore } from '../store.js';
import { SqliteDatabase, sqliteCode } from './database.js';
import { lockFile, realFile, type FileLock } from './file-lock.js';
import { migrate } from './migrate.js';
import { MIGRATIONS, type Migration } from './migrations.js';
import { SqliteTaskStore } from './sqlite-task-store.js';
import { StoreFileError } from './store-file-error.js';

const IN_MEMORY = ':memory:';
const LARGEST_MARK = 2 ** 31;

export interface SqliteStoreOptions {
  /** A path, created with its folder when it is not there; or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Pick<Metrics, 'storeLatency'>;
  /** 0 ≤ x < 1; marks of log entries are drawn from it. */
  readonly random?: () => number;
  readonly migrations?: readonly Migration[];
}

/** @throws StoreFileError when the file cannot be used: in use, of a newer version, not a store, damaged */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<TaskStore> {
  await Promise.resolve();
  const { clock, logger, migrations = MIGRATIONS, metrics } = options;
  const file = resolveFile(options.file);
  const lock = file === IN_MEMORY ? undefined : take(file);
  let db: SqliteDatabase | undefined;
  try {
    db = new SqliteDatabase(file);
    migrate(db, file, migrations, clock.now());
    const store = new SqliteTaskStore({
      db,
      metrics,
      nextMark: markMaker(options.random),
      onClose: () => lock?.release(),
    });
    logger.info({ file, epoch: store.epoch }, 'The store is open');
    return store;
  } catch (error) {
    db?.close();
    lock?.release();
    throw explain(file, error);
  }
}

function resolveFile(file: string): string {
  if (file === IN_MEMORY) return file;
  try {
    return realFile(file);
  } catch (error) {
    throw explain(resolve(file), error);
  }
}

function take(file: string): FileLock {
  try {
    return lockFile(file);
  } catch (error) {
    throw explain(file, error);
  }
}

function markMaker(random: (() => number) | undefined): () => number {
  return random ? () => Math.floor(random() * LARGEST_MARK) : () => randomInt(LARGEST_MARK);
}

function explain(file: string, error: unknown): unknown {
  if (error instanceof StoreFileError) return error;
  const code = sqliteCode(error instanceof StoreUnavailableError ? error.cause : error);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new StoreFileError(file, 'corrupt', `${file} is damaged or is no database`, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreFileError(file, 'unusable', `${file} cannot be used as a store: ${reason}`, { cause: error });
}
