import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { TaskOrder, type TaskQuery } from '../store/store.js';
import { BadUserInputError } from '../task/errors.js';
import type { TaskFilter } from '../task/task-filter.js';
import { TaskServiceValues, TaskType } from '../task/task-type.js';
import type { GraphQLContext } from './context.js';
import { formatPageCursor, parsePageCursor } from './page-cursor.js';
import { PageInfoType } from './page-info.js';
import { DEFAULT_PAGE, pageSize } from './page-size.js';
import { sourceErrors } from './source.resolver.js';
import { TaskFilterInput, toTaskFilter } from './task-filter-input.js';
import type { TaskValue } from './task-view.js';
import type { Plain } from './plain.js';

registerEnumType(TaskOrder, { name: 'TaskOrder', description: 'Ties are ordered by id.' });

@ObjectType('TaskEdge')
class TaskEdgeType {
  readonly #order: TaskOrder;

  @Field(() => TaskType)
  readonly node: TaskValue;

  constructor(node: TaskValue, order: TaskOrder) {
    this.node = node;
    this.#order = order;
  }

  /** Made when it is asked for: fifty of them cost as much as the fields of fifty tasks. */
  @Field(() => String)
  get cursor(): string {
    return cursorOf(this.#order, this.node);
  }
}

@ObjectType('SourceError', { description: 'A source that could not be read.' })
export class SourceErrorType {
  @Field(() => TaskServiceValues)
  service!: string;
  @Field(() => String)
  account!: string;
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('TaskConnection')
class TaskConnectionType {
  @Field(() => [TaskEdgeType])
  edges!: readonly TaskEdgeType[];
  @Field(() => [TaskType])
  nodes!: readonly TaskValue[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => String, {
    description: 'Subscribe with `after: streamCursor`, and nothing between this page and the stream is missed.',
  })
  streamCursor!: string;
  @Field(() => [SourceErrorType], {
    description: 'Sources that could not be read; the list is then partial, not failed.',
  })
  sourceErrors!: readonly SourceErrorType[];
  /** Not in the schema: what `totalCount` counts. */
  filter!: TaskFilter;
}

interface PageArguments {
  readonly first: number | null | undefined;
  readonly after: string | null | undefined;
  readonly last: number | null | undefined;
  readonly before: string | null | undefined;
}

@Resolver(() => TaskConnectionType)
export class TasksResolver {
  @Query(() => TaskConnectionType, {
    nullable: true,
    description: 'Neither `first` nor `last`: the first 50. At most 200.',
  })
  async tasks(
    @Arg('filter', () => TaskFilterInput, { nullable: true }) filterInput: TaskFilterInput | null | undefined,
    @Arg('orderBy', () => TaskOrder, { nullable: true, defaultValue: TaskOrder.CREATED_DESC })
    orderBy: TaskOrder | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('last', () => Int, { nullable: true }) last: number | null | undefined,
    @Arg('before', () => String, { nullable: true }) before: string | null | undefined,
    @Ctx() context: GraphQLContext,
  ): Promise<Plain<TaskConnectionType>> {
    const { gateway, accounts, view } = context;
    const order = orderBy ?? TaskOrder.CREATED_DESC;
    const filter = toTaskFilter(filterInput);
    const place = toPlace(order, { first, after, last, before });
    // Taken before the page is read: what is committed in between is then in the page and in the stream, never in neither.
    const streamCursor = await gateway.delivery.headCursor();
    const page = await gateway.store.list({ filter, accounts, order, ...place, now: gateway.clock.now() });
    const nodes = page.tasks.map(view.ofStored);
    return {
      edges: nodes.map((node) => new TaskEdgeType(node, order)),
      nodes,
      pageInfo: {
        hasNextPage: page.hasNext,
        hasPreviousPage: page.hasPrevious,
        get startCursor() {
          return nodes[0] ? cursorOf(order, nodes[0]) : null;
        },
        get endCursor() {
          const last = nodes.at(-1);
          return last ? cursorOf(order, last) : null;
        },
      },
      streamCursor,
      sourceErrors: sourceErrors(context, filter),
      filter,
    };
  }

  @FieldResolver(() => Int)
  totalCount(@Root() { filter }: TaskConnectionType, @Ctx() { gateway, accounts }: GraphQLContext): Promise<number> {
    return gateway.store.count(filter, accounts, gateway.clock.now());
  }
}

type Place = Pick<TaskQuery, 'direction' | 'limit' | 'after' | 'before'>;

function toPlace(order: TaskOrder, { first, after, last, before }: PageArguments): Place {
  const forward = pageSize('first', first);
  const backward = pageSize('last', last);
  if (forward !== undefined && backward !== undefined) {
    throw new BadUserInputError('first and last cannot be used together');
  }
  return {
    direction: backward === undefined ? 'forward' : 'backward',
    limit: forward ?? backward ?? DEFAULT_PAGE,
    ...(typeof after === 'string' && { after: parsePageCursor(order, after, 'after') }),
    ...(typeof before === 'string' && { before: parsePageCursor(order, before, 'before') }),
  };
}

function cursorOf(order: TaskOrder, { id, createdAt, updatedAt }: TaskValue): string {
  const byCreation = order === TaskOrder.CREATED_ASC || order === TaskOrder.CREATED_DESC;
  return formatPageCursor(order, { at: byCreation ? createdAt : updatedAt, id });
}
