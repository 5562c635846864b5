import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const FROM_SOURCE = ['--import', '@swc-node/register/esm-register', 'src/main.ts'];

/** Starts `taskgate` from its source, in the folder of the project. */
export function spawnTaskgate(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [...FROM_SOURCE, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a command that ends by itself. */
export async function runTaskgate(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return finished(spawnTaskgate(args, environment));
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
  /** As `kill -9` does; waits for the end. */
  kill(): Promise<void>;
}

/** Serves until it is killed; resolves when it has said where. */
export async function serveTaskgate(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Serving> {
  const child = spawnTaskgate(['serve', ...args], environment);
  const end = finished(child);
  const lines = createInterface({ input: child.stderr! });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /Taskgate is at (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void end.then(({ stderr }) => reject(new Error(`The gateway did not start: ${stderr}`)));
  });
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await end;
    },
  };
}
