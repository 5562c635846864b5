import type { BoardView } from './view.js';

/** As they stand in the table, from left to right. */
export const COLUMNS = [
  'status',
  'kind',
  'service',
  'resource',
  'account',
  'region',
  'progress',
  'created',
  'started',
  'finished',
  'duration',
  'seen',
  'upstream',
  'error',
  'actions',
] as const;
export type Column = (typeof COLUMNS)[number];

/** What a row cannot do without: where its task stands, its name that opens it, and what can be done with it. */
const FIXED: readonly Column[] = ['status', 'kind', 'actions'];
export const CHOOSABLE: readonly Column[] = COLUMNS.filter((column) => !FIXED.includes(column));
const SHOWN_UNASKED: ReadonlySet<string> = new Set<Column>([
  'service',
  'resource',
  'account',
  'progress',
  'started',
  'duration',
  'seen',
]);

export function isColumn(name: string): name is Column {
  return (CHOOSABLE as readonly string[]).includes(name);
}

/** The columns that a view shows, in their fixed order. */
export function columnsOf({ columns }: Pick<BoardView, 'columns'>): readonly Column[] {
  const chosen = columns === null ? SHOWN_UNASKED : new Set(columns);
  return COLUMNS.filter((column) => FIXED.includes(column) || chosen.has(column));
}

/** The view with one column more or less. What is shown unasked needs no saying; unknown names are kept. */
export function toggleColumn(view: BoardView, column: Column): BoardView {
  const shown = new Set<string>(columnsOf(view).filter(isColumn));
  if (!shown.delete(column)) shown.add(column);
  const unknown = (view.columns ?? []).filter((name) => !isColumn(name));
  const asUnasked = unknown.length === 0 && CHOOSABLE.every((each) => shown.has(each) === SHOWN_UNASKED.has(each));
  return { ...view, columns: asUnasked ? null : [...CHOOSABLE.filter((each) => shown.has(each)), ...unknown] };
}
