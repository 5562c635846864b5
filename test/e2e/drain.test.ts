import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startGateway } from '../support/start-gateway.js';

const START = `mutation {
  bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }) {
    task { status }
  }
}`;

describe('a shutdown', () => {
  it('answers a start that is under way on a socket before it closes the socket', async () => {
    const gateway = await startGateway();
    const { control } = gateway.simulator;
    control.addFault({
      match: { service: 'SFS', method: 'POST' },
      effect: { kind: 'slowHeaders', delayMs: 500 },
      times: 1,
    });
    let heard: (code: number) => void;
    const closed = new Promise<number>((resolve) => (heard = resolve));
    const client = createClient({
      url: gateway.socketUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      on: { closed: (event) => heard((event as { code: number }).code) },
    });
    const answers = client.iterate<{ bindLdap: { task: { status: string } } }>({ query: START });
    const first = answers.next();
    while (control.log().requests.every(({ method }) => method !== 'POST')) await new Promise(setImmediate);
    const stopped = gateway.stop();
    const answer: { readonly value: unknown } = await first;
    expect(answer.value).toMatchObject({ data: { bindLdap: { task: { status: 'PENDING' } } } });
    await answers.next().catch(() => undefined);
    await stopped;
    expect(await closed).toBe(1001);
  });

  it('answers whoever waits for a task with the task as it is', async () => {
    const gateway = await startGateway();
    const { data } = await gateway.query(START.replace('task { status }', 'task { id }'));
    const { id } = (data as { bindLdap: { task: { id: string } } }).bindLdap.task;
    const waiting = gateway.query('query($id: ID!) { waitForTask(id: $id, timeoutSeconds: 60) { done } }', { id });
    await gateway.query('{ viewer { name } }');
    await gateway.stop();
    expect((await waiting).data).toEqual({ waitForTask: { done: false } });
  });
});
