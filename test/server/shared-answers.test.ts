import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { parse } from 'graphql';
import type { OperationParams, Operations, PreparedOperation } from '../../src/graphql/operation.js';
import type { Principal } from '../../src/graphql/principal.js';
import { shareQueries } from '../../src/graphql/shared-queries.js';
import { createGraphqlHttp } from '../../src/server/graphql-http.js';
import { ManualClock } from '../support/manual-clock.js';

const document = parse('{ x }');

/** Requests of several principals whose last bytes come in one turn of the event loop. */
describe('requests that come together over HTTP', () => {
  let server: Server;
  let executed: string[];
  let admitted: number;
  let charged: number;
  let released: number;
  const principals = new Map<string, Principal>();

  beforeEach(async () => {
    [executed, admitted, charged, released] = [[], 0, 0, 0];
    const operations: Operations = {
      prepare: ({ query }: OperationParams, { name }) => operation(String(query), name),
    };
    const handler = createGraphqlHttp({
      apollo: undefined as never,
      operations: shareQueries(operations),
      accepted: new WeakSet([document]),
      authentication: { authenticate: async (name: unknown) => principal(String(name)), required: () => true } as never,
      allowedOrigins: () => [],
      limits: { bodyBytes: 1000, mutationBodyBytes: 1000 },
      admission: {
        admit: async () => {
          admitted++;
          return () => {
            released++;
          };
        },
        charge: async () => {
          charged++;
        },
      },
      clock: new ManualClock(),
      eventStream: () => undefined,
    });
    server = createServer((request, response) => void handler(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  function principal(name: string): Principal {
    let known = principals.get(name);
    if (!known)
      principals.set(
        name,
        (known = { name, role: 'OPERATOR', accounts: [name], expiresAt: null, stillValid: () => true }),
      );
    return known;
  }

  function operation(query: string, name: string): PreparedOperation {
    const type = query.startsWith('m') ? 'mutation' : 'query';
    const execute = async () => {
      executed.push(name);
      return { data: { of: name } };
    };
    return { type, document, text: query, variables: {}, operationName: undefined, cost: 1, execute } as never;
  }

  async function askTogether(query: string, names: readonly string[]): Promise<readonly unknown[]> {
    const body = JSON.stringify({ query });
    const asked = names.map((name) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: ${name}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      socket.write(head + body.slice(0, -1));
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      const answer = once(socket, 'end').then(() => JSON.parse(text.split('\r\n\r\n')[1]!) as unknown);
      return { answer, finish: () => socket.end(body.slice(-1)) };
    });
    while (admitted < names.length) await new Promise(setImmediate);
    for (const { finish } of asked) finish();
    return Promise.all(asked.map(({ answer }) => answer));
  }

  const NAMES = ['a', 'b', 'a', 'b', 'c', 'a'];
  const own = NAMES.map((of) => ({ data: { of } }));

  it('get each the answer of their own principal, although they ask in the same words', async () => {
    expect(await askTogether('q', NAMES)).toEqual(own);
  });

  it('are each admitted, charged and let go', async () => {
    await askTogether('q', NAMES);
    expect([admitted, charged, released]).toEqual([6, 6, 6]);
  });

  it('each do what they ask for, where it is a mutation', async () => {
    expect(await askTogether('m', NAMES)).toEqual(own);
    expect(executed.sort()).toEqual([...NAMES].sort());
  });
});
