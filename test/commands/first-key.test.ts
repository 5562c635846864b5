import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until.js';
import { runTaskgate, serveTaskgate } from './run-taskgate.js';

const ENVIRONMENT = { TASKGATE_GENERATE_KEY: '1', TASKGATE_PORT: '0' };
const READ = '{ viewer { role } tasks(first: 1) { totalCount } }';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'taskgate-first-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(url: string, key?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  const target = new URL('/graphql', url.replace('0.0.0.0', '127.0.0.1'));
  return fetch(target, { method: 'POST', headers, body: JSON.stringify({ query: READ }) });
}

interface Read {
  readonly viewer: { readonly role: string };
  readonly tasks: { readonly totalCount: number };
}

async function read(url: string, key?: string): Promise<Read> {
  return ((await (await ask(url, key)).json()) as { data: Read }).data;
}

test('a first start for other machines shows a key once, keeps its hash alone, and lets nobody in without it', async () => {
  const first = await serveTaskgate([], ENVIRONMENT, folder);
  const key = /shown this once: (\S+)/.exec(first.said.join('\n'))?.[1];
  try {
    expect(first.url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(join(folder, 'data', 'demo-access.yaml'), 'utf8')).not.toContain(key);
    expect((await ask(first.url)).status).toBe(401);
    expect((await read(first.url, key)).viewer.role).toBe('ADMIN');
    await until(async () => (await read(first.url, key)).tasks.totalCount > 0);
  } finally {
    await first.kill();
  }

  const second = await serveTaskgate([], ENVIRONMENT, folder);
  try {
    expect(second.said.join('\n')).not.toContain('shown this once');
    expect((await read(second.url, key)).tasks.totalCount).toBeGreaterThan(0);
  } finally {
    await second.kill();
  }
});

test('a mounted configuration is served as it is', async () => {
  const account = { name: 'a', region: 'cn-north-4', projectId: 'a'.repeat(32), auth: { token: 'x' } };
  writeFileSync(join(folder, 'taskgate.yaml'), JSON.stringify({ server: { port: 0 }, accounts: [account] }));
  const serving = await serveTaskgate([], ENVIRONMENT, folder);
  await serving.kill();
  expect(serving.said.join('\n')).not.toContain('shown this once');
  expect(serving.url).toMatch(/127\.0\.0\.1/);
});

test.each([
  ['broken', '{', /demo-access\.yaml cannot be used/],
  ['without clients', 'server: {}', /must have server and clients\.apiKeys/],
])('a file of keys that is %s ends the start with its name', async (_, text, message) => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'demo-access.yaml'), text);
  const { code, stderr } = await runTaskgate(['serve'], ENVIRONMENT, folder);
  expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
});
