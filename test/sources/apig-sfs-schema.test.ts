import { execute, parse, printType, type GraphQLSchema } from 'graphql';
import { buildSchema, Query, Resolver } from 'type-graphql';
import { apig } from '../../src/sources/apig/index.js';
import { normaliseTask } from '../../src/sources/apig/normalise.js';
import { parseTask } from '../../src/sources/apig/wire.js';
import { sfs } from '../../src/sources/sfs/index.js';
import type { Facts } from '../../src/task/reading.js';
import { createTask } from '../../src/task/apply-reading.js';
import { TaskServiceValues, TaskType } from '../../src/task/task-type.js';
import { vendorFixture } from './vendor-fixtures/fixture.js';

let answer: unknown;

@Resolver()
class TestResolver {
  @Query(() => TaskType)
  task(): unknown {
    return answer;
  }
}

let schema: GraphQLSchema;

beforeAll(async () => {
  TaskServiceValues.SFS = 'SFS';
  TaskServiceValues.APIG = 'APIG';
  const inputs = [...sfs.starts, ...apig.starts].map(({ inputType }) => inputType);
  schema = await buildSchema({
    resolvers: [TestResolver],
    orphanedTypes: [sfs.taskType, apig.taskType, ...inputs],
    validate: false,
  });
});

/** The type as the schema has it, without descriptions, one field a line, sorted. */
function fieldsOf(name: string): string[] {
  const text = printType(schema.getType(name)!).replaceAll(/"""[\s\S]*?"""/g, '');
  return [...text.matchAll(/^ {2}(\S+: \S+)$/gm)].map(([, field]) => field!).sort();
}

function fields(text: string): string[] {
  return text.split(', ').sort();
}

/** What a query gives for a task with these facts, as the graphql room lays it out. */
async function query(service: string, facts: Facts, selection: string, content = ''): Promise<unknown> {
  const identity = { service, account: 'team-a', scope: '', upstreamId: 'u' };
  const { task } = createTask(identity, 'cn-north-4', facts, 0);
  answer = { ...task, ...task.details, __typename: service === 'SFS' ? 'SfsTask' : 'ApigTask' };
  const contextValue = { content: async (id: string) => (id === task.id ? content : 'of another task') };
  const result = await execute({ schema, document: parse(`{ task { id ${selection} } }`), contextValue });
  expect(result.errors).toBeUndefined();
  return result.data!.task;
}

describe('the GraphQL types of SFS and APIG', () => {
  it('have the fields and nullability of the contract', () => {
    expect(fieldsOf('SfsTask')).toEqual(expect.arrayContaining(['shareId: ID', 'subTasks: [SfsSubTask!]!']));
    expect(fieldsOf('SfsSubTask')).toEqual(
      fields(
        'upstreamId: ID!, kind: String!, status: TaskStatus!, upstreamStatus: String, startedAt: DateTime, finishedAt: DateTime, error: TaskError',
      ),
    );
    expect(fieldsOf('ApigTask')).toEqual(expect.arrayContaining(['instanceId: ID', 'result: ApigTaskResult']));
    expect(printType(schema.getType('ApigTaskResult')!)).toBe(
      'union ApigTaskResult = ApigImportResult | ApigExportResult',
    );
    expect(fieldsOf('ApigImportResult')).toEqual(
      fields(
        'groupId: ID, swaggerId: ID, imported: [ApigImportedApi!]!, failures: [ApigImportFailure!]!, ignored: [ApigApiRef!]!',
      ),
    );
    expect(fieldsOf('ApigImportedApi')).toEqual(fields('id: ID!, action: String!, method: String!, path: String!'));
    expect(fieldsOf('ApigImportFailure')).toEqual(
      fields('method: String!, path: String!, code: String, message: String'),
    );
    expect(fieldsOf('ApigApiRef')).toEqual(fields('method: String!, path: String!'));
    expect(fieldsOf('ApigExportResult')).toEqual(fields('fileName: String, fileType: String, content: String!'));
  });

  it('have the inputs of the contract', () => {
    const options =
      'userDn: String, password: String, vpcId: String, backupUrl: String, schema: String, searchTimeout: Int';
    const common = 'account: String!, clientRequestId: ID';
    expect(fieldsOf('BindLdapInput')).toEqual(
      fields(`${common}, ${options}, shareId: ID!, url: String!, baseDn: String!`),
    );
    expect(fieldsOf('UpdateLdapInput')).toEqual(
      fields(`${common}, ${options}, shareId: ID!, url: String, baseDn: String`),
    );
    expect(fieldsOf('UnbindLdapInput')).toEqual(fields(`${common}, shareId: ID!`));
    expect(fieldsOf('ImportApisInput')).toEqual(
      fields(
        `${common}, instanceId: ID!, definition: String!, fileName: String, isCreateGroup: Boolean, groupId: ID, extendMode: ApigMergeMode, simpleMode: Boolean, mockMode: Boolean, apiMode: ApigMergeMode`,
      ),
    );
    expect(fieldsOf('ExportApisInput')).toEqual(
      fields(
        `${common}, instanceId: ID!, envId: ID!, groupId: ID!, oasVersion: String, define: String, type: String, version: String, apiIds: [ID!]`,
      ),
    );
  });

  it('are tasks and nodes', () => {
    for (const name of ['SfsTask', 'ApigTask']) {
      const interfaces = schema.getType(name)!.toConfig() as unknown as { interfaces: readonly { name: string }[] };
      expect(interfaces.interfaces.map((each) => each.name).sort()).toEqual(['Node', 'Task']);
    }
  });

  it('answer for a task of which nothing is known yet', async () => {
    const selection =
      '... on SfsTask { shareId subTasks { kind } } ... on ApigTask { instanceId result { __typename } }';
    expect(await query('SFS', {}, selection)).toMatchObject({ shareId: null, subTasks: [] });
    expect(await query('APIG', {}, selection)).toMatchObject({ instanceId: null, result: null });
  });

  it('tell sub-tasks with their times', async () => {
    const subTask = { upstreamId: 'a', kind: 'check', status: 'SUCCEEDED', upstreamStatus: 'success', error: null };
    const facts = { details: { shareId: 's', subTasks: [{ ...subTask, startedAt: 1_000, finishedAt: null }] } };
    const selection = '... on SfsTask { subTasks { upstreamId kind status startedAt finishedAt error { code } } }';
    expect(JSON.parse(JSON.stringify(await query('SFS', facts, selection)))).toMatchObject({
      subTasks: [{ upstreamId: 'a', status: 'SUCCEEDED', startedAt: '1970-01-01T00:00:01.000Z', finishedAt: null }],
    });
  });

  it('tell the result of an import', async () => {
    const body = vendorFixture('apig.task.import.succeed.json');
    const facts = normaliseTask(parseTask(body, body.task_id as string));
    const selection = '... on ApigTask { result { ... on ApigImportResult { groupId imported { action path } } } }';
    expect(await query('APIG', facts, selection)).toMatchObject({
      result: { groupId: '9100ae30705947cc9543d37cd7fb388c', imported: [{ action: 'create', path: '/test1' }] },
    });
  });

  it('fetch the content of an export from where the store keeps it, by the id of the task', async () => {
    const body = vendorFixture('apig.task.export.succeed.json');
    const facts = normaliseTask(parseTask(body, body.task_id as string));
    const selection = '... on ApigTask { result { __typename ... on ApigExportResult { fileType content } } }';
    expect(await query('APIG', facts, selection, facts.content)).toMatchObject({
      result: { __typename: 'ApigExportResult', fileType: 'json', content: facts.content },
    });
  });
});
