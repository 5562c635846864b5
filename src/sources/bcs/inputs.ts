import { Field, ID, InputType } from 'type-graphql';

@InputType('DeleteBcsTaskRecordsInput')
export class DeleteBcsTaskRecordsInput {
  @Field(() => [ID])
  ids!: string[];
}
