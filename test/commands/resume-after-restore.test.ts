import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';
import { sources } from '../../src/sources/registry.js';
import { runTaskgate, serveTaskgate, type Serving } from './run-taskgate.js';

interface Event {
  readonly type: string;
  readonly cursor: string;
  readonly resetReason: string | null;
  readonly task: { readonly id: string; readonly seq: number; readonly done: boolean } | null;
}

let folder: string;
let config: string;
let simulator: Simulator;
let gateway: Serving | undefined;
const clients: Client[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskgate-restore-'));
  config = join(folder, 'taskgate.yaml');
  const services = await Promise.all(sources.map((source) => source.simulate()));
  simulator = createSimulator({ services, stateFile: null, seed: 'r', clock: systemClock, logger: silentLogger });
  const { url } = await simulator.listen();
  const endpoints = Object.fromEntries([...sources.map(({ service }) => service), 'IAM'].map((name) => [name, url]));
  const [project] = DEMO_TENANT.projects;
  const [auth] = DEMO_TENANT.accessKeys;
  writeFileSync(
    config,
    JSON.stringify({
      server: { port: 0 },
      store: { url: 'sqlite:store.db' },
      polling: { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1 },
      accounts: [{ name: 'demo', region: 'cn-north-4', projectId: project!.id, auth, endpoints }],
    }),
  );
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map(async (client) => client.dispose()));
  await gateway?.kill();
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Events of all tasks behind `after`, until `enough` of them have come. */
async function follow(after: string | null, enough: (events: readonly Event[]) => boolean): Promise<Event[]> {
  const client = createClient({
    url: `${gateway!.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  clients.push(client);
  const query = `subscription($after: String) {
    tasksUpdated(after: $after) { type cursor resetReason task { id seq done } }
  }`;
  const events: Event[] = [];
  for await (const { data } of client.iterate<{ tasksUpdated: Event }>({ query, variables: { after } })) {
    if (data) events.push(data.tasksUpdated);
    if (enough(events)) break;
  }
  return events;
}

async function graphql(query: string): Promise<unknown> {
  const response = await fetch(`${gateway!.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: unknown }).data;
}

async function start(shareId: string): Promise<string> {
  const input = `{ account: "demo", shareId: "${shareId}", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }`;
  const data = (await graphql(`mutation { bindLdap(input: ${input}) { task { id } } }`)) as {
    bindLdap: { task: { id: string } };
  };
  return data.bindLdap.task.id;
}

const ends = (id: string) => (events: readonly Event[]) => events.some(({ task }) => task?.id === id && task.done);

test('backup while running, kill -9, restore and resume lose nothing that the backup held', async () => {
  gateway = await serveTaskgate(['--config', config]);
  const { tasks } = (await graphql('{ tasks(first: 1) { streamCursor } }')) as { tasks: { streamCursor: string } };
  const first = await start('s-1');
  const open = await start('s-2');
  simulator.control.hurryAll();
  const before = await follow(tasks.streamCursor, (events) => ends(first)(events) && ends(open)(events));

  const copy = join(folder, 'copy.db');
  expect(await runTaskgate(['backup', copy, '--config', config])).toMatchObject({ code: 0 });

  const late = await start('s-3');
  simulator.control.hurryAll();
  const after = await follow(before.at(-1)!.cursor, ends(late));
  await gateway.kill();
  expect(await runTaskgate(['restore', copy, '--config', config])).toMatchObject({ code: 0 });
  gateway = await serveTaskgate(['--config', config]);

  // Every cursor that the backup knows goes on behind its event, to the end of what the backup held and then live.
  const again = await start('s-4');
  simulator.control.hurryAll();
  const resumed = await follow(tasks.streamCursor, ends(again));
  expect(resumed.slice(0, before.length)).toEqual(before);
  const fromTheMiddle = await follow(before[1]!.cursor, ends(again));
  expect(fromTheMiddle).toEqual(resumed.slice(2));

  // Those from after it are told so, also when the log has grown past where they stood.
  const cursors = [after[0]!.cursor, after.at(-1)!.cursor];
  for (const cursor of cursors) {
    const [reset] = await follow(cursor, (events) => events.length === 1);
    expect(reset).toMatchObject({ type: 'RESET', resetReason: 'UNKNOWN_CURSOR', task: null });
  }
});
