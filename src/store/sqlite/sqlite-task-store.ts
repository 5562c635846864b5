import type { Json } from '../../base/json.js';
import type { Metrics } from '../../base/metrics.js';
import type { Instant } from '../../task/task.js';
import type { TaskFilter } from '../../task/task-filter.js';
import type { TaskId } from '../../task/task-id.js';
import {
  FencedError,
  type Accounts,
  type Estimate,
  type EstimateKey,
  type Fence,
  type FreshnessNote,
  type LogPoint,
  type LogQuery,
  type LogSlice,
  type StartClaim,
  type StartKey,
  type StoredTask,
  type TaskCounts,
  type TaskPage,
  type TaskQuery,
  type TaskStore,
  type Timeline,
  type Write,
  type WriteResult,
} from '../store.js';
import type { SqliteDatabase } from './database.js';
import { LogTable } from './log-table.js';
import { trimStep, type TrimLimits } from './retention.js';
import { RecentTasks } from './recent-tasks.js';
import { StartTable } from './start-table.js';
import { StoreState } from './store-state.js';
import { TaskReader } from './task-reader.js';
import { TaskWriter } from './task-writer.js';

export interface SqliteTaskStoreParts {
  readonly db: SqliteDatabase;
  /** A number of 31 random bits. */
  readonly nextMark: () => number;
  readonly metrics: Pick<Metrics, 'storeLatency'> | undefined;
  readonly onClose: () => void;
}

/** The store in one SQLite file that belongs to this process. Every call runs to its end before another begins. */
export class SqliteTaskStore implements TaskStore {
  readonly epoch: string;
  readonly #db: SqliteDatabase;
  readonly #state: StoreState;
  readonly #log: LogTable;
  readonly #starts: StartTable;
  readonly #reader: TaskReader;
  readonly #writer: TaskWriter;
  readonly #metrics: SqliteTaskStoreParts['metrics'];
  readonly #onClose: () => void;
  #checks = 0;

  constructor({ db, nextMark, metrics, onClose }: SqliteTaskStoreParts) {
    this.#db = db;
    this.#metrics = metrics;
    this.#onClose = onClose;
    this.#state = new StoreState(db);
    this.#log = new LogTable(db, this.#state, nextMark);
    this.#starts = new StartTable(db, this.#state.hashKey);
    const recent = new RecentTasks();
    this.#reader = new TaskReader(db, this.#state, recent);
    this.#writer = new TaskWriter(db, this.#state, this.#log, this.#starts, recent);
    this.epoch = this.#state.epoch;
  }

  get(ids: readonly TaskId[], accounts: Accounts): Promise<ReadonlyMap<TaskId, StoredTask>> {
    return this.#run('get', () => this.#reader.get(ids, accounts));
  }

  list(query: TaskQuery): Promise<TaskPage> {
    return this.#run('list', () => this.#reader.list(query));
  }

  count(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<number> {
    return this.#run('count', () => this.#reader.count(filter, accounts, now));
  }

  stats(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<TaskCounts> {
    return this.#run('stats', () => this.#reader.stats(filter, accounts, now));
  }

  timeline(id: TaskId, page: { readonly afterSeq: number; readonly limit: number }): Promise<Timeline> {
    return this.#run('timeline', () => this.#reader.timeline(id, page));
  }

  raw(id: TaskId): Promise<Json> {
    return this.#run('raw', () => this.#reader.raw(id));
  }

  content(id: TaskId): Promise<string | null> {
    return this.#run('content', () => this.#reader.content(id));
  }

  openTasks(account: string, service: string): Promise<readonly StoredTask[]> {
    return this.#run('openTasks', () => this.#reader.openTasks(account, service));
  }

  removed(ids: readonly TaskId[]): Promise<ReadonlySet<TaskId>> {
    return this.#run('removed', () => this.#reader.removed(ids));
  }

  firstReadAt(account: string, service: string, now: Instant): Promise<Instant> {
    return this.#run('firstReadAt', () => {
      this.#db.run('insert or ignore into first_reads (account, service, at) values (?, ?, ?)', account, service, now);
      const text = 'select at from first_reads where account = ? and service = ?';
      return (this.#db.first(text, account, service) as { at: number }).at;
    });
  }

  estimates(keys: readonly EstimateKey[]): Promise<readonly (Estimate | null)[]> {
    return this.#run('estimates', () => keys.map((key) => this.#state.estimate(key)));
  }

  head(): Promise<LogPoint> {
    return this.#run('head', () => this.#state.head);
  }

  locate(point: LogPoint): Promise<'held' | 'trimmed' | 'unknown'> {
    return this.#run('locate', () => this.#log.locate(point));
  }

  readLog(query: LogQuery): Promise<LogSlice> {
    return this.#run('readLog', () => this.#log.read(query));
  }

  commit(writes: readonly Write[], fence?: Fence): Promise<readonly WriteResult[]> {
    return this.#write('commit', () => {
      if (fence) this.#pass(fence);
      return writes.map((write) => this.#writer.apply(write));
    });
  }

  touch(notes: readonly FreshnessNote[]): Promise<void> {
    return this.#write('touch', () => notes.forEach((note) => this.#writer.note(note)));
  }

  claimStart(key: StartKey, input: string, at: Instant): Promise<StartClaim> {
    return this.#write('claimStart', () => this.#starts.claim(key, input, at));
  }

  settleStart(key: StartKey, outcome: 'unknown' | 'forgotten'): Promise<void> {
    return this.#write('settleStart', () => this.#starts.settle(key, outcome));
  }

  trim(limits: TrimLimits): Promise<boolean> {
    return this.#write('trim', () => trimStep(this.#db, this.#state, this.#writer, limits));
  }

  check(): Promise<void> {
    return this.#write('check', () => {
      // Another value each time: SQLite writes no page that has not changed, and would not notice a full disk.
      this.#db.run(`insert or replace into meta (key, value) values ('checked', ?)`, String(++this.#checks));
    });
  }

  close(): Promise<void> {
    this.#db.close();
    this.#onClose();
    return Promise.resolve();
  }

  #pass({ account, service, token }: Fence): void {
    const newest = this.#db.first('select token from fences where account = ? and service = ?', account, service) as
      { token: number } | undefined;
    if (newest && newest.token > token) throw new FencedError(`Another process polls ${service} of ${account}`);
    if (newest?.token === token) return;
    this.#db.run('insert or replace into fences (account, service, token) values (?, ?, ?)', account, service, token);
  }

  #write<T>(operation: string, work: () => T): Promise<T> {
    return this.#run(operation, () => this.#state.write(work));
  }

  /** Turns what `work` throws into a rejection. */
  #run<T>(operation: string, work: () => T): Promise<T> {
    const end = this.#metrics?.storeLatency.startTimer();
    return new Promise((resolve) => {
      try {
        resolve(work());
      } finally {
        end?.({ operation });
      }
    });
  }
}
