import { createClient } from 'graphql-ws';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import WebSocket from 'ws';
import { startWithFiveTasks, type FiveTasks } from '../clients/five-tasks.js';
import { blocksOf, PAGES, whereIs, type Block } from './pages.js';

interface Operation {
  readonly block: Block;
  readonly variables: string;
}

/** Each operation with the variables that stand below it. */
const OPERATIONS = PAGES.flatMap((page) => {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, index): readonly (readonly [string, Operation])[] => {
    if (block.language !== 'graphql') return [];
    const next = blocks[index + 1];
    const variables = next?.language === 'json' && next.words[0] === 'variables' ? next.text : '{}';
    return [[whereIs(block), { block, variables }]];
  });
});

describe('the operations in the pages', () => {
  let five: FiveTasks;
  let placeholders: Readonly<Record<string, string>>;

  beforeAll(async () => {
    five = await startWithFiveTasks();
    const { gateway, ids } = five;
    const { data } = await gateway.query('query ($id: ID!) { tasks { streamCursor } task(id: $id) { upstreamId } }', {
      id: ids.SFS,
    });
    const { tasks, task } = data as { tasks: { streamCursor: string }; task: { upstreamId: string } };
    placeholders = {
      ID_OF_AN_SFS_TASK: ids.SFS,
      ID_OF_A_BCS_TASK: ids.BCS,
      ID_OF_A_RENDER_TASK: ids.RENDER,
      UPSTREAM_ID_OF_AN_SFS_JOB: task.upstreamId,
      A_STREAM_CURSOR: tasks.streamCursor,
    };
  });
  afterAll(() => five.gateway.stop());

  async function execute(query: string, variables: Record<string, unknown>): Promise<unknown> {
    const operation = getOperationAST(parse(query));
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return five.gateway.query(query, variables);
    const client = createClient({ url: five.gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    try {
      const stream = client.iterate({ query, variables });
      const first = stream.next();
      // Something must happen, for those that begin with a change.
      five.gateway.simulator.control.hurryAll({ service: 'ECS' });
      const { value } = (await first) as { value: unknown };
      return value;
    } finally {
      await client.dispose();
    }
  }

  it.each(OPERATIONS)('%s runs against the demo', async (_where, { block, variables }) => {
    const text = variables.replace(/[A-Z_]{8,}/g, (name) => placeholders[name] ?? name);
    const answer = await execute(block.text, JSON.parse(text) as Record<string, unknown>);
    expect(answer).not.toHaveProperty('errors');
    expect(answer).toMatchObject({ data: expect.any(Object) as unknown });
    const refusals = [...JSON.stringify(answer).matchAll(/"userErrors":\[(.*?)\]/g)].map(([, inside]) => inside);
    expect(refusals.filter((inside) => inside !== '')).toEqual([]);
    // A null in the place of the task would be an answer about nothing.
    for (const root of Object.values((answer as { data: object }).data)) expect(root).not.toBeNull();
  });
});
