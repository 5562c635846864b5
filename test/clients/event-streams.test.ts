import { createClient } from 'graphql-sse';
import { connectEventSource, type EventSourceLike } from './event-source.js';
import { followToTheirEnds, startWithFiveTasks, TYPE_NAMES, type FiveTasks, type FollowedEvent } from './five-tasks.js';

const FOLLOW = `subscription Follow($id: ID!) {
  taskUpdated(id: $id) { type cursor task { __typename seq done } }
}`;

describe('event streams', () => {
  let five: FiveTasks;
  beforeEach(async () => {
    five = await startWithFiveTasks();
  });
  afterEach(() => five.gateway.stop());

  it('serve a graphql-sse client in distinct connections mode: tasks of all services to completion', async () => {
    const client = createClient({ url: `${five.gateway.url}/graphql`, singleConnection: false, retryAttempts: 0 });
    const list = await client.iterate<{ tasks: { totalCount: number } }>({ query: '{ tasks { totalCount } }' }).next();
    expect((list.value as { data: unknown }).data).toEqual({ tasks: { totalCount: 5 } });

    const ends = await followToTheirEnds(five, (id) =>
      client.iterate<{ taskUpdated: FollowedEvent }>({ query: FOLLOW, variables: { id } }),
    );
    expect(ends).toEqual(Object.entries(TYPE_NAMES).map(([service, typeName]) => [service, typeName, true]));
    client.dispose();
  });

  describe('an EventSource as browsers have it', () => {
    let source: EventSourceLike | undefined;
    afterEach(() => source?.close());

    const follow = (id: string): EventSourceLike => {
      const url = new URL('/graphql', five.gateway.url);
      url.searchParams.set('query', FOLLOW);
      url.searchParams.set('variables', JSON.stringify({ id }));
      return (source = connectEventSource(url.href));
    };

    it('goes on behind its last event when its connection is cut, by itself, until `complete`', async () => {
      source = follow(five.ids.RENDER);
      const seen: FollowedEvent[] = [];
      for await (const { type, data } of source) {
        if (type === 'complete') break;
        const { taskUpdated } = (JSON.parse(data) as { data: { taskUpdated: FollowedEvent } }).data;
        seen.push(taskUpdated);
        if (seen.length > 1) continue;
        source.cut();
        five.gateway.simulator.control.hurryAll({ service: 'RENDER' });
      }
      expect(source.connections).toEqual([undefined, seen[0]!.cursor]);
      expect(seen[0]!.type).toBe('SNAPSHOT');
      expect(seen.slice(1).map(({ type }) => type)).toEqual(seen.slice(1).map(() => 'CHANGED'));
      expect(seen.map(({ task }) => task.seq)).toEqual(seen.map((_event, index) => seen[0]!.task.seq + index));
      expect(seen.at(-1)!.task.done).toBe(true);
    });

    it('outlives a restart of the gateway on another port behind the same address', async () => {
      source = follow(five.ids.BCS);
      const events = source[Symbol.asyncIterator]();
      const first = await events.next();
      const restarted = await five.gateway.restart();
      try {
        restarted.simulator.control.hurryAll({ service: 'BCS' });
        source.moveTo(restarted.url);
        const types: string[] = [];
        for (let next = await events.next(); !next.done && next.value.type !== 'complete'; next = await events.next()) {
          types.push((JSON.parse(next.value.data) as { data: { taskUpdated: FollowedEvent } }).data.taskUpdated.type);
        }
        expect(types.length).toBeGreaterThan(0);
        expect(types).toEqual(types.map(() => 'CHANGED'));
        expect(source.connections.at(-1)).toBe((first.value as { id: string }).id);
      } finally {
        Object.assign(five, { gateway: restarted });
      }
    });
  });
});
