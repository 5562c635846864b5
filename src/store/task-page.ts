import type { PageKey, TaskPage, TaskQuery } from './store.js';
import type { Bound, Window } from './task-query.js';
import { readStored, type BodyRow } from './task-row.js';

export interface PageRow extends BodyRow, PageKey {}

/** Reads one page and looks whether there is something on either side of it. */
export function pageOf(query: TaskQuery, read: (window: Window) => readonly PageRow[]): TaskPage {
  const { order, limit } = query;
  const reversed = query.direction === 'backward';
  const after = query.after && bound(query.after, false);
  const before = query.before && bound(query.before, false);
  const found = read({ order, reversed, after, before, limit: limit + 1 });
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (reversed) rows.reverse();

  const exists = (side: Pick<Window, 'after' | 'before' | 'reversed'>): boolean =>
    read({ order, limit: 1, ...side }).length > 0;
  const hasNext =
    (!reversed && more) || (before !== undefined && exists({ reversed: false, after: edge(rows.at(-1), before) }));
  const hasPrevious =
    (reversed && more) || (after !== undefined && exists({ reversed: true, before: edge(rows[0], after) }));
  return { tasks: rows.map(readStored), hasNext, hasPrevious };
}

function bound({ at, id }: PageKey, inclusive: boolean): Bound {
  return { at, id, inclusive };
}

/** Beyond the page's outermost row, or, where the page is empty, from the given key on. */
function edge(row: PageRow | undefined, key: PageKey): Bound {
  return row ? bound(row, false) : bound(key, true);
}
