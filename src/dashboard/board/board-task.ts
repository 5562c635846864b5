import type { FilterableTask, FollowedTask } from '../../client/index.js';

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
