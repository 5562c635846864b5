import { Field, ID, InputType, registerEnumType } from 'type-graphql';

export const ApigMergeMode = { MERGE: 'MERGE', OVERRIDE: 'OVERRIDE' } as const;
export type ApigMergeMode = (typeof ApigMergeMode)[keyof typeof ApigMergeMode];

registerEnumType(ApigMergeMode, {
  name: 'ApigMergeMode',
  description: 'What wins where an imported definition and an existing one differ.',
  valuesConfig: {
    MERGE: { description: 'What exists.' },
    OVERRIDE: { description: 'What is imported.' },
  },
});

@InputType()
class InstanceInput {
  @Field(() => String, { description: 'Name of the configured account.' })
  account!: string;
  @Field(() => ID, { description: 'The dedicated gateway.' })
  instanceId!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'Makes the mutation idempotent for 24 h: the same id and input give the same task.',
  })
  clientRequestId?: string | null;
}

@InputType('ImportApisInput', { description: 'A Swagger or OpenAPI definition whose APIs are to be made or changed.' })
export class ImportApisInput extends InstanceInput {
  @Field(() => String, { description: 'The definition itself, JSON or YAML, at most 12 MiB.' })
  definition!: string;
  @Field(() => String, { nullable: true, description: 'What the definition is called; by its format when left out.' })
  fileName?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the APIs get a group of their own; true when left out.',
  })
  isCreateGroup?: boolean | null;
  @Field(() => ID, { nullable: true, description: 'The group that they join; needed when `isCreateGroup` is false.' })
  groupId?: string | null;
  @Field(() => ApigMergeMode, { nullable: true, description: 'For extended information; MERGE when left out.' })
  extendMode?: ApigMergeMode | null;
  @Field(() => Boolean, { nullable: true })
  simpleMode?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Whether the APIs get a mock backend.' })
  mockMode?: boolean | null;
  @Field(() => ApigMergeMode, { nullable: true, description: 'For the APIs themselves; MERGE when left out.' })
  apiMode?: ApigMergeMode | null;
}

@InputType('ExportApisInput', { description: 'The published APIs of a group that are to be written to a definition.' })
export class ExportApisInput extends InstanceInput {
  @Field(() => ID, { description: 'Where the APIs are published, e.g. `DEFAULT_ENVIRONMENT_RELEASE_ID`.' })
  envId!: string;
  @Field(() => ID)
  groupId!: string;
  @Field(() => String, { nullable: true, description: '2.0 or 3.0; 2.0 when left out.' })
  oasVersion?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'How much is written: spec, proxy, all or dev; spec when left out.',
  })
  define?: string | null;
  @Field(() => String, { nullable: true, description: 'json, yaml or yml; json when left out.' })
  type?: string | null;
  @Field(() => String, { nullable: true, description: 'Of the definition; the time of the export when left out.' })
  version?: string | null;
  @Field(() => [ID], { nullable: true, description: 'Only these APIs; all of the group when left out.' })
  apiIds?: string[] | null;
}
