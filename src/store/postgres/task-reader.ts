import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import type { Instant } from '../../task/task.js';
import type { TaskFilter } from '../../task/task-filter.js';
import type { TaskId } from '../../task/task-id.js';
import type { Transition } from '../../task/transition.js';
import { countTasks, decidedByCells, matchingCells, parseCellKey, sumCounts, type Cell } from '../cells.js';
import { formatEstimateKey, historyOf } from '../estimates.js';
import type {
  Accounts,
  Estimate,
  EstimateKey,
  PageKey,
  StoredTask,
  TaskCounts,
  TaskPage,
  TaskQuery,
  Timeline,
} from '../store.js';
import { pageLater } from '../task-page.js';
import { countQuery, MOST_SORTED_ROWS, pageQuery, probeQueries, select } from '../task-query.js';
import type { OverdueBound, QueryDialect, Selection, Sql } from '../task-query.js';
import { decodeJson, isVisible, readStored, type BodyRow } from '../task-row.js';
import type { PostgresValue, Session } from './database.js';

/** Reads within one session. */
export class TaskReader {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async get(ids: readonly TaskId[], accounts: Accounts): Promise<ReadonlyMap<TaskId, StoredTask>> {
    const rows = await this.#session.all<BodyRow>('select freshness, body from tasks where id = any($1)', ids);
    const stored = rows.map(readStored).filter(({ task }) => isVisible(task.account, accounts));
    const known = new Map(stored.map((one) => [one.task.id, one]));
    return new Map(
      ids.flatMap((id) => {
        const one = known.get(id);
        return one ? [[id, one] as const] : [];
      }),
    );
  }

  async list(query: TaskQuery): Promise<TaskPage> {
    const selection = await this.#select(query.filter, query.accounts, query.now);
    if (selection.matching.length === 0) return { tasks: [], hasNext: false, hasPrevious: false };
    const rare = await this.#rareCondition(selection);
    const { rows, ...page } = await pageLater(query, (window) => {
      return this.#query<PageKey & BodyRow>(pageQuery(selection, window, rare));
    });
    return { tasks: rows.map(readStored), ...page };
  }

  async count(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<number> {
    return sumCounts(await this.#counted(filter, accounts, now));
  }

  async stats(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<TaskCounts> {
    const only = async (more: TaskFilter): Promise<number> => this.count({ ...filter, ...more }, accounts, now);
    const stale = filter.stale === false ? 0 : await only({ stale: true });
    const overdue = filter.overdue === false ? 0 : await only({ overdue: true });
    return countTasks(await this.#counted(filter, accounts, now), stale, overdue);
  }

  async openTasks(account: string, service: string): Promise<readonly StoredTask[]> {
    const filter = { accounts: [account], services: [service], done: false };
    const cells = matchingCells(await this.#cells(), filter, null).map(({ cell }) => String(cell));
    const text = 'select freshness, body from tasks where cell = any($1::int[])';
    return (await this.#session.all<BodyRow>(text, cells)).map(readStored);
  }

  async timeline(id: TaskId, page: { readonly afterSeq: number; readonly limit: number }): Promise<Timeline> {
    const [task] = await this.#session.all<{ seq: number }>('select seq from tasks where id = $1', id);
    if (!task) return { transitions: [], totalCount: 0, hasNext: false };
    const rows = await this.#session.all<{ position: number; mark: number; body: string }>(
      'select position, mark, body from transitions where id = $1 and seq > $2 order by seq limit $3',
      id,
      page.afterSeq,
      page.limit,
    );
    const transitions = rows.map(({ position, mark, body }) => {
      return { ...(decodeJson(body) as Transition), point: { position, mark } };
    });
    const last = transitions.at(-1)?.seq ?? Math.max(page.afterSeq, 0);
    return { transitions, totalCount: task.seq, hasNext: last < task.seq };
  }

  /** What is kept beside a task; null when nothing is. */
  async kept(table: 'raws' | 'contents', id: TaskId): Promise<unknown> {
    const [row] = await this.#session.all<{ value: string }>(`select value from ${table} where id = $1`, id);
    return row ? decodeJson(row.value) : null;
  }

  async removed(ids: readonly TaskId[]): Promise<ReadonlySet<TaskId>> {
    const rows = await this.#session.all<{ id: string }>('select id from removals where id = any($1)', ids);
    return new Set(rows.map(({ id }) => id));
  }

  async estimates(keys: readonly EstimateKey[]): Promise<readonly (Estimate | null)[]> {
    const texts = keys.map(formatEstimateKey);
    const rows = await this.#session.all<{ key: string; durations: string }>(
      'select key, durations from histories where key = any($1)',
      texts,
    );
    const known = new Map(rows.map(({ key, durations }) => [key, historyOf(decodeJson(durations) as number[])]));
    return texts.map((text) => known.get(text)?.estimate ?? null);
  }

  async #cells(): Promise<readonly Cell[]> {
    const rows = await this.#session.all<{ cell: number; key: string; count: number }>('select * from cells');
    return rows.map(({ cell, key, count }) => ({ ...parseCellKey(key), cell, count }));
  }

  async #counted(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<readonly Cell[]> {
    const selection = await this.#select(filter, accounts, now);
    const { matching } = selection;
    if (matching.length === 0 || decidedByCells(filter)) return matching;
    const rows = await this.#query<{ cell: number; count: number }>(countQuery(selection));
    const counts = new Map(rows.map(({ cell, count }) => [cell, count]));
    return matching.map((cell) => ({ ...cell, count: counts.get(cell.cell) ?? 0 }));
  }

  async #select(filter: TaskFilter, accounts: Accounts, now: Instant): Promise<Selection> {
    const all = await this.#cells();
    const matching = matchingCells(all, filter, accounts);
    if (filter.overdue === undefined) return select(filter, matching, all, [], now, DIALECT);
    const bounds = await this.#overdueBounds(matching, now);
    const bounded = new Set(bounds.map(({ cell }) => cell));
    const kept = filter.overdue ? matching.filter(({ cell }) => bounded.has(cell)) : matching;
    return select(filter, kept, all, bounds, now, DIALECT);
  }

  async #overdueBounds(cells: readonly Cell[], now: Instant): Promise<readonly OverdueBound[]> {
    const open = cells.filter(({ done }) => !done);
    const estimates = await this.estimates(open);
    return open.flatMap(({ cell }, index) => {
      const estimate = estimates[index];
      return estimate ? [{ cell, createdBefore: now - estimate.slowMs }] : [];
    });
  }

  /** The first condition whose index finds so few rows that they can be sorted. */
  async #rareCondition(selection: Selection): Promise<number | undefined> {
    for (const [index, probe] of probeQueries(selection).entries()) {
      const [row] = await this.#query<{ count: number }>(probe);
      if (row && row.count <= MOST_SORTED_ROWS) return index;
    }
    return undefined;
  }

  #query<Row>(query: Sql): Promise<Row[]> {
    const { sql: text, parameters } = query.compile(COMPILER);
    return this.#session.all<Row>(...typed(text, parameters));
  }
}

/**
 * Numbers become part of the text, since a bare parameter in a list of values would be taken for a text; and the plus
 * that keeps SQLite from an index goes, which PostgreSQL has for numbers only.
 */
function typed(text: string, parameters: readonly unknown[]): [string, ...PostgresValue[]] {
  const values: PostgresValue[] = [];
  const written = text.replaceAll('+t.', 't.').replace(/\$(\d+)/g, (_, number: string) => {
    const value = parameters[Number(number) - 1];
    return typeof value === 'number' ? String(value) : `$${values.push(value as PostgresValue)}`;
  });
  return [written, ...values];
}

/** Writes SQL; runs none. */
const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** With the trigram index, where the server has it, and without alike. */
const DIALECT: QueryDialect = {
  pageColumns: sql`t.body as body, t.freshness as freshness,`,
  searchByIndex: (text) => sql`t.search_text like ${containing(text)}`,
  searchProbe: (text) => sql`select 1 from tasks t where t.search_text like ${containing(text)}`,
  searchByRow: (text) => sql`strpos(t.search_text, ${text}) > 0`,
};

function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
