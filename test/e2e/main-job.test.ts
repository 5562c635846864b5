import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

interface Event {
  readonly type: string;
  readonly cursor: string;
  readonly task: { readonly status: string; readonly seq: number; readonly done: boolean };
}

describe('the main job', () => {
  let gateway: RunningGateway;

  beforeEach(async () => {
    gateway = await startGateway({ config: { polling: { youngSeconds: 0.1, discoverSeconds: 0.2 } } });
  });
  afterEach(() => gateway.stop());

  async function follow(id: string, after: string | null = null): Promise<Event[]> {
    const client = createClient({ url: gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const events: Event[] = [];
    const query = `subscription($id: ID!, $after: String) {
      taskUpdated(id: $id, after: $after) { type cursor task { status seq done } }
    }`;
    for await (const { data } of client.iterate<{ taskUpdated: Event }>({ query, variables: { id, after } })) {
      if (data) events.push(data.taskUpdated);
    }
    await client.dispose();
    return events;
  }

  it('starts a task by a mutation and follows it to its end without a gap', async () => {
    const { data } = await gateway.query(`mutation {
      bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }) {
        task { id status kind shareId }
        userErrors { message }
      }
    }`);
    const { task } = (data as { bindLdap: { task: { id: string } } }).bindLdap;
    expect(task).toMatchObject({ status: 'PENDING', kind: 'bind_ldap', shareId: 's-1' });
    gateway.simulator.control.hurryAll();

    const events = await follow(task.id);
    expect(events[0]!.type).toBe('SNAPSHOT');
    expect(events.at(-1)!.task.done).toBe(true);
    events.slice(1).forEach((event, index) => expect(event.task.seq).toBe(events[index]!.task.seq + 1));

    expect(await follow(task.id, events.at(-1)!.cursor)).toEqual([]);
    const again = await follow(task.id, events[0]!.cursor);
    expect(again).toEqual(events.slice(1));
  });
});
