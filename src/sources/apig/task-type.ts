import { createUnionType, Ctx, Field, ID, ObjectType } from 'type-graphql';
import { TaskType, type TaskContext } from '../../task/task-type.js';

@ObjectType('ApigImportedApi')
export class ApigImportedApiType {
  @Field(() => ID)
  id!: string;
  @Field(() => String, { description: 'create or update; an open set' })
  action!: string;
  @Field(() => String)
  method!: string;
  @Field(() => String)
  path!: string;
}

@ObjectType('ApigImportFailure', { description: 'An API that could not be imported; the others were.' })
export class ApigImportFailureType {
  @Field(() => String)
  method!: string;
  @Field(() => String)
  path!: string;
  @Field(() => String, { nullable: true, description: 'The upstream’s own code, verbatim.' })
  code!: string | null;
  @Field(() => String, { nullable: true })
  message!: string | null;
}

@ObjectType('ApigApiRef')
export class ApigApiRefType {
  @Field(() => String)
  method!: string;
  @Field(() => String)
  path!: string;
}

@ObjectType('ApigImportResult', { description: 'What became of the APIs of a definition.' })
export class ApigImportResultType {
  readonly __typename!: 'ApigImportResult';
  @Field(() => ID, { nullable: true, description: 'The group that the APIs are in now.' })
  groupId!: string | null;
  @Field(() => ID, { nullable: true, description: 'Of the stored definition.' })
  swaggerId!: string | null;
  @Field(() => [ApigImportedApiType])
  imported!: ApigImportedApiType[];
  @Field(() => [ApigImportFailureType], { description: 'They are among the warnings of the task as well.' })
  failures!: ApigImportFailureType[];
  @Field(() => [ApigApiRefType])
  ignored!: ApigApiRefType[];
}

@ObjectType('ApigExportResult', { description: 'The definition that was written.' })
export class ApigExportResultType {
  readonly __typename!: 'ApigExportResult';
  /** Of the task that the result belongs to; see `ApigTaskType.withTaskId`. */
  readonly taskId!: string;
  @Field(() => String, { nullable: true, description: 'As the upstream names it, without an extension.' })
  fileName!: string | null;
  @Field(() => String, { nullable: true, description: 'json, yaml or yml, without a dot' })
  fileType!: string | null;

  @Field(() => String, { description: 'The definition itself, as the upstream wrote it.' })
  content(@Ctx() context: TaskContext): Promise<string> {
    return context.content(this.taskId);
  }
}

type Result = ApigImportResultType | ApigExportResultType;

export const ApigTaskResult = createUnionType({
  name: 'ApigTaskResult',
  types: () => [ApigImportResultType, ApigExportResultType] as const,
  resolveType: (value: Result) => value.__typename,
});

@ObjectType('ApigTask', {
  implements: TaskType,
  description: 'An import or export of API definitions by a dedicated gateway.',
})
export class ApigTaskType extends TaskType {
  @Field(() => ID, { nullable: true, description: 'The dedicated gateway.' })
  instanceId!: string | null;

  protected readonly result?: Result | null;

  @Field(() => ApigTaskResult, { name: 'result', nullable: true, description: 'Null until done.' })
  withTaskId(): Result | null {
    return this.result ? Object.assign({ taskId: this.id }, this.result) : null;
  }
}
