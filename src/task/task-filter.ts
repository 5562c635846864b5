import type { FilterFacts } from './transition.js';
import type { Instant, Task } from './task.js';
import type { TaskStatus } from './task-status.js';

/** Fields are ANDed, values inside a list are ORed; an empty list matches nothing; absent matches everything. */
export interface TaskFilter {
  readonly ids?: readonly string[];
  readonly services?: readonly string[];
  readonly accounts?: readonly string[];
  readonly statuses?: readonly TaskStatus[];
  readonly done?: boolean;
  readonly stale?: boolean;
  readonly overdue?: boolean;
  readonly kinds?: readonly string[];
  readonly resourceId?: string;
  /** Case-insensitive substring of upstreamId, kind, resource id or resource name. */
  readonly search?: string;
  readonly createdAfter?: Instant;
  readonly createdBefore?: Instant;
}

/**
 * Whether a task with these facts is in the filter. `stale` and `overdue` depend on the clock and on history,
 * so they are the store's to judge and are not looked at here.
 */
export function matchesFilter(task: Task, facts: FilterFacts, filter: TaskFilter): boolean {
  return (
    includes(filter.ids, task.id) &&
    includes(filter.services, task.service) &&
    includes(filter.accounts, task.account) &&
    includes(filter.statuses, facts.status) &&
    (filter.done === undefined || filter.done === facts.done) &&
    includes(filter.kinds, facts.kind) &&
    (filter.resourceId === undefined || filter.resourceId === facts.resource?.id) &&
    (filter.search === undefined || searchText(task, facts).includes(foldForSearch(filter.search))) &&
    (filter.createdAfter === undefined || task.createdAt > filter.createdAfter) &&
    (filter.createdBefore === undefined || task.createdAt < filter.createdBefore)
  );
}

/** What `search` looks in. Fields are kept apart by a character that a folded search cannot have. */
export function searchText({ upstreamId }: Pick<Task, 'upstreamId'>, { kind, resource }: FilterFacts): string {
  return [upstreamId, kind, resource?.id ?? '', resource?.name ?? ''].map(foldForSearch).join('\u0001');
}

/** Makes texts comparable: lower case, nothing that a database could not hold. */
export function foldForSearch(text: string): string {
  return text.toLowerCase().replace(/[\p{Cc}\p{Cs}]/gu, ' ');
}

function includes<T>(values: readonly T[] | undefined, value: T): boolean {
  return values === undefined || values.includes(value);
}
