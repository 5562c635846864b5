import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process under measurement: on a core of its own, watched from outside. */
export interface Child {
  readonly url: string;
  /** Processor time used so far by all its threads, in ms. */
  cpuMs(): number;
  /** For how long so far its main thread has run, or wanted to run while others had its core; in ms. */
  busyMs(): number;
  rssKib(): number;
  /** What it says of its memory after a full collection. Only of processes started with `probe`. */
  memory(): Promise<NodeJS.MemoryUsage>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Node's arguments: a script and what follows. */
  readonly args: readonly string[];
  /** Undefined where processes cannot be pinned. */
  readonly core: number | undefined;
  readonly cwd?: string;
  /** Tells what to listen to: `message`: it sends `{ url }`; `log`: a line of JSON with a `url`. */
  readonly says: 'message' | 'log';
}

const children = new Set<ChildProcess>();

export async function startChild({ args, core, cwd, says }: ChildOptions): Promise<Child> {
  const command = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), process.execPath, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  const complaints: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const exit = once(child, 'exit').then(() => void children.delete(child));
  const died = exit.then(() => {
    throw new Error(`${args.join(' ')} ended early:\n${complaints.join('').slice(-2000)}`);
  });
  died.catch(() => undefined);
  const url = await Promise.race([says === 'message' ? urlMessage(child) : urlLine(child), died]);
  const pid = child.pid!;
  return {
    url,
    cpuMs: () => cpuMs(pid),
    busyMs: () => {
      const [ran, waited] = schedstat(pid, pid);
      return ran + waited;
    },
    rssKib: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]),
    async memory() {
      child.send('memory');
      const [{ memory }] = (await once(child, 'message')) as [{ memory: NodeJS.MemoryUsage }];
      return memory;
    },
    async stop() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Whatever is left when a scenario fails. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

/** Nanoseconds that the scheduler has counted for each thread: finer than the ticks of /proc/PID/stat. */
export function cpuMs(pid: number): number {
  let ms = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      ms += schedstat(pid, thread)[0];
    } catch {
      // It has just ended.
    }
  }
  return ms;
}

/** How long a thread has run, and how long it has waited for a core; in ms. */
function schedstat(pid: number, thread: number | string): readonly [ran: number, waited: number] {
  const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
  return [Number(ran) / 1e6, Number(waited) / 1e6];
}

async function urlMessage(child: ChildProcess): Promise<string> {
  child.stdout!.resume();
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return url;
}

async function urlLine(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const url = line.startsWith('{') ? (JSON.parse(line) as { url?: string }).url : undefined;
      if (url !== undefined) resolve(url);
    });
  });
}
