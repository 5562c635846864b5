import { DummyDriver, Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Json } from '../../base/json.js';
import type { Instant } from '../../task/task.js';
import type { TaskFilter } from '../../task/task-filter.js';
import type { TaskId } from '../../task/task-id.js';
import type { Transition } from '../../task/transition.js';
import { countTasks, decidedByCells, matchingCells, sumCounts, type Cell } from '../cells.js';
import type { Accounts, PageKey, StoredTask, TaskCounts, TaskPage, TaskQuery, Timeline } from '../store.js';
import { pageOf } from '../task-page.js';
import {
  countQuery,
  MOST_SORTED_ROWS,
  pageQuery,
  probeQueries,
  select,
  type OverdueBound,
  type QueryDialect,
  type Selection,
  type Sql,
} from '../task-query.js';
import { decodeJson, isVisible, readStored, type BodyRow } from '../task-row.js';
import type { SqliteDatabase, SqliteValue } from './database.js';
import type { RecentTasks } from './recent-tasks.js';
import type { StoreState } from './store-state.js';

export class TaskReader {
  readonly #db: SqliteDatabase;
  readonly #state: StoreState;
  readonly #recent: RecentTasks;

  constructor(db: SqliteDatabase, state: StoreState, recent: RecentTasks) {
    this.#db = db;
    this.#state = state;
    this.#recent = recent;
  }

  get(ids: readonly TaskId[], accounts: Accounts): ReadonlyMap<TaskId, StoredTask> {
    const found = new Map<TaskId, StoredTask>();
    for (const id of ids) {
      const stored = this.#recent.get(id) ?? this.#read(id);
      if (stored && isVisible(stored.task.account, accounts)) found.set(id, stored);
    }
    return found;
  }

  #read(id: TaskId): StoredTask | undefined {
    const row = this.#db.first('select freshness, body from tasks where id = ?', id) as BodyRow | undefined;
    if (!row) return undefined;
    const stored = readStored(row);
    this.#recent.keep(id, stored, row.body.length);
    return stored;
  }

  list(query: TaskQuery): TaskPage {
    const selection = this.#select(query.filter, query.accounts, query.now);
    if (selection.matching.length === 0) return { tasks: [], hasNext: false, hasPrevious: false };
    const rare = this.#rareCondition(selection);
    const { rows, ...page } = pageOf(query, (window) => this.#query<PageKey>(pageQuery(selection, window, rare)));
    return { tasks: this.#inOrder(rows.map(({ id }) => id)), ...page };
  }

  /** Tasks that are there; those that are not in memory are read together. */
  #inOrder(ids: readonly TaskId[]): readonly StoredTask[] {
    const known = ids.map((id) => this.#recent.get(id));
    const missing = ids.filter((_, index) => !known[index]);
    const read = missing.length > 0 ? this.#readAll(missing) : undefined;
    return ids.flatMap((id, index) => known[index] ?? read?.get(id) ?? []);
  }

  #readAll(ids: readonly TaskId[]): ReadonlyMap<TaskId, StoredTask> {
    const text = 'select id, freshness, body from tasks where id in (select value from json_each(?))';
    const rows = this.#db.all<BodyRow & { readonly id: TaskId }>(text, JSON.stringify(ids));
    return new Map(
      rows.map((row) => {
        const stored = readStored(row);
        this.#recent.keep(row.id, stored, row.body.length);
        return [row.id, stored];
      }),
    );
  }

  count(filter: TaskFilter, accounts: Accounts, now: Instant): number {
    return sumCounts(this.#counted(filter, accounts, now));
  }

  stats(filter: TaskFilter, accounts: Accounts, now: Instant): TaskCounts {
    const stale = filter.stale === false ? 0 : sumCounts(this.#counted({ ...filter, stale: true }, accounts, now));
    return countTasks(this.#counted(filter, accounts, now), stale, this.#countOverdue(filter, accounts, now));
  }

  openTasks(account: string, service: string): readonly StoredTask[] {
    const cells = matchingCells(this.#state.cells, { accounts: [account], services: [service], done: false }, null);
    const text = 'select freshness, body from tasks where cell = ?';
    return cells.flatMap(({ cell }) => this.#db.all<BodyRow>(text, cell).map(readStored));
  }

  timeline(id: TaskId, { afterSeq, limit }: { readonly afterSeq: number; readonly limit: number }): Timeline {
    const task = this.#db.first('select ref, seq from tasks where id = ?', id) as
      { ref: number; seq: number } | undefined;
    if (!task) return { transitions: [], totalCount: 0, hasNext: false };
    const rows = this.#db.all<{ position: number; mark: number; body: string }>(
      'select position, mark, body from transitions where ref = ? and seq > ? order by seq limit ?',
      task.ref,
      afterSeq,
      limit,
    );
    const transitions = rows.map(({ position, mark, body }) => ({
      ...(decodeJson(body) as Transition),
      point: { position, mark },
    }));
    const last = transitions.at(-1)?.seq ?? Math.max(afterSeq, 0);
    return { transitions, totalCount: task.seq, hasNext: last < task.seq };
  }

  raw(id: TaskId): Json {
    const row = this.#db.first('select value from raws join tasks using (ref) where id = ?', id) as
      { value: string } | undefined;
    return row ? (decodeJson(row.value) as Json) : null;
  }

  content(id: TaskId): string | null {
    const row = this.#db.first('select value from contents join tasks using (ref) where id = ?', id) as
      { value: string } | undefined;
    return row ? (decodeJson(row.value) as string) : null;
  }

  removed(ids: readonly TaskId[]): ReadonlySet<TaskId> {
    const text = 'select 1 from removals where id = ?';
    return new Set(ids.filter((id) => this.#db.first(text, id) !== undefined));
  }

  /** Where cells decide the rest, an index is counted and no row is looked at. */
  #countOverdue({ overdue, ...rest }: TaskFilter, accounts: Accounts, now: Instant): number {
    if (overdue === false) return 0;
    const filter = { ...rest, overdue: true };
    if (!decidedByCells(rest)) return sumCounts(this.#counted(filter, accounts, now));
    const bounds = this.#overdueBounds(matchingCells(this.#state.cells, filter, accounts), now);
    const text = 'select count(*) as count from tasks t where cell = ? and created_at < ?';
    return sumCounts(
      bounds.flatMap(({ cell, createdBefore }) => this.#db.all<{ count: number }>(text, cell, createdBefore)),
    );
  }

  #counted(filter: TaskFilter, accounts: Accounts, now: Instant): readonly Cell[] {
    const selection = this.#select(filter, accounts, now);
    const { matching } = selection;
    if (matching.length === 0 || decidedByCells(filter)) return matching;
    const counts = new Map<number, number>();
    for (const { cell, count } of this.#query<{ cell: number; count: number }>(countQuery(selection))) {
      counts.set(cell, count);
    }
    return matching.map((cell) => ({ ...cell, count: counts.get(cell.cell) ?? 0 }));
  }

  #select(filter: TaskFilter, accounts: Accounts, now: Instant): Selection {
    const all = [...this.#state.cells];
    const matching = matchingCells(all, filter, accounts);
    if (filter.overdue === undefined) return select(filter, matching, all, [], now, DIALECT);
    const bounds = this.#overdueBounds(matching, now);
    const bounded = new Set(bounds.map(({ cell }) => cell));
    const kept = filter.overdue ? matching.filter(({ cell }) => bounded.has(cell)) : matching;
    return select(filter, kept, all, bounds, now, DIALECT);
  }

  #overdueBounds(cells: readonly Cell[], now: Instant): readonly OverdueBound[] {
    return cells.flatMap((cell) => {
      const estimate = cell.done ? null : this.#state.estimate(cell);
      return estimate ? [{ cell: cell.cell, createdBefore: now - estimate.slowMs }] : [];
    });
  }

  /** The first condition whose index finds so few rows that they can be sorted. */
  #rareCondition(selection: Selection): number | undefined {
    const found = probeQueries(selection).findIndex((probe) => {
      const [row] = this.#query<{ count: number }>(probe);
      return row !== undefined && row.count <= MOST_SORTED_ROWS;
    });
    return found === -1 ? undefined : found;
  }

  #query<Row>(query: Sql): Row[] {
    const { sql: text, parameters } = query.compile(COMPILER);
    return this.#db.all<Row>(text, ...(parameters as readonly SqliteValue[]));
  }
}

/** Writes SQL; runs none. */
const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Longer texts are looked up by their beginning; the row is then asked for all of it. */
const LONGEST_PHRASE = 64;

const DIALECT: QueryDialect = {
  // Tasks are taken from memory where they are there.
  pageColumns: sql``,
  searchByIndex: (text) => sql`t.ref in (${searchMatches(text, sql`rowid`)})`,
  searchProbe: (text) => searchMatches(text, sql`1`),
  searchByRow: (text) => sql`instr(t.search_text, ${text}) > 0`,
};

function searchMatches(text: string, column: Sql): Sql {
  const phrase = Array.from(text).slice(0, LONGEST_PHRASE).join('').replaceAll('"', '""');
  return sql`select ${column} from task_search where task_search match ${`"${phrase}"`}`;
}
