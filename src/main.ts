#!/usr/bin/env node
import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from './base/clock.js';
import type { StoreCommandOptions } from './commands/store-copies.js';

const USAGE = `Usage: taskgate [command]

  serve [--config taskgate.yaml]     serve the gateway; without a configuration: the demo
                                     (the command when none is given)
  simulate [--port 9400] [--state FILE]
                                     serve the simulated upstreams alone
  check [--config taskgate.yaml]     check a configuration
  backup FILE [--config taskgate.yaml]
                                     copy the store to a new file, also while the gateway runs
  restore FILE [--config taskgate.yaml]
                                     put a backup where the store is, while no gateway runs
  schema                             print the JSON Schema of taskgate.yaml

  --help, --version
`;

const DEFAULT_CONFIG = 'taskgate.yaml';

/** How many arguments a command takes beside its name, and which options. */
const COMMANDS = {
  serve: { takes: 0, options: ['config'] },
  simulate: { takes: 0, options: ['port', 'state'] },
  check: { takes: 0, options: ['config'] },
  backup: { takes: 1, options: ['config'] },
  restore: { takes: 1, options: ['config'] },
  schema: { takes: 0, options: [] },
} as const satisfies Record<string, { takes: number; options: readonly string[] }>;
type CommandName = keyof typeof COMMANDS;

/** A line for a person, on the stream that such lines go to. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** What was asked for. */
const print = (text: string): void => void process.stdout.write(text);

/** Each command loads what it needs and nothing else. */
async function main(): Promise<void> {
  const { name, argument, options } = parseCommand(process.argv.slice(2));
  if (options.help) return print(USAGE);
  if (options.version) return print(`${ownVersion()}\n`);
  switch (name) {
    case 'serve': {
      const [{ serve }, { loadConfig }] = [await import('./commands/serve.js'), await import('./config.js')];
      const file = configFile(options.config);
      const services = await serviceNames();
      const load = file === undefined ? undefined : () => loadConfig(resolve(file), services, process.env);
      return serve({ load, environment: process.env, folder: process.cwd(), say });
    }
    case 'simulate': {
      const { simulate } = await import('./commands/simulate.js');
      return simulate({ port: portOf(options.port ?? '9400'), stateFile: options.state ?? null, say });
    }
    case 'check': {
      const { loadConfig } = await import('./config.js');
      const file = options.config ?? DEFAULT_CONFIG;
      loadConfig(resolve(file), await serviceNames(), process.env);
      return say(`${file} can be used`);
    }
    case 'backup': {
      const { backup } = await import('./commands/store-copies.js');
      return backup(argument, storeCommand(options.config));
    }
    case 'restore': {
      const { restore } = await import('./commands/store-copies.js');
      return restore(argument, systemClock.now(), storeCommand(options.config));
    }
    case 'schema': {
      const { configJsonSchema } = await import('./commands/config-json-schema.js');
      return print(`${JSON.stringify(configJsonSchema(await serviceNames()), null, 2)}\n`);
    }
  }
}

async function serviceNames(): Promise<readonly string[]> {
  const { sources } = await import('./sources/registry.js');
  return sources.map(({ service }) => service);
}

interface Command {
  readonly name: CommandName;
  /** Empty for a command that takes none. */
  readonly argument: string;
  readonly options: {
    readonly config?: string | undefined;
    readonly port?: string | undefined;
    readonly state?: string | undefined;
    readonly help?: boolean | undefined;
    readonly version?: boolean | undefined;
  };
}

function parseCommand(args: readonly string[]): Command {
  const { values: options, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      port: { type: 'string' },
      state: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  const [name = 'serve', ...rest] = positionals;
  if (!isCommand(name)) throw new UsageError(`There is no command ${name}\n\n${USAGE}`);
  const problem = options.help || options.version ? undefined : problemOf(name, rest, Object.keys(options));
  if (problem !== undefined) throw new UsageError(`${problem}\n\n${USAGE}`);
  return { name, argument: rest[0] ?? '', options };
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** An option that a command does not know would be one that somebody believes to be in force. */
function problemOf(name: CommandName, given: readonly string[], options: readonly string[]): string | undefined {
  const { takes, options: known }: { takes: number; options: readonly string[] } = COMMANDS[name];
  if (given.length !== takes) return takes === 0 ? `${name} takes no arguments` : `${name} takes one FILE`;
  const unknown = options.find((option) => !known.includes(option));
  return unknown === undefined ? undefined : `${name} takes no --${unknown}`;
}

/** @returns undefined for the demo */
function configFile(given: string | undefined): string | undefined {
  return given ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
}

function storeCommand(config: string | undefined): StoreCommandOptions {
  return { configFile: configFile(config), environment: process.env, folder: process.cwd(), say };
}

function ownVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function portOf(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65_535) throw new UsageError('--port must be 0 to 65535');
  return Number(text);
}

class UsageError extends Error {}

/** The line that tells a person what is wrong, for errors that a person can do something about. */
function explain(error: unknown): string {
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
