import { compareTasks, matchesFilter, type TaskFilter, type TaskOrder } from '../../client/index.js';
import type { BoardTask } from './board-task.js';

export interface BoardRow {
  readonly task: BoardTask;
  /**
   * Why it no longer belongs here: another status, something else that the filter looks at, or its end in the gateway. It
   * stays where it is, greyed, until the list is tidied.
   */
  readonly left: 'status' | 'filter' | 'removed' | null;
  /** How often its status has changed while it was shown. */
  readonly turns: number;
}

/** The rows in the order in which they stand. Nothing here moves a row that is shown, but for `insert` and `tidy`. */
export interface BoardRows {
  /** The same array until something changes. */
  all(): readonly BoardRow[];
  has(id: string): boolean;
  /** Takes over a newer state of a row where it stands; older ones are left. False: there is no such row. */
  change(task: BoardTask): boolean;
  /** The same for the row alone, whatever its seq: `stale` moves without one. */
  refresh(id: string, fields: Partial<BoardTask>): void;
  leave(id: string): void;
  /** Puts tasks where the order says, above what is not older. */
  insert(tasks: readonly BoardTask[]): void;
  /** Behind all others; those that are known change where they stand. */
  append(tasks: readonly BoardTask[]): void;
  /** Lets go of all behind the first so many. False: there are none. */
  keepFirst(count: number): boolean;
  /** Judges by another filter from here on, and the rows as well. */
  narrow(filter: TaskFilter): void;
  /** Takes out the rows that have left and that `keep` does not hold. */
  tidy(keep: (row: BoardRow, index: number) => boolean): void;
  clear(): void;
  matches(task: BoardTask): boolean;
}

export function createBoardRows(order: TaskOrder, first: TaskFilter): BoardRows {
  let filter = first;
  let rows: BoardRow[] = [];
  let shared = false;
  /** Where each row stands; made anew when it is next needed. */
  let places: Map<string, number> | undefined;
  const compare = compareTasks(order);
  const matches = (task: BoardTask): boolean => matchesFilter(task, filter);

  const placeOf = (id: string): number | undefined => {
    places ??= new Map(rows.map((row, index) => [row.task.id, index]));
    return places.get(id);
  };
  /** Whoever was given the array keeps it as it was. */
  const own = (): void => {
    if (shared) rows = [...rows];
    shared = false;
  };
  const put = (place: number, row: BoardRow): void => {
    own();
    rows[place] = row;
  };
  const replace = (next: BoardRow[]): void => {
    rows = next;
    shared = false;
    places = undefined;
  };
  const judged = (row: BoardRow, task: BoardTask): BoardRow => {
    const turned = row.task.status !== task.status;
    const left = matches(task) ? null : turned || row.left === 'status' ? 'status' : 'filter';
    return { task, left, turns: row.turns + (turned ? 1 : 0) };
  };
  const change = (task: BoardTask): boolean => {
    const place = placeOf(task.id);
    const row = place === undefined ? undefined : rows[place];
    if (place === undefined || !row) return false;
    // A removed task that is tracked again begins anew.
    if (row.left === 'removed' || row.task.seq <= task.seq) put(place, judged(row, task));
    return true;
  };

  return {
    all() {
      shared = true;
      return rows;
    },
    has: (id) => placeOf(id) !== undefined,
    change,
    refresh(id, fields) {
      const place = placeOf(id);
      const row = place === undefined ? undefined : rows[place];
      if (place !== undefined && row?.left !== 'removed' && row) put(place, judged(row, { ...row.task, ...fields }));
    },
    leave(id) {
      const place = placeOf(id);
      const row = place === undefined ? undefined : rows[place];
      if (place !== undefined && row) put(place, { ...row, left: 'removed' });
    },
    insert(tasks) {
      const added = tasks.filter((task) => !change(task)).sort(compare);
      if (added.length === 0) return;
      const merged: BoardRow[] = [];
      let next = 0;
      for (const row of rows) {
        for (let task = added[next]; task && compare(task, row.task) <= 0; task = added[++next]) {
          merged.push({ task, left: null, turns: 0 });
        }
        merged.push(row);
      }
      replace([...merged, ...added.slice(next).map((task) => ({ task, left: null, turns: 0 }))]);
    },
    append(tasks) {
      const added = tasks.filter((task) => !change(task));
      if (added.length > 0) replace([...rows, ...added.map((task) => ({ task, left: null, turns: 0 }))]);
    },
    keepFirst(count) {
      if (rows.length <= count) return false;
      replace(rows.slice(0, count));
      return true;
    },
    narrow(next) {
      filter = next;
      own();
      rows = rows.map((row) => {
        if (row.left === 'removed' || matches(row.task) === (row.left === null)) return row;
        return { ...row, left: row.left === null ? 'filter' : null };
      });
    },
    tidy(keep) {
      const kept = rows.filter((row, index) => row.left === null || keep(row, index));
      if (kept.length < rows.length) replace(kept);
    },
    clear: () => replace([]),
    matches,
  };
}
