import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { TaskCounts } from '../store/store.js';
import { TASK_STATUSES, TaskStatus } from '../task/task-status.js';
import { TaskServiceValues } from '../task/task-type.js';
import type { GraphQLContext } from './context.js';
import { TaskFilterInput, toTaskFilter } from './task-filter-input.js';
import type { TaskView } from './task-view.js';
import type { Plain } from './plain.js';

@ObjectType('StatusCount')
class StatusCountType {
  @Field(() => TaskStatus)
  status!: TaskStatus;
  @Field(() => Int)
  count!: number;
}

@ObjectType('ServiceCount')
class ServiceCountType {
  @Field(() => TaskServiceValues)
  service!: string;
  @Field(() => Int)
  count!: number;
  @Field(() => Int)
  open!: number;
}

@ObjectType('TaskStats')
export class TaskStatsType {
  @Field(() => Int)
  total!: number;
  @Field(() => Int)
  open!: number;
  @Field(() => Int)
  stale!: number;
  @Field(() => Int)
  overdue!: number;
  @Field(() => [StatusCountType], { description: 'Only statuses that occur.' })
  byStatus!: readonly StatusCountType[];
  @Field(() => [ServiceCountType], { description: 'Only services that occur.' })
  byService!: readonly ServiceCountType[];
}

@Resolver()
export class StatsResolver {
  @Query(() => TaskStatsType, { nullable: true })
  async taskStats(
    @Arg('filter', () => TaskFilterInput, { nullable: true }) filter: TaskFilterInput | null | undefined,
    @Ctx() { gateway, accounts, view }: GraphQLContext,
  ): Promise<Plain<TaskStatsType>> {
    return viewStats(await gateway.store.stats(toTaskFilter(filter), accounts, gateway.clock.now()), view);
  }
}

export function viewStats({ byStatus, byService, ...totals }: TaskCounts, view: TaskView): Plain<TaskStatsType> {
  return {
    ...totals,
    byStatus: TASK_STATUSES.flatMap((status) => {
      const count = byStatus.get(status) ?? 0;
      return count > 0 ? [{ status, count }] : [];
    }),
    byService: [...byService]
      .filter(([service]) => view.knows(service))
      .map(([service, counts]) => ({ service, ...counts }))
      .sort((a, b) => (a.service < b.service ? -1 : 1)),
  };
}
