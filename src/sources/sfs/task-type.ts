import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../task/date-time.js';
import { TaskErrorType, TaskType } from '../../task/task-type.js';
import { TaskStatus } from '../../task/task-status.js';

@ObjectType('SfsSubTask', { description: 'A step of an SFS Turbo job.' })
export class SfsSubTaskType {
  @Field(() => ID)
  upstreamId!: string;
  @Field(() => String, { description: 'As the upstream names it; `unknown` when it does not.' })
  kind!: string;
  @Field(() => TaskStatus)
  status!: TaskStatus;
  @Field(() => String, { nullable: true, description: 'The upstream’s own word, verbatim.' })
  upstreamStatus!: string | null;
  @Field(() => DateTimeScalar, { nullable: true })
  startedAt!: number | null;
  @Field(() => DateTimeScalar, { nullable: true })
  finishedAt!: number | null;
  @Field(() => TaskErrorType, { nullable: true })
  error!: TaskErrorType | null;
}

@ObjectType('SfsTask', { implements: TaskType, description: 'A job of SFS Turbo, Huawei Cloud’s shared file system.' })
export class SfsTaskType extends TaskType {
  @Field(() => ID, { nullable: true, description: 'Known when the job was started here; its upstream never says it.' })
  shareId!: string | null;

  /** What the task knows; absent until the upstream has answered once about a task that was tracked. */
  protected readonly subTasks?: readonly SfsSubTaskType[];

  @Field(() => [SfsSubTaskType], { name: 'subTasks', description: 'In the upstream’s order; empty when not known.' })
  listSubTasks(): readonly SfsSubTaskType[] {
    return this.subTasks ?? [];
  }
}
