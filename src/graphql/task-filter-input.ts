import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../task/date-time.js';
import type { TaskFilter } from '../task/task-filter.js';
import { parseTaskId } from '../task/task-id.js';
import { TaskServiceValues } from '../task/task-type.js';
import { TaskStatus } from '../task/task-status.js';
import { plainInput } from './secret-input.js';

@InputType('TaskFilter', {
  description: 'Fields are ANDed, values inside a list are ORed; an empty list matches nothing.',
})
export class TaskFilterInput {
  @Field(() => [ID], { nullable: true })
  ids?: readonly string[] | null;
  @Field(() => [TaskServiceValues], { nullable: true })
  services?: readonly string[] | null;
  @Field(() => [String], { nullable: true })
  accounts?: readonly string[] | null;
  @Field(() => [TaskStatus], { nullable: true })
  statuses?: readonly TaskStatus[] | null;
  @Field(() => Boolean, { nullable: true })
  done?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Not in subscriptions to tasks.' })
  stale?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Past `estimate.slowSeconds`. Not in subscriptions to tasks.' })
  overdue?: boolean | null;
  @Field(() => [String], { nullable: true })
  kinds?: readonly string[] | null;
  @Field(() => ID, { nullable: true })
  resourceId?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Case-insensitive substring of upstreamId, kind, resource id or resource name.',
  })
  search?: string | null;
  @Field(() => DateTimeScalar, { nullable: true })
  createdAfter?: Date | null;
  @Field(() => DateTimeScalar, { nullable: true })
  createdBefore?: Date | null;
}

/** @throws InvalidTaskIdError when one of `ids` is no task id */
export function toTaskFilter(input: TaskFilterInput | null | undefined): TaskFilter {
  if (!input) return {};
  const { createdAfter, createdBefore, ...plain } = input;
  for (const id of plain.ids ?? []) parseTaskId(id, 'each of filter.ids');
  return {
    ...(plainInput(plain) as TaskFilter),
    ...(createdAfter && { createdAfter: createdAfter.getTime() }),
    ...(createdBefore && { createdBefore: createdBefore.getTime() }),
  };
}
