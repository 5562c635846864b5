import { Field, ID, ObjectType } from 'type-graphql';
import { TaskType } from '../../task/task-type.js';

@ObjectType('EcsTask', {
  implements: TaskType,
  description: 'Binding, unbinding, replacing or resetting the SSH key pair of a server.',
})
export class EcsTaskType extends TaskType {
  @Field(() => String, { nullable: true, description: 'UNBIND, RESET, REPLACE, BIND; open; null until known.' })
  operation!: string | null;
  @Field(() => ID, { nullable: true })
  serverId!: string | null;
  @Field(() => String, { nullable: true, description: 'Known once the upstream has listed the task.' })
  serverName!: string | null;
  @Field(() => String, { nullable: true })
  keypairName!: string | null;
}
