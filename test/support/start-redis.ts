import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';

export interface RunningRedis {
  readonly url: string;
  /** Stops at once, as a crash does. Nothing is kept: a Redis that comes back is empty. */
  kill(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
  flushAll(): Promise<void>;
  /** Still there, but says nothing. */
  freeze(): void;
  thaw(): void;
  /** How often a command was carried out since the start. */
  calls(command: string): Promise<number>;
  stop(): Promise<void>;
}

/** Whether `redis-server` is installed. */
export function findRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A server of its own on a free port, which keeps nothing on disk. */
export async function startRedis(): Promise<RunningRedis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const command = async (...words: readonly [string, ...string[]]): Promise<unknown> => {
    const client = new Redis({ port, host: '127.0.0.1', disconnectTimeout: 100, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      return await client.call(...words);
    } finally {
      client.disconnect();
    }
  };
  const redis: RunningRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      server = spawn('redis-server', options, { stdio: 'ignore', cwd: '/' });
      await Promise.race([answers(port), once(server, 'error').then(([error]) => Promise.reject(error as Error))]);
    },
    async kill() {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const exit = once(server, 'exit');
      server.kill('SIGKILL');
      await exit;
    },
    async flushAll() {
      await command('FLUSHALL');
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async calls(name) {
      const text = String(await command('INFO', 'commandstats'));
      return Number(new RegExp(`cmdstat_${name}:calls=([0-9]+)`).exec(text)?.[1] ?? 0);
    },
    stop: () => redis.kill(),
  };
  await redis.start();
  return redis;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const client = new Redis({
      port,
      host: '127.0.0.1',
      disconnectTimeout: 100,
      retryStrategy: () => null,
      lazyConnect: true,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      client.disconnect();
    }
  }
}
