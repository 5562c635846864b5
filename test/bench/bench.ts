import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from './child.js';

/** How long and how large; `quick` is for those who work on the bench itself. */
export interface Scale {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly connections: number;
  readonly coldTasks: number;
  readonly hotTasks: number;
  readonly listRows: readonly [few: number, some: number, many: number];
  readonly subscribers: number;
  readonly changes: number;
  readonly distinctMs: number;
  readonly watchedTasks: number;
  readonly watchMs: number;
  readonly storedTasks: number;
  readonly starts: number;
  readonly settleMs: number;
  readonly idleMs: number;
}

export const FULL: Scale = {
  rounds: 7,
  roundMs: 1_000,
  warmUpMs: 3_000,
  connections: 32,
  coldTasks: 20_000,
  hotTasks: 200,
  listRows: [1_000, 100_000, 1_000_000],
  subscribers: 5_000,
  changes: 15,
  distinctMs: 15_000,
  watchedTasks: 10_000,
  watchMs: 30_000,
  storedTasks: 100_000,
  starts: 5,
  settleMs: 20_000,
  idleMs: 15_000,
};

export const QUICK: Scale = {
  rounds: 3,
  roundMs: 500,
  warmUpMs: 4_000,
  connections: 32,
  coldTasks: 5_000,
  hotTasks: 200,
  listRows: [1_000, 10_000, 20_000],
  subscribers: 500,
  changes: 5,
  distinctMs: 4_000,
  watchedTasks: 1_000,
  watchMs: 12_000,
  storedTasks: 20_000,
  starts: 2,
  settleMs: 3_000,
  idleMs: 3_000,
};

export interface Bench {
  readonly scale: Scale;
  /** Where the systems under measurement run; undefined when processes cannot be pinned. */
  readonly core: number | undefined;
  /** The gateway's entry. */
  readonly main: string;
  /** Another build of it, measured in the same rounds as a peer called `other`. */
  readonly other?: string | undefined;
  /** Only these peers, where they are said. */
  readonly peers?: readonly string[] | undefined;
  readonly say: (line: string) => void;
  /** A folder that goes with the run. */
  folder(name: string): string;
  peer(name: string, args: readonly string[]): Promise<Child>;
}

export const SYSTEM_CORE = 0;
export const LOAD_CORE = 1;
const HERE = fileURLToPath(new URL('.', import.meta.url));

export type BenchOptions = Omit<Bench, 'folder' | 'peer'>;

export async function withBench<T>(options: BenchOptions, run: (bench: Bench) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'taskgate-bench-'));
  try {
    return await run({
      ...options,
      folder: (name) => join(root, name),
      peer: (name, args) =>
        startChild({ args: [join(HERE, 'peers', `${name}.mjs`), ...args], core: options.core, says: 'message' }),
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @returns why nothing can be compared on this machine; undefined when it can */
export function unfit(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux: processor time is read from /proc';
  if (availableParallelism() < 2) return 'needs two cores';
  return spawnSync('taskset', ['--version']).status === 0 ? undefined : 'needs taskset (util-linux)';
}

/** Puts this process, with load and upstream in it, on its own core. */
export function pinLoad(): void {
  spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)]);
}

/** Peers are no dependency of the gateway, so that nobody installs them who does not measure. */
export function installPeers(say: (line: string) => void): void {
  const installed = join(HERE, 'node_modules/.package-lock.json');
  const wanted = join(HERE, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  say('Installing what the gateway is measured beside …');
  const { status } = spawnSync('npm', ['ci', '--prefix', HERE, '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The peers could not be installed');
}

export function versionsOfPeers(): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return dependencies;
}
