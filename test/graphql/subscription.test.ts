import type { EventStream, StreamEvent } from '../../src/delivery/delivery.js';
import type { PreparedOperation } from '../../src/graphql/operation.js';
import { formatTaskId } from '../../src/task/task-id.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { ADMIN, asSent, codesOf, OPERATOR, principal, READER, startGateway, type TestGateway } from './gateway.js';

const TASK_UPDATED = `subscription($id: ID!, $after: String) { taskUpdated(id: $id, after: $after) { type cursor previousStatus
  task { id status seq stale raw } transition { seq from to streamCursor } resetReason } }`;

describe('subscriptions', () => {
  let test: TestGateway;
  beforeEach(async () => {
    test = await startGateway();
  });
  afterEach(() => test.close());

  const prepare = (query: string, variables = {}, asker = READER): PreparedOperation => {
    const prepared = test.operations.prepare({ query, variables }, asker);
    if (prepared.type === 'rejected') throw new Error(JSON.stringify(prepared.result));
    return prepared;
  };

  it('renders what a stream brings, the task as of the event', async () => {
    const { id } = await test.hold('t1', 'alpha', {}, { status: TaskStatus.RUNNING }, { status: TaskStatus.SUCCEEDED });
    const prepared = prepare(TASK_UPDATED, { id });
    const stream = await prepared.subscribe();
    expect(asSent(await prepared.render(await firstEvent(stream)))).toMatchObject({
      data: { taskUpdated: { type: 'SNAPSHOT', task: { id, status: 'SUCCEEDED', seq: 3, stale: false, raw: null } } },
    });

    const timeline = `query($id: ID!) { task(id: $id) { timeline(first: 1) { nodes { streamCursor } } } }`;
    const { data } = await test.ask(timeline, { id });
    const after = (data as { task: { timeline: { nodes: { streamCursor: string }[] } } }).task.timeline.nodes[0]
      ?.streamCursor;
    const resumed = await prepare(TASK_UPDATED, { id, after }).subscribe();
    expect(asSent(await prepared.render(await firstEvent(resumed)))).toMatchObject({
      data: {
        taskUpdated: {
          type: 'CHANGED',
          previousStatus: 'PENDING',
          task: { status: 'RUNNING', seq: 2 },
          transition: { seq: 2, from: 'PENDING', to: 'RUNNING' },
          resetReason: null,
        },
      },
    });
  });

  it('renders statistics', async () => {
    await test.hold('t1');
    const prepared = prepare('subscription { taskStatsUpdated { total byService { service open } } }');
    const event = await firstEvent(await prepared.subscribe());
    expect(asSent(await prepared.render(event))).toEqual({
      data: { taskStatsUpdated: { total: 1, byService: [{ service: 'TOY', open: 1 }] } },
    });
  });

  it.each([
    ['a malformed id', TASK_UPDATED, { id: 'garbage' }, 'BAD_USER_INPUT'],
    ['a task that is not there', TASK_UPDATED, { id: idOf('none', 'alpha') }, 'NOT_FOUND'],
    ['a task that is not visible', TASK_UPDATED, { id: idOf('hidden', 'beta') }, 'NOT_FOUND'],
    ['no cursor at all', 'subscription { tasksUpdated(after: "x") { cursor } }', {}, 'BAD_USER_INPUT'],
    ['stale', 'subscription { tasksUpdated(filter: {stale: true}) { cursor } }', {}, 'BAD_USER_INPUT'],
    ['overdue', 'subscription { tasksUpdated(filter: {overdue: false}) { cursor } }', {}, 'BAD_USER_INPUT'],
  ])('does not open for %s', async (_what, query, variables, code) => {
    await test.hold('hidden', 'beta');
    const refused = await prepare(query, variables).subscribe();
    expect(codesOf(asSent(refused as never))).toEqual([code]);
  });

  it('puts into one group what gives equal answers, and nothing else', () => {
    const query = 'subscription($filter: TaskFilter) { tasksUpdated(filter: $filter) { cursor } }';
    const key = (asker = READER, filter = {}): string => prepare(query, { filter }, asker).groupKey;
    const same = key(READER, { kinds: ['a'], done: true });
    expect(key(principal('READER', ['alpha']), { done: true, kinds: ['a'] })).toBe(same);
    expect(new Set([same, key(), key(OPERATOR), key(ADMIN), key(principal('READER', ['beta']))]).size).toBe(5);
  });
});

function idOf(upstreamId: string, account: string): string {
  return formatTaskId({ service: 'TOY', account, scope: '', upstreamId });
}

async function firstEvent(stream: EventStream | object): Promise<StreamEvent> {
  for await (const event of stream as EventStream) return event;
  throw new Error('The stream is over');
}
