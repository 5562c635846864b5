import {
  cacheExchange,
  Client as Urql,
  fetchExchange,
  gql,
  subscriptionExchange,
  type ExecutionResult,
} from '@urql/core';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startWithFiveTasks, TYPE_NAMES, type FiveTasks, type Service } from './five-tasks.js';

interface ShownTask {
  readonly __typename: string;
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
}

const SHOWN = gql`
  fragment Shown on Task {
    __typename
    id
    status
    done
  }
`;
const LIST = gql<{ tasks: { nodes: ShownTask[] } }>`
  query List {
    tasks(first: 200) {
      nodes {
        ...Shown
        ... on SfsTask {
          shareId
        }
      }
    }
  }
  ${SHOWN}
`;
const BIND = gql<{ bindLdap: { task: ShownTask } }>`
  mutation Bind($input: BindLdapInput!) {
    bindLdap(input: $input) {
      task {
        ...Shown
      }
      userErrors {
        message
      }
    }
  }
  ${SHOWN}
`;
const FOLLOW = gql<{ taskUpdated: { cursor: string; task: ShownTask } }>`
  subscription Follow($id: ID!) {
    taskUpdated(id: $id) {
      cursor
      task {
        ...Shown
      }
    }
  }
  ${SHOWN}
`;

describe('urql', () => {
  let five: FiveTasks;
  let socket: Client;

  beforeEach(async () => {
    five = await startWithFiveTasks();
    socket = createClient({ url: five.gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  });
  afterEach(async () => {
    await socket.dispose();
    await five.gateway.stop();
  });

  const url = (): string => `${five.gateway.url}/graphql`;
  const overWebSocket = (): Urql =>
    new Urql({
      url: url(),
      preferGetMethod: false,
      exchanges: [
        cacheExchange,
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query, variables },
                { ...sink, next: (result) => sink.next(result as ExecutionResult) },
              ),
            }),
          }),
        }),
      ],
    });
  const overEventStream = (): Urql =>
    new Urql({
      url: url(),
      preferGetMethod: false,
      fetchSubscriptions: true,
      exchanges: [cacheExchange, fetchExchange],
    });

  /** What the subscription gives, until the gateway completes it. */
  function follow(urql: Urql, id: string): Promise<readonly ShownTask[]> {
    return new Promise((resolve, reject) => {
      const seen: ShownTask[] = [];
      const { unsubscribe } = urql.subscription(FOLLOW, { id }).subscribe(({ data, error, hasNext }) => {
        if (error) return reject(error);
        if (data && seen.at(-1) !== data.taskUpdated.task) seen.push(data.taskUpdated.task);
        if (hasNext) return;
        // The last result comes while `subscribe` runs only if there was none before it.
        queueMicrotask(() => unsubscribe());
        resolve(seen);
      });
    });
  }

  describe.each([
    ['graphql-ws', overWebSocket],
    ['its own fetch and server-sent events', overEventStream],
  ])('over %s', (_transport, connect) => {
    it('reads the tasks, starts one and follows it until the gateway completes', async () => {
      const urql = connect();
      const list = await urql.query(LIST, {});
      expect(list.error).toBeUndefined();
      expect(list.data!.tasks.nodes).toHaveLength(5);

      const input = { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' };
      const { task } = (await urql.mutation(BIND, { input })).data!.bindLdap;
      const followed = follow(urql, task.id);
      five.gateway.simulator.control.hurryAll({ service: 'SFS' });
      expect((await followed).at(-1)).toMatchObject({ id: task.id, done: true });

      // The cache of documents goes by `__typename`, which urql adds: the mutation made the list out of date.
      const again = await urql.query(LIST, {});
      expect(again.data!.tasks.nodes.map(({ id }) => id)).toContain(task.id);
    });

    it.each(Object.entries(TYPE_NAMES) as [Service, string][])(
      'follows a task of %s to its end',
      async (service, __typename) => {
        const followed = follow(connect(), five.ids[service]);
        five.gateway.simulator.control.hurryAll({ service });
        expect((await followed).at(-1)).toMatchObject({ __typename, done: true });
      },
    );

    it('gets the gateway’s own code where a task is not known', async () => {
      const id = Buffer.from(JSON.stringify(['SFS', 'demo', '', 'never-heard-of'])).toString('base64url');
      await expect(follow(connect(), id)).rejects.toMatchObject({
        graphQLErrors: [{ extensions: { code: 'NOT_FOUND' } }],
      });
    });
  });

  it('reads by GET, as it prefers to, and sends no header for it that a form could not send', async () => {
    const urql = new Urql({ url: url(), exchanges: [fetchExchange], preferGetMethod: 'within-url-limit' });
    const { data, error } = await urql.query(LIST, {});
    expect(error).toBeUndefined();
    expect(data!.tasks.nodes).toHaveLength(5);
  });
});
