import type { FilterableTask, FollowedTask, TaskOrder } from '../../client/index.js';

/** What a row shows of a task: the part that pages bring. Events bring more. */
export interface BoardTask
  extends
    FilterableTask,
    Pick<
      FollowedTask,
      | 'region'
      | 'observedAt'
      | 'upstreamStatus'
      | 'updatedAt'
      | 'startedAt'
      | 'finishedAt'
      | 'progress'
      | 'estimate'
      | 'seq'
    > {
  readonly estimate: FollowedTask['estimate'];
  readonly error: { readonly code: string | null } | null;
}

/** Below nothing: `a` stands above `b`. As the gateway orders, ties by id. */
export function compareTasks(order: TaskOrder): (a: BoardTask, b: BoardTask) => number {
  const field = order.startsWith('CREATED') ? 'createdAt' : 'updatedAt';
  const sign = order.endsWith('DESC') ? -1 : 1;
  return (a, b) => {
    if (a[field] !== b[field]) return a[field] < b[field] ? -sign : sign;
    return a.id === b.id ? 0 : a.id < b.id ? -sign : sign;
  };
}
