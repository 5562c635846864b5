import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from './date-time.js';
import { TaskStatus } from './task-status.js';

/**
 * The GraphQL face of a task. Values behind it hold the fields of `Task`, its details and its freshness side by side; they
 * are instances of their class by prototype alone, and no constructor of it runs. What needs the store or the clock is
 * resolved in the graphql room.
 */

/** The services that the schema is built with; filled from the list of sources before the schema is made. */
export const TaskServiceValues: Record<string, string> = {};

registerEnumType(TaskServiceValues, {
  name: 'TaskService',
  description: 'An upstream service. Open: clients must render values that they do not know.',
});
registerEnumType(TaskStatus, {
  name: 'TaskStatus',
  description: 'One normalised status over all services; the upstream’s own word stands beside it.',
  valuesConfig: {
    EXPIRED: { description: 'The upstream no longer knows the task; its last known fields stay.' },
    UNKNOWN: { description: 'A word that the gateway does not know. Not done, unless `done` says so.' },
  },
});

@InterfaceType('Node', {
  autoRegisterImplementations: false,
  description: 'Anything with a global id.',
  resolveType: taskTypeName,
})
export abstract class NodeType {
  @Field(() => ID)
  id!: string;
}

@ObjectType('TaskResource', { description: 'What a task works on.' })
export class TaskResourceType {
  @Field(() => String, { description: 'server, share, api_group, application, blockchain_instance; an open set' })
  type!: string;
  @Field(() => ID)
  id!: string;
  @Field(() => String, { nullable: true })
  name!: string | null;
}

@ObjectType('TaskError', { description: 'Why a task itself failed.' })
export class TaskErrorType {
  @Field(() => String, {
    nullable: true,
    description:
      'Normalised: NOT_FOUND, CONFLICT, QUOTA_EXCEEDED, PERMISSION_DENIED, INVALID_INPUT, UNAVAILABLE, INTERNAL, UNKNOWN',
  })
  code!: string | null;
  @Field(() => String)
  message!: string;
  @Field(() => String, { nullable: true, description: 'The upstream’s own code, verbatim.' })
  upstreamCode!: string | null;
}

@ObjectType('TaskProgress')
export class TaskProgressType {
  @Field(() => Int)
  done!: number;
  @Field(() => Int)
  total!: number;
  @Field(() => Float, { description: '0..100' })
  percent!: number;
}

@ObjectType('TaskEstimate', {
  description:
    'From this gateway’s own history: tasks of the same account, service and kind that succeeded, the newest 200 of them.',
})
export class TaskEstimateType {
  @Field(() => Int)
  samples!: number;
  @Field(() => Float, { description: 'Half of them took no longer, from `createdAt` to `finishedAt`.' })
  typicalSeconds!: number;
  @Field(() => Float, { description: 'Nine of ten took no longer.' })
  slowSeconds!: number;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: '`createdAt` and `typicalSeconds`; null when the task is done or has taken longer already.',
  })
  expectedFinishAt!: number | null;
  @Field(() => Boolean, { description: 'Open, and past `slowSeconds`.' })
  overdue!: boolean;
}

@ObjectType('PollError', { description: 'Why the last read failed. A failed read never changes a status.' })
export class PollErrorType {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => DateTimeScalar)
  at!: number;
  @Field(() => Boolean)
  retryable!: boolean;
}

@InterfaceType('Task', {
  implements: NodeType,
  autoRegisterImplementations: false,
  description: 'Work that an upstream service finishes later.',
  resolveType: taskTypeName,
})
export abstract class TaskType extends NodeType {
  @Field(() => TaskServiceValues)
  service!: string;
  @Field(() => String, { description: 'Name of the configured account.' })
  account!: string;
  @Field(() => String)
  region!: string;
  @Field(() => ID, { description: 'The upstream’s own task or job id.' })
  upstreamId!: string;
  @Field(() => String, { description: 'What the task does; `unknown` until known.' })
  kind!: string;
  @Field(() => TaskStatus)
  status!: TaskStatus;
  @Field(() => Boolean, { description: 'Nothing follows any more.' })
  done!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'The upstream’s own word, verbatim; null before its first answer.',
  })
  upstreamStatus!: string | null;
  @Field(() => TaskResourceType, { nullable: true })
  resource!: TaskResourceType | null;
  @Field(() => DateTimeScalar, { description: 'When the task was started, or first seen.' })
  createdAt!: number;
  @Field(() => DateTimeScalar, { description: 'When its latest change was stored.' })
  updatedAt!: number;
  @Field(() => DateTimeScalar, { nullable: true })
  startedAt!: number | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'As the upstream says; where it has no times, when the end was seen.',
  })
  finishedAt!: number | null;
  @Field(() => TaskErrorType, { nullable: true, description: 'Set when the task itself failed.' })
  error!: TaskErrorType | null;
  @Field(() => [TaskErrorType], { description: 'Partial failures of a task that succeeded.' })
  warnings!: TaskErrorType[];
  @Field(() => TaskProgressType, { nullable: true, description: 'Null when not known.' })
  progress!: TaskProgressType | null;
  @Field(() => TaskEstimateType, {
    nullable: true,
    description: 'Null while fewer than 10 tasks of the same account, service and kind have succeeded.',
  })
  estimate!: TaskEstimateType | null;
  @Field(() => Int, { description: 'Number of the latest change: 1, 2, 3 … without gaps.' })
  seq!: number;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the upstream last answered about this task.' })
  observedAt!: number | null;
  @Field(() => Boolean, { description: 'The upstream could not be read for longer than three planned intervals.' })
  stale!: boolean;
  @Field(() => DateTimeScalar, { nullable: true })
  nextPollAt!: number | null;
  @Field(() => PollErrorType, { nullable: true })
  lastPollError!: PollErrorType | null;
  @Field(() => GraphQLJSON, { nullable: true, description: 'The last answer of the upstream, secrets removed.' })
  raw!: unknown;
}

/** The GraphQL type of a task value, carried by the value itself. */
function taskTypeName(value: { readonly __typename: string }): string {
  return value.__typename;
}

/** What field resolvers of a source may ask of the GraphQL context. */
export interface TaskContext {
  /** The content that the task produced (see `Facts.content`). */
  content(taskId: string): Promise<string>;
}
