import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import type { Json } from '../base/json.js';
import type { Estimate } from '../store/store.js';
import { DateTimeScalar } from '../task/date-time.js';
import { isStale, type Freshness, type PollError, type Task } from '../task/task.js';
import { PollErrorType, TaskEstimateType, TaskType } from '../task/task-type.js';
import { TaskStatus } from '../task/task-status.js';
import type { Transition } from '../task/transition.js';
import type { GraphQLContext } from './context.js';
import { formatPageCursor, parsePageCursor } from './page-cursor.js';
import { DEFAULT_PAGE, pageSize } from './page-size.js';
import { PageInfoType } from './page-info.js';
import type { TaskValue } from './task-view.js';
import type { Plain } from './plain.js';

@ObjectType('TaskTransition', { description: 'One stored change of a task.' })
export class TaskTransitionType {
  @Field(() => Int, { description: '1, 2, 3 … without gaps.' })
  seq!: number;
  @Field(() => TaskStatus, { nullable: true, description: 'Null when the task became known.' })
  from!: TaskStatus | null;
  @Field(() => TaskStatus, { description: 'May equal `from`: a sub-task went on, say.' })
  to!: TaskStatus;
  @Field(() => String, { nullable: true })
  upstreamStatus!: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The change happened after this instant and before `at`.',
  })
  notBefore!: number | null;
  @Field(() => DateTimeScalar)
  at!: number;
  @Field(() => String, { description: 'Pass as `after` of a subscription to get what followed.' })
  streamCursor!: string;
}

@ObjectType('TaskTransitionEdge')
class TaskTransitionEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => TaskTransitionType)
  node!: TaskTransitionType;
}

@ObjectType('TaskTransitionConnection')
class TaskTransitionConnectionType {
  @Field(() => [TaskTransitionEdgeType])
  edges!: readonly TaskTransitionEdgeType[];
  @Field(() => [TaskTransitionType])
  nodes!: readonly TaskTransitionType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int)
  totalCount!: number;
}

/** Fields of every task that need the store or the clock. */
@Resolver(() => TaskType)
export class TaskFieldsResolver {
  @FieldResolver(() => TaskTransitionConnectionType, {
    description: 'The changes since the task became known, or was tracked again, oldest first.',
  })
  async timeline(
    @Root() { id }: TaskValue,
    @Arg('first', () => Int, { nullable: true, defaultValue: DEFAULT_PAGE }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { gateway }: GraphQLContext,
  ): Promise<Plain<TaskTransitionConnectionType>> {
    const limit = pageSize('first', first) ?? DEFAULT_PAGE;
    const order = `timeline ${id}`;
    const afterSeq = typeof after === 'string' ? parsePageCursor(order, after, 'after').at : 0;
    const page = await gateway.store.timeline(id, { afterSeq, limit });
    const edges = page.transitions.map(({ point, ...transition }) => ({
      cursor: formatPageCursor(order, { at: transition.seq, id }),
      node: viewTransition(transition, gateway.delivery.cursorAt(point)),
    }));
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: page.hasNext,
        hasPreviousPage: afterSeq > 0,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      totalCount: page.totalCount,
    };
  }

  @FieldResolver(() => GraphQLJSON, { nullable: true })
  raw(@Root() { id }: TaskValue, @Ctx() { raw }: GraphQLContext): Promise<Json> {
    return raw.load(id);
  }

  @FieldResolver(() => TaskEstimateType, {
    nullable: true,
    description: 'Null while fewer than 10 tasks of the same account, service and kind have succeeded.',
  })
  async estimate(
    @Root() task: TaskValue,
    @Ctx() { estimates, gateway }: GraphQLContext,
  ): Promise<Plain<TaskEstimateType> | null> {
    const estimate = await estimates.load(task);
    return estimate && viewEstimate(task, estimate, gateway.clock.now());
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true })
  observedAt(@Root() task: TaskValue, @Ctx() context: GraphQLContext): Eventually<number | null> {
    return fromFreshness(task, context, ({ observedAt }) => observedAt);
  }

  @FieldResolver(() => DateTimeScalar, { nullable: true })
  nextPollAt(@Root() task: TaskValue, @Ctx() context: GraphQLContext): Eventually<number | null> {
    return fromFreshness(task, context, ({ nextPollAt }) => (task.done ? null : nextPollAt));
  }

  @FieldResolver(() => PollErrorType, { nullable: true })
  lastPollError(@Root() task: TaskValue, @Ctx() context: GraphQLContext): Eventually<PollError | null> {
    return fromFreshness(task, context, ({ lastPollError }) => lastPollError);
  }

  @FieldResolver(() => Boolean)
  stale(@Root() task: TaskValue, @Ctx() context: GraphQLContext): Eventually<boolean> {
    const now = context.gateway.clock.now();
    return fromFreshness(task, context, (freshness) => isStale(task as unknown as Task, freshness, now));
  }
}

export function viewTransition(transition: Transition, streamCursor: string): Plain<TaskTransitionType> {
  return { ...transition, streamCursor };
}

function viewEstimate(
  { createdAt, done }: TaskValue,
  { samples, typicalMs, slowMs }: Estimate,
  now: number,
): Plain<TaskEstimateType> {
  const expected = createdAt + typicalMs;
  return {
    samples,
    typicalSeconds: typicalMs / 1000,
    slowSeconds: slowMs / 1000,
    expectedFinishAt: done || now > expected ? null : expected,
    overdue: !done && now > createdAt + slowMs,
  };
}

type Eventually<T> = T | Promise<T>;

function fromFreshness<T>(
  { id, freshness }: TaskValue,
  context: GraphQLContext,
  pick: (freshness: Freshness) => T,
): Eventually<T> {
  return freshness ? pick(freshness) : context.freshness.load(id).then(pick);
}
