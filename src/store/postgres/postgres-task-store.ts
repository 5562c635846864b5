import type { Json } from '../../base/json.js';
import type { Metrics } from '../../base/metrics.js';
import type { Instant } from '../../task/task.js';
import type { TaskFilter } from '../../task/task-filter.js';
import type { TaskId } from '../../task/task-id.js';
import type {
  Accounts,
  Estimate,
  EstimateKey,
  Fence,
  FreshnessNote,
  LogPoint,
  LogQuery,
  LogSlice,
  StartClaim,
  StartKey,
  StoredTask,
  TaskCounts,
  TaskPage,
  TaskQuery,
  TaskStore,
  Timeline,
  Write,
  WriteResult,
} from '../store.js';
import type { PostgresDatabase } from './database.js';
import { locate, readEnds, readLog } from './log-table.js';
import { trimStep, type TrimLimits } from './retention.js';
import { StartTable } from './start-table.js';
import { TaskReader } from './task-reader.js';
import { WriteQueue } from './write-queue.js';

export interface PostgresTaskStoreParts {
  readonly db: PostgresDatabase;
  /** A number of 31 random bits. */
  readonly nextMark: () => number;
  readonly metrics: Pick<Metrics, 'storeLatency'> | undefined;
  /** @throws StoreUnavailableError before the store was reached for the first time */
  readonly epoch: () => string;
  /** For the hashes of inputs of starts. */
  readonly hashKey: () => string;
}

/** The store in a PostgreSQL database, which any number of processes share. Nothing of it is kept in memory. */
export class PostgresTaskStore implements TaskStore {
  readonly #epoch: () => string;
  readonly #db: PostgresDatabase;
  readonly #nextMark: () => number;
  readonly #metrics: PostgresTaskStoreParts['metrics'];
  readonly #starts: StartTable;
  readonly #queue: WriteQueue;

  constructor({ db, nextMark, metrics, epoch, hashKey }: PostgresTaskStoreParts) {
    this.#epoch = epoch;
    this.#db = db;
    this.#nextMark = nextMark;
    this.#metrics = metrics;
    this.#starts = new StartTable(hashKey);
    this.#queue = new WriteQueue(db, nextMark);
  }

  get epoch(): string {
    return this.#epoch();
  }

  get(ids: readonly TaskId[], accounts: Accounts): Promise<ReadonlyMap<TaskId, StoredTask>> {
    return this.#read('get', (reader) => reader.get(ids, accounts));
  }

  list(query: TaskQuery): Promise<TaskPage> {
    return this.#read('list', (reader) => reader.list(query));
  }

  count(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<number> {
    return this.#read('count', (reader) => reader.count(filter, accounts, now));
  }

  stats(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<TaskCounts> {
    return this.#read('stats', (reader) => reader.stats(filter, accounts, now));
  }

  timeline(id: TaskId, page: { readonly afterSeq: number; readonly limit: number }): Promise<Timeline> {
    return this.#read('timeline', (reader) => reader.timeline(id, page));
  }

  raw(id: TaskId): Promise<Json> {
    return this.#read('raw', async (reader) => (await reader.kept('raws', id)) as Json);
  }

  content(id: TaskId): Promise<string | null> {
    return this.#read('content', async (reader) => (await reader.kept('contents', id)) as string | null);
  }

  openTasks(account: string, service: string): Promise<readonly StoredTask[]> {
    return this.#read('openTasks', (reader) => reader.openTasks(account, service));
  }

  removed(ids: readonly TaskId[]): Promise<ReadonlySet<TaskId>> {
    return this.#read('removed', (reader) => reader.removed(ids));
  }

  firstReadAt(account: string, service: string, now: Instant): Promise<Instant> {
    return this.#timed('firstReadAt', () =>
      this.#db.write(async ({ all }) => {
        const insert = 'insert into first_reads (account, service, at) values ($1, $2, $3) on conflict do nothing';
        await all(insert, account, service, now);
        const text = 'select at from first_reads where account = $1 and service = $2';
        return (await all<{ at: Instant }>(text, account, service))[0]?.at ?? now;
      }),
    );
  }

  estimates(keys: readonly EstimateKey[]): Promise<readonly (Estimate | null)[]> {
    return this.#read('estimates', (reader) => reader.estimates(keys));
  }

  head(): Promise<LogPoint> {
    return this.#timed('head', async () => (await this.#db.read(readEnds)).head);
  }

  locate(point: LogPoint): Promise<'held' | 'trimmed' | 'unknown'> {
    return this.#timed('locate', () => this.#db.read((session) => locate(session, point)));
  }

  readLog(query: LogQuery): Promise<LogSlice> {
    return this.#timed('readLog', () => this.#db.read((session) => readLog(session, query)));
  }

  commit(writes: readonly Write[], fence?: Fence): Promise<readonly WriteResult[]> {
    return this.#timed('commit', () => this.#queue.submit(writes, [], fence));
  }

  touch(notes: readonly FreshnessNote[]): Promise<void> {
    return this.#timed('touch', async () => {
      await this.#queue.submit([], notes);
    });
  }

  claimStart(key: StartKey, input: string, at: Instant): Promise<StartClaim> {
    return this.#timed('claimStart', () => this.#db.write((session) => this.#starts.claim(session, key, input, at)));
  }

  settleStart(key: StartKey, outcome: 'unknown' | 'forgotten'): Promise<void> {
    return this.#timed('settleStart', () => this.#db.write((session) => this.#starts.settle(session, key, outcome)));
  }

  trim(limits: TrimLimits): Promise<boolean> {
    return this.#timed('trim', () => this.#db.write((session) => trimStep(session, this.#nextMark, limits)));
  }

  check(): Promise<void> {
    const text = `insert into meta (key, value) values ('checked', '1') on conflict (key) do update set value = '1'`;
    return this.#timed('check', async () => {
      await this.#db.write(({ all }) => all(text));
    });
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  #read<T>(operation: string, work: (reader: TaskReader) => Promise<T>): Promise<T> {
    return this.#timed(operation, () => this.#db.read((session) => work(new TaskReader(session))));
  }

  async #timed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const end = this.#metrics?.storeLatency.startTimer();
    try {
      return await work();
    } finally {
      end?.({ operation });
    }
  }
}
