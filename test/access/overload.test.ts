import { request } from 'node:http';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

const START = `mutation {
  bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }) {
    task { id }
  }
}`;

describe('too much', () => {
  let gateway: RunningGateway;
  afterEach(() => gateway.stop());

  it('is shed with 503 and a time to come back, while /livez goes on', async () => {
    gateway = await startGateway({ config: { limits: { requestsInFlight: 1 } } });
    const { data } = await gateway.query(START);
    const { id } = (data as { bindLdap: { task: { id: string } } }).bindLdap.task;
    const waiting = gateway.query('query ($id: ID!) { waitForTask(id: $id, timeoutSeconds: 60) { done } }', { id });
    const ask = (): Promise<Response> =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ viewer { name } }"}',
      });
    let answer = await ask();
    while (answer.status === 200) answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', retryable: true } }] });
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);

    gateway.simulator.control.hurryAll();
    expect((await waiting).data).toEqual({ waitForTask: { done: true } });
    expect((await ask()).status).toBe(200);
  });

  it('of a body is refused while it is still being sent', async () => {
    gateway = await startGateway();
    const megabyte = Buffer.alloc(1024 * 1024, 0x20);
    const status = await new Promise<number | undefined>((resolve) => {
      const sending = request(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      // The rest of what is being sent finds the connection closed.
      sending.on('error', () => undefined);
      sending.on('response', ({ statusCode }) => {
        sending.destroy();
        resolve(statusCode);
      });
      let sent = 0;
      const send = (): void => {
        while (sent < 51 && !sending.destroyed) {
          sent++;
          if (!sending.write(megabyte)) return void sending.once('drain', send);
        }
      };
      send();
    });
    expect(status).toBe(413);
    expect((await gateway.query('{ viewer { name } }')).status).toBe(200);
  });
});
