import { LOOPBACK, type Config } from './config.js';

/** What a process is bound to, has opened or was made with. */
const FIXED = [
  ['server', 'host'],
  ['server', 'port'],
  ['server', 'logLevel'],
  ['server', 'trustProxy'],
  ['server', 'graphiql'],
  ['store'],
  ['limits'],
  ['tracing'],
  ['cluster'],
] as const;

export interface Reloaded {
  /** What is in force from now on. */
  readonly config: Config;
  /** Keys that differ in the file from what the process was started with, and stay as they are until a restart. */
  readonly waiting: readonly string[];
}

/**
 * @param started what the process was started with
 * @throws Error when `next` would let everybody in who reaches the address that is bound
 */
export function reloadConfig(started: Config, next: Config): Reloaded {
  const { host, port } = started.server;
  if (!next.clients && !LOOPBACK.has(host)) {
    throw new Error(
      `clients: must stay as long as the gateway is bound to ${host}: everybody who reaches the port would be admin`,
    );
  }
  const waiting = FIXED.filter((path) => textOf(started, path) !== textOf(next, path)).map((path) => path.join('.'));
  return { config: { ...next, store: started.store, server: { ...next.server, host, port } }, waiting };
}

function textOf(config: Config, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], config);
  return JSON.stringify(value);
}
