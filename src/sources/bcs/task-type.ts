import { Field, ID, ObjectType } from 'type-graphql';
import { TaskType } from '../../task/task-type.js';

@ObjectType('BcsTask', {
  implements: TaskType,
  description: 'A job on an instance of the Huawei Cloud blockchain engine (BCS).',
})
export class BcsTaskType extends TaskType {
  @Field(() => ID, { nullable: true })
  instanceId!: string | null;
  @Field(() => String, { nullable: true })
  instanceName!: string | null;
}
