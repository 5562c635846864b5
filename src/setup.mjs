// Brings a checkout to where `npm start` and `npm test` can run: installs and builds what is missing or older than its
// source. Plain JavaScript with nothing but Node, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// The first version of 20 that has `import.meta.dirname`.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  process.stderr.write(`Taskgate needs Node 20.11.1 or newer; this is ${process.version}\n`);
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const stamp = (file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0);

function newest(path) {
  const full = join(root, path);
  if (!existsSync(full)) return 0;
  const stats = statSync(full);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(full).map((name) => newest(join(path, name))));
}

/** On stderr: what is set up for, such as `npm run bench -- --json`, may be read by a program. */
function run(what, script) {
  process.stderr.write(`${what} …\n`);
  const started = Date.now();
  const { status } = spawnSync(script, { cwd: root, shell: true, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write(`${what} failed: ${script}\n`);
    process.exit(status ?? 1);
  }
  process.stderr.write(`${what} took ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

if (stamp('node_modules/.package-lock.json') < stamp('package-lock.json')) {
  run('Installing', 'npm ci --no-audit --no-fund --loglevel=error');
}

const sources = ['src', 'schema', 'package.json', '.swcrc', 'vite.config.ts', 'tsconfig.json', 'tsconfig.build.json'];
if (stamp('dist/.built') < Math.max(...sources.map(newest))) {
  run('Building', 'npm run build --silent');
  writeFileSync(join(root, 'dist/.built'), '');
}
