import type { PageKey, TaskPage, TaskQuery } from './store.js';
import type { Bound, Window } from './task-query.js';

/** One page of whatever was selected, and whether there is something on either side of it. */
export interface Page<Row> extends Omit<TaskPage, 'tasks'> {
  readonly rows: readonly Row[];
}

export function pageOf<Row extends PageKey>(query: TaskQuery, read: (window: Window) => readonly Row[]): Page<Row> {
  const steps = pageSteps<Row>(query);
  let step = steps.next([]);
  while (step.done !== true) step = steps.next(read(step.value));
  return step.value;
}

/** The same for a database that answers later. */
export async function pageLater<Row extends PageKey>(
  query: TaskQuery,
  read: (window: Window) => Promise<readonly Row[]>,
): Promise<Page<Row>> {
  const steps = pageSteps<Row>(query);
  let step = steps.next([]);
  while (step.done !== true) step = steps.next(await read(step.value));
  return step.value;
}

/** Asks for one window after another. */
function* pageSteps<Row extends PageKey>(query: TaskQuery): Generator<Window, Page<Row>, readonly Row[]> {
  const { order, limit } = query;
  const reversed = query.direction === 'backward';
  const after = query.after && bound(query.after, false);
  const before = query.before && bound(query.before, false);
  const found = yield { order, reversed, after, before, limit: limit + 1 };
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (reversed) rows.reverse();

  let hasNext = !reversed && more;
  if (!hasNext && before) {
    hasNext = (yield { order, limit: 1, reversed: false, after: edge(rows.at(-1), before) }).length > 0;
  }
  let hasPrevious = reversed && more;
  if (!hasPrevious && after) {
    hasPrevious = (yield { order, limit: 1, reversed: true, before: edge(rows[0], after) }).length > 0;
  }
  return { rows, hasNext, hasPrevious };
}

function bound({ at, id }: PageKey, inclusive: boolean): Bound {
  return { at, id, inclusive };
}

/** Beyond the page's outermost row, or, where the page is empty, from the given key on. */
function edge(row: PageKey | undefined, key: PageKey): Bound {
  return row ? bound(row, false) : bound(key, true);
}
