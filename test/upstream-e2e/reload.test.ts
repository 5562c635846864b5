import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { until } from '../support/until.js';

/** A gateway with 200 accounts, in a process of its own, whose configuration is exchanged by SIGHUP. */

const ACCOUNTS = Array.from({ length: 200 }, (_, index) => `team-${index}`);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let upstream: RunningGateway;
let folder: string;
let gateway: ChildProcess;
let url: string;
let lines: Record<string, unknown>[];
let client: Client;

beforeAll(async () => {
  // Its simulator is what the gateway under test is pointed at.
  upstream = await startGateway({ config: { polling: { discoverSeconds: 0 } } });
  folder = mkdtempSync(join(tmpdir(), 'taskgate-'));
  writeConfig(ACCOUNTS);
  gateway = spawn(
    process.execPath,
    ['--import', '@swc-node/register/esm-register', MAIN, 'serve', '--config', fileOf()],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  lines = [];
  createInterface({ input: gateway.stdout! }).on('line', (line) => lines.push(JSON.parse(line) as never));
  url = String((await logged(({ msg }) => msg === 'listening'))['url']);
  client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
});

afterAll(async () => {
  await client.dispose();
  gateway.kill('SIGTERM');
  await once(gateway, 'close');
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

const fileOf = (): string => join(folder, 'taskgate.yaml');

function writeConfig(names: readonly string[], more: Record<string, unknown> = {}): void {
  const [{ region, projectId, endpoints }] = upstream.config.accounts as [RunningGateway['config']['accounts'][number]];
  const auth = { token: 'demo-token' };
  const config = {
    server: { port: 0, drainSeconds: 0 },
    store: { url: 'sqlite:store.db' },
    polling: { youngSeconds: 0.2, watchedSeconds: 0.2, discoverSeconds: 0 },
    accounts: names.map((name) => ({ name, region, projectId, auth, endpoints })),
    ...more,
  };
  // JSON is YAML.
  writeFileSync(fileOf(), JSON.stringify(config, undefined, 1));
}

/** The next log line of the gateway, from `lines` on, that is meant. */
async function logged(isMeant: (line: Record<string, unknown>) => boolean, from = 0): Promise<Record<string, unknown>> {
  return until(() => lines.slice(from).find(isMeant));
}

async function query(document: string, variables: Record<string, unknown> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  return ((await response.json()) as { data: unknown }).data;
}

const START = `mutation($account: String!) {
  bindLdap(input: { account: $account, shareId: "s", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }) {
    task { id } userErrors { code }
  }
}`;
const start = async (account: string) =>
  ((await query(START, { account })) as { bindLdap: { task: { id: string } | null; userErrors: unknown[] } }).bindLdap;

async function reload() {
  const from = lines.length;
  gateway.kill('SIGHUP');
  return logged(({ msg }) => String(msg).startsWith('configuration '), from);
}

const accountsOf = async (): Promise<readonly string[]> =>
  ((await query('{ viewer { accounts } }')) as { viewer: { accounts: string[] } }).viewer.accounts;

test('of 200 accounts each can be used, and a reload keeps the subscription that is open', async () => {
  const sources = (await query('{ sources { account service state } }')) as { sources: unknown[] };
  expect(sources.sources).toHaveLength(200 * 5);
  expect(await accountsOf()).toEqual(ACCOUNTS);

  const events: { readonly type: string; readonly task: { readonly id: string; readonly done: boolean } }[] = [];
  let ended = false;
  const stream = (async () => {
    const document = 'subscription { tasksUpdated { type task { id done } } }';
    for await (const { data } of client.iterate<{ tasksUpdated: (typeof events)[number] }>({ query: document })) {
      if (data) events.push(data.tasksUpdated);
    }
    ended = true;
  })();
  const seen = (id: string, done: boolean) =>
    until(() => events.find(({ task }) => task.id === id && (task.done || !done)));

  // The subscription is there once it tells of a start; one that was made before is not among its events.
  const first = await until(async () => {
    const { task } = await start('team-0');
    return events.length > 0 ? task! : undefined;
  });
  await seen(first.id, false);

  writeConfig([...ACCOUNTS.slice(0, 150), 'new']);
  expect((await reload())['msg']).toBe('configuration reloaded');
  expect(await accountsOf()).toEqual([...ACCOUNTS.slice(0, 150), 'new']);
  expect(await start('team-199')).toEqual({ task: null, userErrors: [{ code: 'NOT_FOUND' }] });
  expect((await start('new')).task).not.toBeNull();
  // What was started before the reload is polled to its end, and what is started now is told on the same stream.
  const second = (await start('team-1')).task!;
  upstream.simulator.control.hurryAll();
  await seen(first.id, true);
  await seen(second.id, true);
  expect(ended).toBe(false);
  await client.dispose();
  await stream.catch(() => undefined);
});

test.each<readonly [string, () => void, string]>([
  ['is no YAML', () => writeFileSync(fileOf(), 'accounts: [\n'), 'line '],
  ['has an unknown key', () => writeConfig(ACCOUNTS, { pooling: {} }), 'pooling: is not a known key'],
  ['names an account twice', () => writeConfig(['team-0', 'team-0']), 'accounts.1.name: is used twice'],
  ['is not there', () => rmSync(fileOf()), 'ENOENT'],
])('a new file that %s changes nothing and says why', async (_, write, why) => {
  const before = await accountsOf();
  write();
  const line = await reload();
  expect(line).toMatchObject({ msg: 'configuration not reloaded' });
  expect(JSON.stringify(line['problems'])).toContain(why);
  expect(await accountsOf()).toEqual(before);
  expect((await start('team-1')).task).not.toBeNull();
});
