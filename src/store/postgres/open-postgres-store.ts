import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import type { Metrics } from '../../base/metrics.js';
import { StoreUnavailableError, type TaskStore } from '../store.js';
import { isRefused, PostgresDatabase, type Transactions } from './database.js';
import { migrate } from './migrations.js';
import { PostgresTaskStore } from './postgres-task-store.js';

const LARGEST_MARK = 2 ** 31;

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Pick<Metrics, 'storeLatency'>;
  /** 0 ≤ x < 1; marks of log entries are drawn from it. */
  readonly random?: () => number;
}

interface Meta {
  readonly epoch: string;
  readonly hashKey: string;
}

/**
 * Any number of processes may open one database, also at the same time. A server that cannot be reached is no reason not
 * to begin: until it can, everything is refused with `StoreUnavailableError`, the name of the store too.
 *
 * @throws StoreUnavailableError when the URL cannot be read, or the server knows neither this login nor this database
 * @throws Error when the schema is newer than what is known
 */
export async function openPostgresStore({
  url,
  clock,
  logger,
  metrics,
  random,
}: PostgresStoreOptions): Promise<TaskStore> {
  let meta: Meta | undefined;
  const known = (): Meta => {
    if (!meta) throw new StoreUnavailableError('The store cannot be used: it has not been reached yet');
    return meta;
  };
  const db = new PostgresDatabase(url, logger, {
    async prepare(transactions) {
      await migrate(transactions, clock.now());
      meta = await readMeta(transactions);
      logger.info({ epoch: meta.epoch }, 'The store is open');
    },
  });
  try {
    await db.prepare();
  } catch (error) {
    if (isRefused(error)) {
      await db.close();
      throw error;
    }
  }
  return new PostgresTaskStore({
    db,
    nextMark: random ? () => Math.floor(random() * LARGEST_MARK) : () => randomInt(LARGEST_MARK),
    metrics,
    epoch: () => known().epoch,
    hashKey: () => known().hashKey,
  });
}

async function readMeta(db: Transactions): Promise<Meta> {
  const rows = await db.read(({ all }) => all<{ key: string; value: string }>('select key, value from meta'));
  const valueOf = (name: string): string => {
    const value = rows.find(({ key }) => key === name)?.value;
    if (value === undefined) throw new Error(`The store has lost its ${name}`);
    return value;
  };
  return { epoch: valueOf('epoch'), hashKey: valueOf('hash_key') };
}
