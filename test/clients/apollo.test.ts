import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { possibleTypes } from '../../src/client/possible-types.js';
import { startWithFiveTasks, TYPE_NAMES, type FiveTasks } from './five-tasks.js';

interface ShownTask {
  readonly __typename: string;
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
}

const SHOWN = gql`
  fragment Shown on Task {
    id
    service
    status
    done
  }
`;
const LIST: TypedDocumentNode<{ tasks: { nodes: ShownTask[] } }> = gql`
  query List($filter: TaskFilter) {
    tasks(filter: $filter) {
      streamCursor
      nodes {
        ...Shown
        ... on EcsTask {
          serverId
        }
        ... on SfsTask {
          subTasks {
            kind
          }
        }
        ... on ApigTask {
          instanceId
          result {
            ... on ApigImportResult {
              groupId
            }
          }
        }
        ... on RenderTask {
          applicationId
        }
        ... on BcsTask {
          instanceName
        }
      }
    }
  }
  ${SHOWN}
`;
const BIND: TypedDocumentNode<{ bindLdap: { task: ShownTask; userErrors: [] } }> = gql`
  mutation Bind($input: BindLdapInput!) {
    bindLdap(input: $input) {
      task {
        ...Shown
        shareId
      }
      userErrors {
        message
      }
    }
  }
  ${SHOWN}
`;
const FOLLOW: TypedDocumentNode<{ taskUpdated: { task: ShownTask } }> = gql`
  subscription Follow($id: ID!) {
    taskUpdated(id: $id) {
      type
      cursor
      task {
        ...Shown
      }
    }
  }
  ${SHOWN}
`;

describe('Apollo Client', () => {
  let five: FiveTasks;
  let socket: Client;
  let apollo: ApolloClient;

  beforeEach(async () => {
    five = await startWithFiveTasks();
    const { url, socketUrl } = five.gateway;
    socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    apollo = new ApolloClient({
      cache: new InMemoryCache({ possibleTypes }),
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        new HttpLink({ uri: `${url}/graphql` }),
      ),
    });
  });
  afterEach(async () => {
    apollo.stop();
    await socket.dispose();
    await five.gateway.stop();
  });

  /** What the subscription gives, until the gateway completes it. */
  function follow(id: string): Promise<readonly ShownTask[]> {
    return new Promise((resolve, reject) => {
      const seen: ShownTask[] = [];
      apollo.subscribe({ query: FOLLOW, variables: { id } }).subscribe({
        next: ({ data, error }) => (data ? seen.push(data.taskUpdated.task) : reject(new Error(error?.message))),
        error: reject,
        complete: () => resolve(seen),
      });
    });
  }

  it('reads tasks of all five types, and its cache gives back every fragment', async () => {
    const { data } = await apollo.query({ query: LIST });
    expect(data!.tasks.nodes.map(({ __typename }) => __typename).sort()).toEqual(Object.values(TYPE_NAMES).sort());

    const cached = apollo.readQuery({ query: LIST });
    expect(cached).toEqual(data);
    for (const [service, id] of Object.entries(five.ids)) {
      const __typename = TYPE_NAMES[service as keyof typeof TYPE_NAMES];
      expect(apollo.readFragment({ id: `${__typename}:${id}`, fragment: SHOWN })).toMatchObject({ id, service });
    }
  });

  it('starts a task, follows it until the gateway completes, and finds its end in the cache', async () => {
    const input = { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' };
    const { data } = await apollo.mutate({
      mutation: BIND,
      variables: { input },
    });
    const { task, userErrors } = data!.bindLdap;
    expect(userErrors).toEqual([]);
    expect(task).toMatchObject({ __typename: 'SfsTask', status: 'PENDING', shareId: 's-1' });

    const followed = follow(task.id);
    five.gateway.simulator.control.hurryAll({ service: 'SFS' });
    const last = (await followed).at(-1)!;
    expect(last).toMatchObject({ id: task.id, done: true });
    expect(apollo.readFragment({ id: `SfsTask:${task.id}`, fragment: SHOWN })).toMatchObject({
      status: last.status,
      done: true,
    });
  });

  it.each(Object.keys(TYPE_NAMES) as (keyof typeof TYPE_NAMES)[])(
    'follows a task of %s to its end',
    async (service) => {
      const followed = follow(five.ids[service]);
      five.gateway.simulator.control.hurryAll({ service });
      expect((await followed).at(-1)).toMatchObject({ __typename: TYPE_NAMES[service], done: true });
    },
  );

  it('gets the gateway’s own code with an error', async () => {
    const answer = await apollo.query({
      query: gql`
        query {
          node(id: "edited") {
            id
          }
        }
      `,
      errorPolicy: 'all',
    });
    expect(answer.error).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
