import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../task/task.js';
import { foldForSearch, type TaskFilter } from '../task/task-filter.js';
import { sumCounts, type Cell } from './cells.js';
import { encodeText } from './task-row.js';
import type { PageKey, TaskOrder } from './store.js';

export type Sql = RawBuilder<unknown>;

/** What differs between SQL dialects in the queries of this file. */
export interface QueryDialect {
  /** What a page reads of row `t` beside its key; with a comma behind, or empty. */
  readonly pageColumns: Sql;
  /** Rows of `tasks t` whose search text contains `text`, which has at least three characters, by index. */
  searchByIndex(text: string): Sql;
  /** A select of one row for each match, without touching `tasks`. */
  searchProbe(text: string): Sql;
  /** Whether the search text of row `t` contains `text`. */
  searchByRow(text: string): Sql;
}

/** A condition that an index can answer, and the same one asked of a row found otherwise. */
interface Condition {
  readonly index: { readonly where: Sql; readonly probe: Sql } | null;
  readonly byRow: Sql;
}

/** More rows than this are not sorted; the order's index is walked instead. */
export const MOST_SORTED_ROWS = 2_000;
/** A walk along the order's index is cheap as long as one row in this many is wanted. */
const RAREST_IN_WALK = 40;
/** Pages of more cells than this are not merged. */
const MOST_MERGED_CELLS = 100;
const SHORTEST_INDEXED_SEARCH = 3;

/** The tasks to look among: the cells that may hold them, and every condition that cells do not decide. */
export interface Selection {
  readonly matching: readonly Cell[];
  readonly all: readonly Cell[];
  readonly conditions: readonly Condition[];
  readonly pageColumns: Sql;
}

/** Tasks of this cell that were created before this instant are overdue. */
export interface OverdueBound {
  readonly cell: number;
  readonly createdBefore: Instant;
}

export function select(
  filter: TaskFilter,
  matching: readonly Cell[],
  all: readonly Cell[],
  overdueBounds: readonly OverdueBound[],
  now: Instant,
  dialect: QueryDialect,
): Selection {
  const overdue = filter.overdue === undefined ? [] : [overdueCondition(filter.overdue, overdueBounds)];
  return {
    matching,
    all,
    conditions: [...conditionsOf(filter, now, dialect), ...overdue],
    pageColumns: dialect.pageColumns,
  };
}

function overdueCondition(overdue: boolean, bounds: readonly OverdueBound[]): Condition {
  if (bounds.length === 0) return rowOnly(overdue ? sql`1 = 0` : sql`1 = 1`);
  const rows = sql.join(bounds.map(({ cell, createdBefore }) => sql`(${cell}, ${createdBefore})`));
  // The bounds come first, so that each is a range of the index on cell and creation.
  const refs = sql`select o.ref from (values ${rows}) b cross join tasks o
    where o.cell = b.column1 and o.created_at < b.column2`;
  return overdue ? both(sql`t.ref in (${refs})`, sql`+t.ref in (${refs})`) : rowOnly(sql`+t.ref not in (${refs})`);
}

function conditionsOf(filter: TaskFilter, now: Instant, dialect: QueryDialect): readonly Condition[] {
  const { ids, resourceId, search, stale, createdAfter, createdBefore } = filter;
  const conditions: Condition[] = [];
  if (ids) conditions.push(both(sql`t.id in (${list(ids)})`, sql`+t.id in (${list(ids)})`));
  if (resourceId !== undefined) {
    conditions.push(
      both(sql`t.resource_id = ${encodeText(resourceId)}`, sql`+t.resource_id = ${encodeText(resourceId)}`),
    );
  }
  if (search !== undefined && search !== '') conditions.push(searchCondition(search, dialect));
  if (stale === true) {
    conditions.push(both(sql`t.done = 0 and t.stale_at < ${now}`, sql`+t.done = 0 and +t.stale_at < ${now}`));
  } else if (stale === false) {
    conditions.push(rowOnly(sql`not (+t.done = 0 and +t.stale_at is not null and +t.stale_at < ${now})`));
  }
  if (createdAfter !== undefined || createdBefore !== undefined) {
    const from = createdAfter ?? Number.MIN_SAFE_INTEGER;
    const to = createdBefore ?? Number.MAX_SAFE_INTEGER;
    conditions.push(
      both(
        sql`t.created_at > ${from} and t.created_at < ${to}`,
        sql`+t.created_at > ${from} and +t.created_at < ${to}`,
      ),
    );
  }
  return conditions;
}

function searchCondition(search: string, dialect: QueryDialect): Condition {
  const text = foldForSearch(search);
  const byRow = dialect.searchByRow(text);
  if (Array.from(text).length < SHORTEST_INDEXED_SEARCH) return rowOnly(byRow);
  return { index: { where: dialect.searchByIndex(text), probe: dialect.searchProbe(text) }, byRow };
}

function both(where: Sql, byRow: Sql): Condition {
  return { index: { where, probe: sql`select 1 from tasks t where ${where}` }, byRow };
}

function rowOnly(byRow: Sql): Condition {
  return { index: null, byRow };
}

/** Counts by cell of what the selection holds. */
export function countQuery({ matching, all, conditions }: Selection): Sql {
  const where = [...inCells(matching, all), ...conditions.map(({ byRow }) => byRow)];
  const driver = conditions.find(({ index }) => index !== null)?.index;
  if (driver) where.unshift(driver.where);
  return sql`select t.cell as cell, count(*) as count from tasks t where ${and(where)} group by +t.cell`;
}

/** Counts rows that an index finds, but not beyond `MOST_SORTED_ROWS`. One query per condition with an index. */
export function probeQueries({ conditions }: Selection): readonly Sql[] {
  return conditions.flatMap(({ index }) =>
    index ? [sql`select count(*) as count from (${index.probe} limit ${MOST_SORTED_ROWS + 1}) p`] : [],
  );
}

/** A place that a page begins or ends at. */
export interface Bound extends PageKey {
  readonly inclusive: boolean;
}

export interface Window {
  readonly order: TaskOrder;
  /** True to take the last rows of the window, in reverse order. */
  readonly reversed: boolean;
  readonly after?: Bound | undefined;
  readonly before?: Bound | undefined;
  readonly limit: number;
}

/**
 * Rows of one page: (at, id), and what the dialect reads beside them. `rare` is the index among `probeQueries` of a condition that finds few
 * rows; they are sorted. Otherwise rows come along an index in the order asked for: that of all tasks, or, where the
 * wanted ones are rare, those of their cells.
 */
export function pageQuery(selection: Selection, window: Window, rare: number | undefined): Sql {
  const { matching, all, conditions, pageColumns } = selection;
  const driver = rare === undefined ? undefined : conditions.flatMap(({ index }) => index ?? [])[rare];
  const rest = conditions.map(({ byRow }) => byRow);
  if (driver) return ordered([driver.where, ...inCells(matching, all), ...rest], window, pageColumns, sql`+`);
  if (!isRare(matching, all)) return ordered([...inCells(matching, all), ...rest], window, pageColumns, sql``);
  const pages = matching.map(
    ({ cell }) => sql`select * from (${ordered([sql`t.cell = ${cell}`, ...rest], window, pageColumns, sql``)}) p`,
  );
  const [only, ...others] = pages;
  if (only && others.length === 0) return only;
  const { direction } = orderOf(window);
  return sql`select * from (${sql.join(pages, sql` union all `)}) m
    order by m.at ${direction}, m.id ${direction} limit ${window.limit}`;
}

function isRare(matching: readonly Cell[], all: readonly Cell[]): boolean {
  return matching.length <= MOST_MERGED_CELLS && sumCounts(matching) * RAREST_IN_WALK < sumCounts(all);
}

function ordered(where: readonly Sql[], window: Window, columns: Sql, plus: Sql): Sql {
  const { column, direction, after, before } = orderOf(window);
  const bounds = [
    ...(window.after ? [keyset(plus, column, after, window.after)] : []),
    ...(window.before ? [keyset(plus, column, before, window.before)] : []),
  ];
  return sql`select ${columns} t.${column} as at, t.id as id from tasks t
    where ${and([...where, ...bounds])}
    order by ${plus}t.${column} ${direction}, t.id ${direction} limit ${window.limit}`;
}

function keyset(plus: Sql, column: Sql, operator: '<' | '>', { at, id, inclusive }: Bound): Sql {
  return sql`(${plus}t.${column}, t.id) ${sql.raw(inclusive ? `${operator}=` : operator)} (${at}, ${id})`;
}

function orderOf({ order, reversed }: Pick<Window, 'order' | 'reversed'>): {
  readonly column: Sql;
  readonly direction: Sql;
  readonly after: '<' | '>';
  readonly before: '<' | '>';
} {
  const descending = order.endsWith('_DESC');
  return {
    column: order.startsWith('CREATED') ? sql`created_at` : sql`updated_at`,
    direction: descending === reversed ? sql`asc` : sql`desc`,
    after: descending ? '<' : '>',
    before: descending ? '>' : '<',
  };
}

/** The plus keeps an index on cells from being chosen over the one that fits the order. */
function inCells(matching: readonly Cell[], all: readonly Cell[]): readonly Sql[] {
  if (sumCounts(matching) === sumCounts(all)) return [];
  return [sql`+t.cell in (${list(matching.map(({ cell }) => cell))})`];
}

function list(values: readonly (string | number)[]): Sql {
  return values.length === 0 ? sql`null` : sql.join(values);
}

function and(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `);
}
