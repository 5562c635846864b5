import type { PageKey, TaskPage, TaskQuery } from './store.js';
import type { Bound, Window } from './task-query.js';
import { readStored, type BodyRow } from './task-row.js';

export interface PageRow extends BodyRow, PageKey {}

/** Reads one page and looks whether there is something on either side of it. */
export function pageOf(query: TaskQuery, read: (window: Window) => readonly PageRow[]): TaskPage {
  const steps = pageSteps(query);
  let step = steps.next([]);
  while (step.done !== true) step = steps.next(read(step.value));
  return step.value;
}

/** The same for a database that answers later. */
export async function pageLater(
  query: TaskQuery,
  read: (window: Window) => Promise<readonly PageRow[]>,
): Promise<TaskPage> {
  const steps = pageSteps(query);
  let step = steps.next([]);
  while (step.done !== true) step = steps.next(await read(step.value));
  return step.value;
}

/** Asks for one window after another. */
function* pageSteps(query: TaskQuery): Generator<Window, TaskPage, readonly PageRow[]> {
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
  return { tasks: rows.map(readStored), hasNext, hasPrevious };
}

function bound({ at, id }: PageKey, inclusive: boolean): Bound {
  return { at, id, inclusive };
}

/** Beyond the page's outermost row, or, where the page is empty, from the given key on. */
function edge(row: PageRow | undefined, key: PageKey): Bound {
  return row ? bound(row, false) : bound(key, true);
}
