import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';
import { spawnTaskgate } from './run-taskgate.js';

const DRAIN_SECONDS = 3;
/** Promised, on top of the drain. */
const LAST_SECONDS = 5;
/** For a process on a machine that does much else. */
const BOUND_SECONDS = process.env['TASKGATE_LONG'] ? DRAIN_SECONDS + LAST_SECONDS : 60;
const SOCKETS = 20;
const BIND = `mutation { bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=x" })
  { task { id } } }`;
const FOLLOW = 'subscription Follow($id: ID!) { taskUpdated(id: $id) { type } }';

/** A gateway in a process of its own, whose upstream can be told to fall silent. */
describe('a gateway that is told to end', () => {
  let upstream: RunningGateway;
  let folder: string;
  let gateway: ChildProcess;
  let url: string;
  const lines: Record<string, unknown>[] = [];

  beforeAll(async () => {
    upstream = await startGateway({ config: { polling: { discoverSeconds: 0 } } });
    folder = mkdtempSync(join(tmpdir(), 'taskgate-ends-'));
    const file = join(folder, 'taskgate.yaml');
    const [{ name, region, projectId, endpoints }] = upstream.config.accounts as [
      RunningGateway['config']['accounts'][number],
    ];
    const config = {
      server: { port: 0, drainSeconds: DRAIN_SECONDS },
      store: { url: 'sqlite:store.db' },
      polling: { youngSeconds: 0.2, watchedSeconds: 0.2, discoverSeconds: 0 },
      accounts: [{ name, region, projectId, auth: { token: 'demo-token' }, endpoints }],
    };
    writeFileSync(file, JSON.stringify(config));
    gateway = spawnTaskgate(['serve', '--config', file]);
    createInterface({ input: gateway.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as never));
    gateway.stderr!.resume();
    url = String((await until(() => lines.find(({ msg }) => msg === 'listening')))['url']);
  });
  afterAll(async () => {
    gateway.kill('SIGKILL');
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (query: string, variables = {}, accept = 'application/json'): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query, variables }),
    });
  const ask = async (query: string, variables = {}): Promise<unknown> =>
    ((await (await post(query, variables)).json()) as { data: unknown }).data;

  /** The code by which the server closes it, once it follows the task. */
  async function follow(id: string): Promise<{ readonly closed: Promise<unknown> }> {
    let told: (code: unknown) => void = () => undefined;
    const closed = new Promise<unknown>((resolve) => (told = resolve));
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      on: { closed: (event) => told((event as { code: unknown }).code) },
    });
    const events = client.iterate({ query: FOLLOW, variables: { id } });
    await events.next();
    events.next().catch(() => undefined);
    return { closed };
  }

  it('says so, answers who waits, sends everybody elsewhere, and exits with 0 within its drain and five seconds', async () => {
    const { bindLdap } = (await ask(BIND)) as { bindLdap: { task: { id: string } } };
    const { id } = bindLdap.task;
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => follow(id)));
    const stream = (await post(FOLLOW, { id }, 'text/event-stream')).body!.getReader();
    await stream.read();
    const waiting = ask('query Wait($id: ID!) { waitForTask(id: $id, timeoutSeconds: 55) { id done } }', { id });

    // Polls that are never answered: they alone would hold it for ten seconds.
    const { control } = upstream.simulator;
    const { next } = control.log();
    const silence = control.addFault({ match: { service: 'SFS' }, effect: { kind: 'hangAfter' } });
    await until(() => control.log(next).requests.some(({ faultId }) => faultId === silence.id));

    const since = performance.now();
    gateway.kill('SIGTERM');
    const ready = await until(async () => {
      const response = await fetch(`${url}/readyz`);
      return response.status === 503 && ((await response.json()) as unknown);
    });
    expect(ready).toMatchObject({ status: 'unavailable', reasons: { shutdown: expect.any(String) as string } });
    expect(await waiting).toEqual({ waitForTask: { id, done: false } });
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(Array(SOCKETS).fill(1001));
    await until(async () => (await stream.read()).done);

    if (gateway.exitCode === null) await once(gateway, 'exit');
    expect([gateway.exitCode, gateway.signalCode]).toEqual([0, null]);
    expect(performance.now() - since).toBeLessThan(BOUND_SECONDS * 1000);
    expect(lines.map(({ msg }) => msg)).toContain('shutting down');
  }, 180_000);
});
