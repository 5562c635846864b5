import type { TaskFilter } from '../task/task-filter.js';
import type { TaskStatus } from '../task/task-status.js';
import type { Task } from '../task/task.js';
import type { Accounts, TaskCounts } from './store.js';

/**
 * Tasks that agree in everything a dashboard counts by form a cell. There are few of them, whatever the number of
 * tasks: counts are sums over cells, and a page of a rare combination is merged from the pages of its cells.
 */
export interface CellKey {
  readonly service: string;
  readonly account: string;
  readonly kind: string;
  readonly status: TaskStatus;
  readonly done: boolean;
}

export interface Cell extends CellKey {
  readonly cell: number;
  readonly count: number;
}

export function formatCellKey({ service, account, kind, status, done }: CellKey): string {
  return JSON.stringify([service, account, kind, status, done]);
}

export function parseCellKey(key: string): CellKey {
  const [service, account, kind, status, done] = JSON.parse(key) as [string, string, string, TaskStatus, boolean];
  return { service, account, kind, status, done };
}

export function cellKeyOf(task: Task): CellKey {
  const { service, account, kind, status, done } = task;
  return { service, account, kind, status, done };
}

/** The cells that can hold tasks in the filter; empty ones are left out. */
export function matchingCells(cells: Iterable<Cell>, filter: TaskFilter, accounts: Accounts): readonly Cell[] {
  const fits = (cell: Cell): boolean =>
    cell.count > 0 &&
    includes(accounts ?? undefined, cell.account) &&
    includes(filter.accounts, cell.account) &&
    includes(filter.services, cell.service) &&
    includes(filter.statuses, cell.status) &&
    includes(filter.kinds, cell.kind) &&
    (filter.done === undefined || filter.done === cell.done) &&
    !((filter.stale === true || filter.overdue === true) && cell.done);
  return [...cells].filter(fits);
}

/** Whether the cells alone decide what is in the filter. */
export function decidedByCells(filter: TaskFilter): boolean {
  return (
    filter.ids === undefined &&
    filter.stale === undefined &&
    filter.overdue === undefined &&
    filter.resourceId === undefined &&
    filter.search === undefined &&
    filter.createdAfter === undefined &&
    filter.createdBefore === undefined
  );
}

export function sumCounts(cells: Iterable<{ readonly count: number }>): number {
  let sum = 0;
  for (const { count } of cells) sum += count;
  return sum;
}

export function countTasks(cells: readonly Cell[], stale: number, overdue: number): TaskCounts {
  const byStatus = new Map<TaskStatus, number>();
  const byService = new Map<string, { count: number; open: number }>();
  let total = 0;
  let open = 0;
  for (const { service, status, done, count } of cells) {
    if (count === 0) continue;
    const openHere = done ? 0 : count;
    const known = byService.get(service);
    total += count;
    open += openHere;
    byStatus.set(status, (byStatus.get(status) ?? 0) + count);
    byService.set(service, { count: (known?.count ?? 0) + count, open: (known?.open ?? 0) + openHere });
  }
  return { total, open, stale, overdue, byStatus, byService };
}

function includes<T>(values: readonly T[] | undefined, value: T): boolean {
  return values === undefined || values.includes(value);
}
