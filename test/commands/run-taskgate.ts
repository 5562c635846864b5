import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LOADER = pathToFileURL(resolve('node_modules/@swc-node/register/esm/esm-register.mjs')).href;
const FROM_SOURCE = ['--import', LOADER, resolve('src/main.ts')];

/** Starts `taskgate` from its source; in the folder of the project if no other is named. */
export function spawnTaskgate(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd = process.cwd(),
  /** A program that runs it, with its arguments. */
  prefix: readonly string[] = [],
): ChildProcess {
  // The loader is looked up from the current folder.
  const modules = join(cwd, 'node_modules');
  if (!existsSync(modules)) symlinkSync(resolve('node_modules'), modules);
  const [program, ...rest] = [...prefix, process.execPath, ...FROM_SOURCE, ...args];
  return spawn(program!, rest, {
    cwd,
    env: { ...process.env, SWC_NODE_PROJECT: resolve('tsconfig.json'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command that ends by itself. */
export async function runTaskgate(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<Finished> {
  return finished(spawnTaskgate(args, environment, cwd));
}

export async function finished(child: ChildProcess): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

export interface Serving {
  readonly url: string;
  /** The lines for people up to the one that said where. */
  readonly said: readonly string[];
  /** As `kill -9` does; waits for the end. */
  kill(): Promise<void>;
}

/** Serves until it is killed; resolves when it has said where. */
export async function serveTaskgate(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd?: string,
): Promise<Serving> {
  const child = spawnTaskgate(['serve', ...args], environment, cwd);
  const end = finished(child);
  const said: string[] = [];
  const url = await new Promise<string>((settle, reject) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      said.push(line);
      const found = /Taskgate is at (\S+)/.exec(line)?.[1];
      if (found !== undefined) settle(found);
    });
    void end.then(({ stderr }) => reject(new Error(`The gateway did not start: ${stderr}`)));
  });
  return {
    url,
    said,
    async kill() {
      child.kill('SIGKILL');
      await end;
    },
  };
}
