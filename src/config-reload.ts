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
  /** Keys that have changed in the file and stay as they are until a restart. */
  readonly waiting: readonly string[];
}

/** @throws Error when `next` would let everybody in who reaches the address that is bound */
export function reloadConfig(running: Config, next: Config): Reloaded {
  const { host, port } = running.server;
  if (!next.clients && !LOOPBACK.has(host)) {
    throw new Error(
      `clients: must stay as long as the gateway is bound to ${host}: everybody who reaches the port would be admin`,
    );
  }
  const waiting = FIXED.filter((path) => textOf(running, path) !== textOf(next, path)).map((path) => path.join('.'));
  return { config: { ...next, store: running.store, server: { ...next.server, host, port } }, waiting };
}

function textOf(config: Config, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], config);
  return JSON.stringify(value);
}
