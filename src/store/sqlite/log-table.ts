import type { Task } from '../../task/task.js';
import type { FilterFacts, Transition } from '../../task/transition.js';
import type { LogEntry, LogPoint, LogQuery, LogSlice } from '../store.js';
import { decodeJson, encodeJson } from '../task-row.js';
import type { SqliteDatabase } from './database.js';
import type { StoreState } from './store-state.js';

/** So many entries of other accounts are passed over in one call. */
const MOST_SCANNED = 5_000;

/** Newest entries in memory: the log is followed as it is written. */
const MOST_KEPT = 1_000;

interface LogRow {
  readonly position: number;
  readonly mark: number;
  readonly at: number;
  readonly type: 'CHANGED' | 'REMOVED';
  readonly before: string | null;
  readonly transition: string | null;
  readonly body: string;
}

const COLUMNS = 'position, mark, at, type, before, transition, body';

export class LogTable {
  readonly #db: SqliteDatabase;
  readonly #state: StoreState;
  readonly #nextMark: () => number;
  /** The entries written last, in their order and without gaps. */
  #newest: LogEntry[] = [];

  constructor(db: SqliteDatabase, state: StoreState, nextMark: () => number) {
    this.#db = db;
    this.#state = state;
    this.#nextMark = nextMark;
  }

  /** Only inside `StoreState.write`. */
  append(entry: {
    readonly type: 'CHANGED' | 'REMOVED';
    readonly task: Task;
    readonly body: string;
    readonly before: FilterFacts | null;
    readonly transition: Transition | null;
    readonly at: number;
  }): LogPoint {
    const { type, task, body, before, transition, at } = entry;
    const point = { position: this.#state.head.position + 1, mark: this.#nextMark() };
    this.#db.run(
      'insert into log (position, mark, at, type, account, id, before, transition, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      point.position,
      point.mark,
      at,
      type,
      task.account,
      task.id,
      before && encodeJson(before),
      transition && encodeJson(transition),
      body,
    );
    this.#state.moveHead(point);
    this.#remember({ point, type, task, before, transition, at });
    return point;
  }

  /** After a transaction that failed the log goes on at an earlier position, and nothing kept is of it. */
  #remember(entry: LogEntry): void {
    if (this.#newest.at(-1)?.point.position !== entry.point.position - 1) this.#newest = [];
    this.#newest.push(entry);
    if (this.#newest.length > 2 * MOST_KEPT) this.#newest = this.#newest.slice(-MOST_KEPT);
  }

  /** What has been written since `after`, where it is at hand as a whole: whoever follows the log wants it at once. */
  #kept({ after, accounts, limit }: LogQuery): LogSlice | undefined {
    const first = this.#newest[0]?.point.position;
    const last = this.#newest.at(-1)?.point;
    const { head } = this.#state;
    if (accounts !== null || first === undefined || first > after + 1 || after > head.position) return undefined;
    if (last?.position !== head.position || last.mark !== head.mark) return undefined;
    const entries = this.#newest.slice(after + 1 - first, after + 1 - first + limit);
    const scannedTo = entries.at(-1)?.point ?? head;
    return { entries, scannedTo, complete: scannedTo.position >= head.position };
  }

  locate({ position, mark }: LogPoint): 'held' | 'trimmed' | 'unknown' {
    const { head, floor } = this.#state;
    if (!Number.isSafeInteger(position) || position < 0 || position > head.position) return 'unknown';
    if (position === 0 && mark !== 0) return 'unknown';
    if (position < floor.position) return 'trimmed';
    return this.#markAt(position) === mark ? 'held' : 'unknown';
  }

  read(query: LogQuery): LogSlice {
    if (query.accounts?.length === 0) return this.#slice([], this.#state.head);
    return query.id === undefined ? this.#readAll(query) : this.#readTask(query, query.id);
  }

  #readTask({ after, accounts, limit }: LogQuery, id: string): LogSlice {
    const where = `id = ? and position > ? ${accountsClause(accounts)}`;
    const text = `select ${COLUMNS} from log where ${where} order by position limit ?`;
    const rows = this.#db.all<LogRow>(text, id, after, ...(accounts ?? []), limit + 1);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return this.#slice(rows.slice(0, limit), last ? pointOf(last) : this.#state.head);
  }

  #readAll({ after, accounts, limit }: LogQuery): LogSlice {
    const kept = this.#kept({ after, accounts, limit });
    if (kept) return kept;
    const { head, floor } = this.#state;
    const end = Math.min(head.position, Math.max(after, floor.position) + Math.max(limit, MOST_SCANNED));
    const where = `position > ? and position <= ? ${accountsClause(accounts)}`;
    const text = `select ${COLUMNS} from log where ${where} order by position limit ?`;
    const rows = this.#db.all<LogRow>(text, after, end, ...(accounts ?? []), limit);
    const last = rows[limit - 1];
    return this.#slice(rows, last ? pointOf(last) : { position: end, mark: this.#markAt(end) ?? 0 });
  }

  #slice(rows: readonly LogRow[], scannedTo: LogPoint): LogSlice {
    return { entries: rows.map(readEntry), scannedTo, complete: scannedTo.position >= this.#state.head.position };
  }

  #markAt(position: number): number | undefined {
    const { head, floor } = this.#state;
    if (position === head.position) return head.mark;
    if (position === floor.position) return floor.mark;
    return (this.#db.first('select mark from log where position = ?', position) as { mark: number } | undefined)?.mark;
  }
}

function accountsClause(accounts: readonly string[] | null): string {
  return accounts ? `and +account in (${accounts.map(() => '?').join(', ')})` : '';
}

function pointOf({ position, mark }: LogPoint): LogPoint {
  return { position, mark };
}

function readEntry(row: LogRow): LogEntry {
  return {
    point: pointOf(row),
    type: row.type,
    task: decodeJson(row.body) as Task,
    before: row.before === null ? null : (decodeJson(row.before) as FilterFacts),
    transition: row.transition === null ? null : (decodeJson(row.transition) as Transition),
    at: row.at,
  };
}
