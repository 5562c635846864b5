#!/usr/bin/env node
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from './config.js';
import { serve } from './commands/serve.js';
import { simulate } from './commands/simulate.js';
import { sources } from './sources/registry.js';

const USAGE = `Usage: taskgate <command>

  serve [--config taskgate.yaml]     serve the gateway; without a configuration: the demo
  simulate [--port 9400] [--state FILE]
                                     serve the simulated upstreams alone
  check --config taskgate.yaml       check a configuration
`;

const DEFAULT_CONFIG = 'taskgate.yaml';

/** A line for a person, on the stream that such lines go to. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const { command, options } = parseCommand(process.argv.slice(2));
  const serviceNames = sources.map(({ service }) => service);
  switch (command) {
    case 'serve': {
      const file = options.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
      const load = file === undefined ? undefined : () => loadConfig(resolve(file), serviceNames, process.env);
      return serve({ load, environment: process.env, folder: process.cwd(), say });
    }
    case 'simulate':
      return simulate({ port: portOf(options.port ?? '9400'), stateFile: options.state ?? null, say });
    case 'check': {
      const file = options.config ?? DEFAULT_CONFIG;
      loadConfig(resolve(file), serviceNames, process.env);
      return say(`${file} can be used`);
    }
  }
}

interface Command {
  readonly command: 'serve' | 'simulate' | 'check';
  readonly options: {
    readonly config?: string | undefined;
    readonly port?: string | undefined;
    readonly state?: string | undefined;
  };
}

function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: 'string' }, port: { type: 'string' }, state: { type: 'string' } },
  });
  const [command, ...rest] = positionals;
  if ((command !== 'serve' && command !== 'simulate' && command !== 'check') || rest.length > 0)
    throw new UsageError(USAGE);
  return { command, options: values };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new UsageError(`--port must be 0 to 65535\n`);
  return port;
}

class UsageError extends Error {}

/** The line that tells a person what is wrong, for errors that a person can do something about. */
function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port ?? ''} is in use by another process; set server.port to a free one`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} may not be used by this user`;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${error.message}\n\n${USAGE}`;
  return error.message;
}

try {
  await main();
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
