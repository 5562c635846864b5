import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished, spawnTaskgate } from './run-taskgate.js';

const ACCOUNT = { name: 'a', region: 'cn-north-4', projectId: 'a'.repeat(32), auth: { token: 'hush' } };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'taskgate-bad-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configure(more: Record<string, unknown> = {}): string[] {
  const file = join(folder, 'taskgate.yaml');
  writeFileSync(file, JSON.stringify({ server: { port: 0 }, accounts: [ACCOUNT], ...more }, null, 2));
  return ['serve', '--config', file];
}

/** One clear text for a person, without a stack, and an exit code; nothing that was there is changed. */
async function expectRefusal(
  args: readonly string[],
  message: RegExp,
  environment = {},
  prefix: readonly string[] = [],
): Promise<void> {
  const { code, stdout, stderr } = await finished(spawnTaskgate(args, environment, process.cwd(), prefix));
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at |hush/m);
  expect([code, stdout]).toEqual([1, '']);
}

test('a wrong key in the configuration is named with its line', async () => {
  await expectRefusal(configure({ sever: {} }), /line 15: sever: is not a known key/);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

test('a configuration that is not there is named', async () => {
  await expectRefusal(['serve', '--config', join(folder, 'none.yaml')], /none\.yaml cannot be used:\n.*ENOENT/);
});

test('a data folder that is a file is named', async () => {
  writeFileSync(join(folder, 'data'), 'precious');
  await expectRefusal(configure(), /data\/taskgate\.db cannot be used as a store: (EEXIST|ENOTDIR)/);
  expect(readFileSync(join(folder, 'data'), 'utf8')).toBe('precious');
});

test('a data folder that may not be written to is named', async () => {
  mkdirSync(join(folder, 'data'));
  chmodSync(join(folder, 'data'), 0o555);
  const asRoot = process.getuid?.() === 0;
  // Root may write anywhere, unless that right is taken from it.
  const prefix = asRoot ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
  await expectRefusal(configure(), /data\/taskgate\.db cannot be used as a store: /, {}, prefix);
});

test('a store that is damaged is named and left as it is', async () => {
  mkdirSync(join(folder, 'data'));
  const file = join(folder, 'data', 'taskgate.db');
  const bytes = 'SQLite format 3\0 and then nonsense '.repeat(500);
  writeFileSync(file, bytes);
  await expectRefusal(configure(), /data\/taskgate\.db is damaged or is no database/);
  expect(readFileSync(file, 'utf8')).toBe(bytes);
});

test('a proxy that cannot be used is named by its variable', async () => {
  await expectRefusal(configure(), /^The environment variable HTTPS_PROXY must be a URL/, {
    HTTPS_PROXY: 'socks5://bot:hush@proxy',
  });
});

test.each([
  [['serve', '--port', '4001'], {}, /^serve takes no --port\n/],
  [['serve'], { TASKGATE_PORT: 'abc' }, /^The environment variable TASKGATE_PORT must be 0 to 65535\n$/],
  [['serve'], { TASKGATE_LOG_LEVEL: 'loud' }, /^The environment variable TASKGATE_LOG_LEVEL must be one of trace, /],
] as const)('%j with %j is refused in words of its own', async (args, environment, message) => {
  await expectRefusal(args, message, environment);
});
