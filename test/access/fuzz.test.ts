import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { formatTaskId } from '../../src/task/task-id.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { CLIENTS, PLENTY } from './access-kit.js';
import { createChance, OperationGrammar } from './operation-grammar.js';

const RUNS = process.env['TASKGATE_LONG'] ? 100_000 : 2_000;
const LONGEST_MS = process.env['TASKGATE_LONG'] ? 1_800_000 : 600_000;

const VALID = [
  { query: '{ tasks(first: 3) { totalCount nodes { id status ... on SfsTask { subTasks { kind } } } } }' },
  {
    query: 'query Q($id: ID!, $n: Int = 3) { task(id: $id) { id timeline(first: $n) { nodes { seq } } } }',
    variables: { id: 'x' },
  },
  {
    query: 'query($f: TaskFilter) { taskStats(filter: $f) { total } }',
    variables: { f: { statuses: ['RUNNING'], done: false } },
  },
  { query: 'mutation { untrackTask(input: { id: "x" }) { id userErrors { code } } }', operationName: null },
  { query: '{ viewer { ...V } } fragment V on Viewer { name @include(if: true) }', extensions: {} },
];

const words = fc.constantFrom(
  'tasks',
  'task',
  'node',
  'nodes',
  'viewer',
  'id',
  'nodes',
  'raw',
  'first',
  '__typename',
  '__schema',
  '... on SfsTask',
  '...F',
  'fragment F on Query',
  'query',
  'subscription',
  'mutation',
  '$a',
  ': Int',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ':',
  '!',
  '=',
  '@skip(if: $a)',
  '"',
  '"""',
  '-1',
  '1e999',
  'null',
  '\u0000',
  '\ud800',
  '#',
  '&',
  '{ viewer { name } }',
);

/** Texts made of the words of the language, and of valid bodies with something cut out, put in or put twice. */
const operation = fc.array(words, { maxLength: 40 }).map((parts) => JSON.stringify({ query: parts.join(' ') }));
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.nat(),
    fc.nat(12),
    fc.oneof(words, fc.string({ unit: 'binary', maxLength: 8 })),
    fc.boolean(),
  )
  .map(([body, at, cut, put, inside]) => {
    const text = inside ? body.query : JSON.stringify(body);
    const start = at % (text.length + 1);
    const changed = text.slice(0, start) + put + text.slice(start + cut);
    return inside ? JSON.stringify({ ...body, query: changed }) : changed;
  });
const typed = fc
  .record(
    {
      query: fc.oneof(fc.constant(VALID[1]?.query), fc.json()),
      variables: fc.jsonValue(),
      operationName: fc.jsonValue(),
      extensions: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

describe('whatever is sent', () => {
  let gateway: RunningGateway;
  let grammar: OperationGrammar;
  beforeAll(async () => {
    const polling = { discoverSeconds: 0, requestsPerSecond: 10_000 };
    gateway = await startGateway({ config: { clients: CLIENTS, limits: PLENTY, polling } });
    gateway.simulator.control.createTasks({ service: 'BCS', count: 5, runMs: 3_600_000 });
    const ids = gateway.simulator.control
      .tasks({ service: 'BCS' })
      .map(({ id }) => formatTaskId({ service: 'BCS', account: 'demo', scope: '', upstreamId: id }));
    grammar = new OperationGrammar(schema, ids);
  });
  afterAll(() => gateway.stop());

  async function holds(body: string): Promise<void> {
    const headers = { authorization: 'Bearer operator-key', 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect(response.status).toBeLessThan(500);
    const text = await response.text();
    expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    const answer = JSON.parse(text) as { data?: unknown; errors?: unknown };
    expect(answer.data !== undefined || Array.isArray(answer.errors)).toBe(true);
  }

  it(
    'is answered in the shape of GraphQL, and never by an internal error',
    () => fc.assert(fc.asyncProperty(fc.oneof(operation, mutated, typed), holds), { numRuns: RUNS }),
    LONGEST_MS,
  );

  it(
    'is answered so also where the schema allows it',
    () =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 1 }), (seed) =>
          holds(JSON.stringify({ query: grammar.operation(createChance(seed)) })),
        ),
        { numRuns: RUNS, endOnFailure: true },
      ),
    LONGEST_MS,
  );
});
