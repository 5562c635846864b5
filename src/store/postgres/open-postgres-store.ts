import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import type { Metrics } from '../../base/metrics.js';
import type { TaskStore } from '../store.js';
import { PostgresDatabase } from './database.js';
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

/**
 * Any number of processes may open one database, also at the same time.
 *
 * @throws StoreUnavailableError when the server cannot be reached
 */
export async function openPostgresStore({
  url,
  clock,
  logger,
  metrics,
  random,
}: PostgresStoreOptions): Promise<TaskStore> {
  const db = new PostgresDatabase(url, logger);
  try {
    await migrate(db, clock.now());
    const meta = await db.read(({ all }) => all<{ key: string; value: string }>('select key, value from meta'));
    const valueOf = (name: string): string => {
      const value = meta.find(({ key }) => key === name)?.value;
      if (value === undefined) throw new Error(`The store has lost its ${name}`);
      return value;
    };
    const nextMark = random ? () => Math.floor(random() * LARGEST_MARK) : () => randomInt(LARGEST_MARK);
    const store = new PostgresTaskStore({
      db,
      nextMark,
      metrics,
      epoch: valueOf('epoch'),
      hashKey: valueOf('hash_key'),
    });
    logger.info({ epoch: store.epoch }, 'The store is open');
    return store;
  } catch (error) {
    await db.close();
    throw error;
  }
}
