import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { followToTheirEnds, startWithFiveTasks, TYPE_NAMES, type FiveTasks, type FollowedEvent } from './five-tasks.js';

const FOLLOW = `subscription Follow($id: ID!, $after: String) {
  taskUpdated(id: $id, after: $after) { type cursor task { __typename seq done } }
}`;

describe('a plain graphql-ws client', () => {
  let five: FiveTasks;
  let client: Client;
  let sockets: WebSocket[];

  beforeEach(async () => {
    five = await startWithFiveTasks();
    sockets = [];
    class RecordedWebSocket extends WebSocket {
      constructor(url: string, protocols?: string) {
        super(url, protocols);
        sockets.push(this);
      }
    }
    client = createClient({
      url: five.gateway.socketUrl,
      webSocketImpl: RecordedWebSocket,
      retryAttempts: 5,
      retryWait: () => Promise.resolve(),
    });
  });
  afterEach(async () => {
    await client.dispose();
    await five.gateway.stop();
  });

  it('runs queries and mutations on the same socket as subscriptions', async () => {
    const once = async (query: string): Promise<unknown> => {
      const results: unknown[] = [];
      for await (const result of client.iterate({ query })) results.push(result);
      return results[0];
    };
    expect(await once('{ viewer { name } }')).toEqual({ data: { viewer: { name: 'anybody' } } });
    expect(await once(`mutation { untrackTask(input: { id: "${five.ids.BCS}" }) { id } }`)).toEqual({
      data: { untrackTask: { id: five.ids.BCS } },
    });
    expect(await once('{ tasks(first: 200) { totalCount } }')).toEqual({ data: { tasks: { totalCount: 4 } } });
    expect(sockets.length).toBeGreaterThan(0);
  });

  it('follows one task of each service at once, each to its completion', async () => {
    const ends = await followToTheirEnds(five, (id) =>
      client.iterate<{ taskUpdated: FollowedEvent }>({ query: FOLLOW, variables: { id } }),
    );
    expect(ends).toEqual(Object.entries(TYPE_NAMES).map(([service, typeName]) => [service, typeName, true]));
    expect(sockets).toHaveLength(1);
  });

  it('that resubscribes behind its last cursor when its socket is cut misses nothing and sees nothing twice', async () => {
    let after: string | null = null;
    const seen: FollowedEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      const subscribe = (): void => {
        client.subscribe<{ taskUpdated: FollowedEvent }>(
          // The getter is read anew by each retry.
          {
            query: FOLLOW,
            get variables() {
              return { id: five.ids.SFS, after };
            },
          },
          {
            next({ data }) {
              const event = data!.taskUpdated;
              seen.push(event);
              after = event.cursor;
              if (seen.length === 1) {
                sockets.at(-1)!.terminate();
                five.gateway.simulator.control.hurryAll({ service: 'SFS' });
              }
            },
            error: reject,
            complete: resolve,
          },
        );
      };
      subscribe();
    });
    expect(sockets.length).toBeGreaterThan(1);
    expect(seen.at(-1)!.task.done).toBe(true);
    const first = seen[0]!.task.seq;
    expect(seen.map(({ task }) => task.seq)).toEqual(seen.map((_event, index) => first + index));
    expect(seen.filter(({ type }) => type === 'SNAPSHOT')).toHaveLength(1);
  });
});
