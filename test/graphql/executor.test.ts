import { execute, getOperationAST, OperationTypeNode, parse, validate, type ExecutionResult } from 'graphql';
import fc from 'fast-check';
import { createContext } from '../../src/graphql/context.js';
import { createExecutor, type Execution } from '../../src/graphql/executor.js';
import { createStoredTasks } from '../../src/graphql/task-loader.js';
import { createChance, OperationGrammar } from '../access/operation-grammar.js';
import { ADMIN, startGateway, type TestGateway } from './gateway.js';

const RUNS = process.env['TASKGATE_LONG'] ? 3_000 : 200;

describe('a compiled document', () => {
  let host: TestGateway;
  let ids: readonly string[];

  beforeEach(async () => {
    host = await startGateway();
    const held = [await host.hold('one'), await host.hold('two', 'beta', { status: 'SUCCEEDED' })];
    ids = held.map(({ id }) => id);
  });
  afterEach(() => host.close());

  function execution(query: string, variables: Record<string, unknown> = {}): Execution | undefined {
    const document = parse(query);
    const operation = getOperationAST(document);
    if (!operation || operation.operation !== OperationTypeNode.QUERY || validate(host.schema, document).length > 0)
      return undefined;
    const contextValue = createContext({ gateway: host.gateway, stored: createStoredTasks(host.store) }, ADMIN, 'c');
    return { schema: host.schema, document, operation, variableValues: variables, contextValue };
  }

  async function both(query: string, variables?: Record<string, unknown>) {
    const [first, second] = [execution(query, variables), execution(query, variables)];
    if (!first || !second) return undefined;
    const compiled = createExecutor(host.schema, 0);
    return [comparable(await execute(first)), comparable(await compiled(second))] as const;
  }

  it('is answered as an interpreted one is, whatever the schema allows', async () => {
    const grammar = new OperationGrammar(host.schema, ids);
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        const query = grammar.operation(createChance(seed));
        if (query.includes('waitForTask')) return;
        const answers = await both(query);
        if (!answers) return;
        compared++;
        const [interpreted, compiled] = answers;
        expect(compiled.data).toEqual(interpreted.data);
        // Where an error makes null of a whole list, graphql-js no longer tells of its other items.
        expect(compiled.errors).toEqual(expect.arrayContaining(interpreted.errors));
        expect(compiled.errors.length > 0).toBe(interpreted.errors.length > 0);
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 4);
  });

  it.each([
    ['an id that is none', '{ task(id: "none") { id } }'],
    ['one of several', '{ nodes(ids: ["none", "bm9uZQ"]) { id } }'],
    ['a page too large', '{ a: tasks(first: 1) { nodes { id } } tasks(first: 999) {\n nodes { id } } }'],
    ['a cursor that is none', '{\n  viewer { name }\n  tasks(after: "x") { pageInfo { endCursor } }\n}'],
  ])('says of %s the same, at the same place', async (_, query) => {
    const answers = await both(query);
    expect(answers?.[0].errors.length).toBeGreaterThan(0);
    expect(answers?.[1]).toEqual(answers?.[0]);
  });

  it('leaves out what is skipped', async () => {
    const query = 'query($no: Boolean!) { viewer { name role @skip(if: $no) accounts @include(if: $no) } }';
    for (const no of [true, false]) {
      const answers = await both(query, { no });
      expect(answers?.[1]).toEqual(answers?.[0]);
    }
  });
});

function comparable({ data, errors = [] }: ExecutionResult) {
  const shown = errors.map(({ message, path, locations, originalError }) => ({
    message,
    path,
    locations,
    cause: originalError?.name,
  }));
  return {
    data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
    errors: shown.sort((a, b) => (JSON.stringify(a.path) < JSON.stringify(b.path) ? -1 : 1)),
  };
}
