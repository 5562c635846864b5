import type { FollowedTask, TaskFilter } from './task.js';

/** The fields that a filter looks at. */
export interface FilterableTask extends Pick<
  FollowedTask,
  'id' | 'service' | 'account' | 'upstreamId' | 'kind' | 'status' | 'done' | 'stale' | 'resource' | 'createdAt'
> {
  readonly estimate: Pick<NonNullable<FollowedTask['estimate']>, 'overdue'> | null;
}

/**
 * Whether a task that was told of is in the filter, or has just left it. What the gateway alone can judge, `stale` and
 * `overdue`, is taken from the task as it came.
 */
export function matchesFilter(task: FilterableTask, filter: TaskFilter): boolean {
  return (
    includes(filter.ids, task.id) &&
    includes(filter.services, task.service) &&
    includes(filter.accounts, task.account) &&
    includes(filter.statuses, task.status) &&
    includes(filter.kinds, task.kind) &&
    same(filter.done, task.done) &&
    same(filter.stale, task.stale) &&
    same(filter.overdue, task.estimate?.overdue ?? false) &&
    same(filter.resourceId, task.resource?.id) &&
    searched(task, filter.search) &&
    (!filter.createdAfter || Date.parse(task.createdAt) > Date.parse(filter.createdAfter)) &&
    (!filter.createdBefore || Date.parse(task.createdAt) < Date.parse(filter.createdBefore))
  );
}

function includes<Value>(values: readonly Value[] | null | undefined, value: Value): boolean {
  return !values || values.includes(value);
}

function same<Value>(wanted: Value | null | undefined, value: Value): boolean {
  return wanted === null || wanted === undefined || wanted === value;
}

function searched({ upstreamId, kind, resource }: FilterableTask, search: string | null | undefined): boolean {
  if (!search) return true;
  const text = search.toLowerCase();
  return [upstreamId, kind, resource?.id, resource?.name].some((part) => part?.toLowerCase().includes(text) ?? false);
}
