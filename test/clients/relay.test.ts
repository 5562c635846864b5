import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildSchema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLFieldMap,
  type GraphQLOutputType,
} from 'graphql';

const SCHEMA = readFileSync('schema/schema.graphql', 'utf8');
const schema = buildSchema(SCHEMA);

function fieldsOf(name: string): GraphQLFieldMap<unknown, unknown> {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${name} has no fields`);
  return type.getFields();
}
const typeOf = (type: string, field: string): string => String(fieldsOf(type)[field]?.type);
const inner = (type: GraphQLOutputType): GraphQLOutputType =>
  isNonNullType(type) ? (type.ofType as GraphQLOutputType) : type;

describe('what Relay asks of a server', () => {
  it('is there: an object is found again by its global id', () => {
    expect(typeOf('Node', 'id')).toBe('ID!');
    expect(typeOf('Query', 'node')).toBe('Node');
    expect(typeOf('Query', 'nodes')).toBe('[Node]!');
    for (const { name } of schema.getPossibleTypes(schema.getType('Task') as never)) {
      expect([name, schema.getImplementations(schema.getType('Node') as never).objects.map(String)]).toEqual([
        name,
        expect.arrayContaining([name]),
      ]);
    }
  });

  it('is there: every connection has edges with cursor and node, page info, and both ways or forward arguments', () => {
    const connections = Object.keys(schema.getTypeMap()).filter((name) => name.endsWith('Connection'));
    expect(connections).toEqual(['TaskConnection', 'TaskTransitionConnection']);
    for (const name of connections) {
      const edges = inner(fieldsOf(name)['edges']!.type);
      expect(isListType(edges)).toBe(true);
      const edge = name.replace('Connection', 'Edge');
      expect(String(edges)).toBe(`[${edge}!]`);
      expect(typeOf(edge, 'cursor')).toBe('String!');
      expect(fieldsOf(edge)['node']).toBeDefined();
      expect(typeOf(name, 'pageInfo')).toBe('PageInfo!');
    }
    expect(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'].map((f) => typeOf('PageInfo', f))).toEqual([
      'Boolean!',
      'Boolean!',
      'String',
      'String',
    ]);
    const args = fieldsOf('Query')['tasks']!.args.map(({ name }) => name);
    expect(args).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']));
  });

  it('can null what fails alone: a task of a list never nulls its neighbours, a failed field never the whole answer', () => {
    const nonNull = Object.entries(fieldsOf('Query')).filter(([, { type }]) => isNonNullType(type));
    expect(nonNull.map(([name]) => name).sort()).toEqual(['nodes', 'viewer']);
    expect(typeOf('Query', 'nodes')).toBe('[Node]!');
    for (const payload of Object.values(fieldsOf('Mutation'))) expect(isNonNullType(payload.type)).toBe(false);
  });
});

// It is fetched from the registry for this test alone: 118 MB that nothing else needs.
const mayInstall = process.env['CI'] !== undefined || process.env['TASKGATE_LONG'] !== undefined;

(mayInstall ? describe : describe.skip)('the Relay compiler', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-relay-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    cpSync('test/clients/relay', folder, { recursive: true });
    writeFileSync(join(folder, 'schema.graphql'), SCHEMA);
    const config = { src: './src', schema: './schema.graphql', language: 'typescript', eagerEsModules: true };
    writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
    execFileSync('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], { stdio: 'pipe' });
  });

  const compile = (): { readonly status: number | null; readonly output: string } => {
    const compiler = join(folder, 'node_modules/relay-compiler/cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, './relay.config.json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  it('compiles an application: pagination, refetch by node, store updates by edges, a subscription', () => {
    const { status, output } = compile();
    expect([status, output]).toEqual([0, expect.not.stringContaining('[ERROR]')]);
    expect(readdirSync(join(folder, 'src/__generated__')).sort()).toEqual([
      'boardBindMutation.graphql.ts',
      'boardFollowSubscription.graphql.ts',
      'boardQuery.graphql.ts',
      'boardRow.graphql.ts',
      'boardRowRefetchQuery.graphql.ts',
      'boardTasks.graphql.ts',
      'boardTasksPaginationQuery.graphql.ts',
      'boardTimeline.graphql.ts',
      'boardTimelinePaginationQuery.graphql.ts',
      'boardUntrackMutation.graphql.ts',
    ]);
    const refetch = readFileSync(join(folder, 'src/__generated__/boardRowRefetchQuery.graphql.ts'), 'utf8');
    expect(refetch).toContain('node(id: $id)');
  });

  it('says no to a field that the schema does not have', () => {
    const file = join(folder, 'src/board.js');
    writeFileSync(file, readFileSync(file, 'utf8').replace('serverName', 'serverNick'));
    expect(compile()).toEqual({ status: 1, output: expect.stringContaining('serverNick') as string });
  });
});
