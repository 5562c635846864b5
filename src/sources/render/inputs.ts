import { Field, ID, InputType } from 'type-graphql';

@InputType('StopRenderTaskInput')
export class StopRenderTaskInput {
  @Field(() => ID)
  id!: string;
}
