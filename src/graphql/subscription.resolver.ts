import {
  Arg,
  Ctx,
  Field,
  ID,
  ObjectType,
  registerEnumType,
  Resolver,
  Root,
  Subscription,
  type SubscribeResolverData,
} from 'type-graphql';
import { ResetReason, type EventStream, type TaskEvent } from '../delivery/delivery.js';
import type { TaskCounts } from '../store/store.js';
import { DateTimeScalar } from '../task/date-time.js';
import { BadUserInputError, TaskNotFoundError } from '../task/errors.js';
import { parseTaskId } from '../task/task-id.js';
import { TaskStatus } from '../task/task-status.js';
import { TaskType } from '../task/task-type.js';
import type { GraphQLContext } from './context.js';
import { TaskStatsType, viewStats } from './stats.resolver.js';
import { TaskTransitionType, viewTransition } from './task-fields.resolver.js';
import { TaskFilterInput, toTaskFilter } from './task-filter-input.js';
import type { TaskValue } from './task-view.js';
import type { Plain } from './plain.js';

const TaskEventKind = { SNAPSHOT: 'SNAPSHOT', CHANGED: 'CHANGED', REMOVED: 'REMOVED', RESET: 'RESET' } as const;
type TaskEventKind = (typeof TaskEventKind)[keyof typeof TaskEventKind];

registerEnumType(TaskEventKind, { name: 'TaskEventType' });
registerEnumType(ResetReason, {
  name: 'ResetReason',
  valuesConfig: {
    TRIMMED: { description: 'The changes behind the cursor are kept no longer.' },
    UNKNOWN_CURSOR: { description: 'This store did not make the cursor.' },
  },
});

@ObjectType('TaskEvent')
class TaskEventType {
  @Field(() => TaskEventKind)
  type!: TaskEventKind;
  @Field(() => String, { description: 'Opaque; pass as `after` to go on exactly behind this event.' })
  cursor!: string;
  @Field(() => TaskType, { nullable: true, description: 'As of this event; null only in RESET.' })
  task!: TaskValue | null;
  @Field(() => TaskTransitionType, { nullable: true, description: 'CHANGED only.' })
  transition!: TaskTransitionType | null;
  @Field(() => TaskStatus, {
    nullable: true,
    description: 'CHANGED only; null when the task has just become known.',
  })
  previousStatus!: TaskStatus | null;
  @Field(() => DateTimeScalar)
  at!: number;
  @Field(() => ResetReason, {
    nullable: true,
    description: 'RESET only. `taskUpdated`: a SNAPSHOT follows. `tasksUpdated`: read `tasks` again.',
  })
  resetReason!: ResetReason | null;
}

interface TaskUpdatedArgs {
  readonly id: string;
  readonly after?: string | null;
}
interface TasksUpdatedArgs {
  readonly filter?: TaskFilterInput | null;
  readonly after?: string | null;
}
type Opening<Args> = SubscribeResolverData<unknown, Args, GraphQLContext>;

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => TaskEventType, {
    description: 'A SNAPSHOT first (or what follows `after`), then changes; completes behind the final state.',
    subscribe: ({ args, context }: Opening<TaskUpdatedArgs>): Promise<EventStream> => {
      const { gateway, accounts, view } = context;
      const { account, service } = parseTaskId(args.id);
      if (!accounts.includes(account) || !view.knows(service)) throw new TaskNotFoundError();
      return gateway.delivery.stream({ type: 'task', accounts, id: args.id, after: args.after ?? null });
    },
  })
  taskUpdated(
    @Root() event: TaskEvent,
    @Arg('id', () => ID) _id: string,
    @Arg('after', () => String, { nullable: true }) _after: string | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Plain<TaskEventType> {
    return viewEvent(event, context);
  }

  @Subscription(() => TaskEventType, {
    description: 'Changes of all tasks in the filter. Never completes. A task that leaves the filter is told too.',
    subscribe: ({ args, context }: Opening<TasksUpdatedArgs>): Promise<EventStream> => {
      const { gateway, principal } = context;
      // Whoever sees every account also sees those that a reload brings while the stream is open.
      const accounts = principal.accounts === null ? null : context.accounts;
      const filter = toTaskFilter(args.filter);
      if (filter.stale !== undefined || filter.overdue !== undefined) {
        throw new BadUserInputError('stale and overdue cannot be subscribed to');
      }
      return gateway.delivery.stream({ type: 'tasks', accounts, filter, after: args.after ?? null });
    },
  })
  tasksUpdated(
    @Root() event: TaskEvent,
    @Arg('filter', () => TaskFilterInput, { nullable: true }) _filter: TaskFilterInput | null | undefined,
    @Arg('after', () => String, { nullable: true }) _after: string | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Plain<TaskEventType> {
    return viewEvent(event, context);
  }

  @Subscription(() => TaskStatsType, {
    description:
      'At once, then on change, at most 4 a second; `stale`, `overdue` and free filters are re-counted at most every 5 s.',
    subscribe: ({ args, context }: Opening<TasksUpdatedArgs>): Promise<EventStream> => {
      const { gateway, accounts } = context;
      return gateway.delivery.stream({ type: 'stats', accounts, filter: toTaskFilter(args.filter) });
    },
  })
  taskStatsUpdated(
    @Root() counts: TaskCounts,
    @Arg('filter', () => TaskFilterInput, { nullable: true }) _filter: TaskFilterInput | null | undefined,
    @Ctx() { view }: GraphQLContext,
  ): Plain<TaskStatsType> {
    return viewStats(counts, view);
  }
}

function viewEvent(event: TaskEvent, { view }: GraphQLContext): Plain<TaskEventType> {
  const { task, transition, cursor } = event;
  return {
    ...event,
    task: task && view.ofEvent(task),
    transition: transition && viewTransition(transition, cursor),
  };
}
