import type { FollowedTask, TaskOrder } from './task.js';

/**
 * For a list that is kept by updates: below nothing, `a` stands above `b`. As the gateway orders, ties by id; instants of
 * RFC 3339 in UTC are in order of time as texts.
 */
export function compareTasks(order: TaskOrder): (a: ComparableTask, b: ComparableTask) => number {
  const field = order.startsWith('CREATED') ? 'createdAt' : 'updatedAt';
  const sign = order.endsWith('DESC') ? -1 : 1;
  return (a, b) => sign * (compare(a[field], b[field]) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export type ComparableTask = Pick<FollowedTask, 'id' | 'createdAt' | 'updatedAt'>;
