import { readFileSync } from 'node:fs';
import {
  buildSchema as parseSchema,
  execute,
  isInputObjectType,
  isObjectType,
  parse,
  type GraphQLSchema,
} from 'graphql';
import { Arg, buildSchema, Query, Resolver } from 'type-graphql';
import { bcs } from '../../src/sources/bcs/index.js';
import { DeleteBcsTaskRecordsInput } from '../../src/sources/bcs/inputs.js';
import { ecs } from '../../src/sources/ecs/index.js';
import { AssociateKeypairInput, DisassociateKeypairInput } from '../../src/sources/ecs/inputs.js';
import { render } from '../../src/sources/render/index.js';
import { StopRenderTaskInput } from '../../src/sources/render/inputs.js';
import { RenderTaskType } from '../../src/sources/render/task-type.js';
import { TaskServiceValues } from '../../src/task/task-type.js';

const TYPES = ['EcsTask', 'RenderTask', 'RenderDevice', 'BcsTask'];
const INPUTS = [
  'DisassociateKeypairInput',
  'AssociateKeypairInput',
  'KeypairAuthInput',
  'StopRenderTaskInput',
  'DeleteBcsTaskRecordsInput',
];
/** Resolved by the graphql room for all tasks. */
const ELSEWHERE = ['timeline'];

@Resolver()
class ProbeResolver {
  @Query(() => RenderTaskType)
  probe(
    @Arg('a', () => DisassociateKeypairInput, { nullable: true }) _a: unknown,
    @Arg('b', () => AssociateKeypairInput, { nullable: true }) _b: unknown,
    @Arg('c', () => StopRenderTaskInput, { nullable: true }) _c: unknown,
    @Arg('d', () => DeleteBcsTaskRecordsInput, { nullable: true }) _d: unknown,
  ): unknown {
    return { __typename: 'RenderTask', id: 'tracked, and not read yet' };
  }
}

async function build(): Promise<GraphQLSchema> {
  Object.assign(TaskServiceValues, { ECS: 'ECS', RENDER: 'RENDER', BCS: 'BCS' });
  const orphanedTypes = [ecs, render, bcs].map(({ taskType }) => taskType);
  return buildSchema({ resolvers: [ProbeResolver], orphanedTypes, validate: false });
}

function fieldsOf(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInputObjectType(type)) throw new Error(`no ${name}`);
  const fields: Readonly<Record<string, { readonly name: string; readonly type: unknown }>> = type.getFields();
  return Object.values(fields)
    .filter((field) => !ELSEWHERE.includes(field.name))
    .map((field) => `${field.name}: ${String(field.type)}`)
    .sort();
}

it('types and inputs have the fields of the contract', async () => {
  const schema = await build();
  const contract = parseSchema(readFileSync(new URL('../fixtures/contract.graphql', import.meta.url), 'utf8'));
  for (const name of [...TYPES, ...INPUTS])
    expect([name, fieldsOf(schema, name)]).toEqual([name, fieldsOf(contract, name)]);
  expect(schema.getType('KeypairAuthType')?.toConfig()).toMatchObject({ values: { PASSWORD: {}, KEYPAIR: {} } });
});

it('a render task that nobody has read yet has a list of locations', async () => {
  const document = parse('{ probe { id locations finishReason device { id } } }');
  const answer = await execute({ schema: await build(), document });
  expect(answer).toEqual({ data: { probe: expect.objectContaining({ locations: [], device: null }) as unknown } });
});
