import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isAlias, isMap, isNode, isPair, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { configSchema, storeSchema, type Config } from './config-schema.js';

export type { AccountConfig, Config } from './config-schema.js';

/** A configuration that cannot be used; each problem names its key and line and holds no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Of the demo; relative to the current folder. */
export const DEMO_STORE = 'sqlite:data/demo.db';

/** Addresses that only this machine reaches. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Reads and checks a configuration file. Relative paths in it are relative to the file.
 *
 * @throws ConfigError
 */
export function loadConfig(file: string, services: readonly string[], environment: Environment): Config {
  return parseConfig(readText(file), file, services, environment);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [error instanceof Error ? error.message : 'cannot be read']);
  }
}

export function parseConfig(text: string, file: string, services: readonly string[], environment: Environment): Config {
  const { document, lines, fail } = parseYaml(text, file);
  const missing = substituteEnvironment(document, environment, lines);
  if (missing.length > 0) fail(missing);

  const parsed = configSchema(services as [string, ...string[]]).safeParse(
    plain(document, document, lines, fail) ?? {},
  );
  if (!parsed.success) return fail(parsed.error.issues.flatMap((issue) => describe(issue, document, lines)));

  const problems = crossCheck(parsed.data).map(({ path, message }) => at(path, message, document, lines));
  if (problems.length > 0) fail(problems);
  return withAbsolutePaths(parsed.data, dirname(resolve(file)));
}

/**
 * Reads of a configuration file where its store is, and nothing else: what works on the store alone needs none of the
 * upstreams' secrets in its environment.
 *
 * @throws ConfigError
 */
export function loadStoreUrl(file: string, environment: Environment): string {
  const { document, lines, fail } = parseYaml(readText(file), file);
  const found: unknown = isMap(document.contents) ? document.get('store', true) : undefined;
  const node = isAlias(found) ? found.resolve(document) : found;
  const missing = isNode(node) ? substituteEnvironment(node, environment, lines) : [];
  if (missing.length > 0) fail(missing);

  const parsed = storeSchema.prefault({}).safeParse(isNode(node) ? plain(node, document, lines, fail) : undefined);
  if (parsed.success) return absoluteStoreUrl(parsed.data.url, dirname(resolve(file)));
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ['store', ...issue.path] }));
  return fail(issues.flatMap((issue) => describe(issue, document, lines)));
}

interface ParsedYaml {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly fail: (problems: readonly string[]) => never;
}

function parseYaml(text: string, file: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const fail = (problems: readonly string[]): never => {
    throw new ConfigError(file, problems);
  };
  if (document.errors.length > 0) {
    fail(document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`));
  }
  return { document, lines, fail };
}

/** The file of a `sqlite:` URL; undefined for another store. */
export function sqliteFile(storeUrl: string): string | undefined {
  return storeUrl.startsWith('sqlite:') ? storeUrl.slice('sqlite:'.length) : undefined;
}

function substituteEnvironment(within: Document | Node, environment: Environment, lines: LineCounter): string[] {
  const problems: string[] = [];
  visit(within, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const { line } = lines.linePos(node.range?.[0] ?? 0);
      node.value = node.value.replace(/\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g, (_, name?: string) => {
        if (name === undefined) {
          problems.push(`line ${line}: ${keyOf(path)}: has a \${ without the name of a variable and a } behind it`);
          return '';
        }
        const value = environment[name];
        if (value === undefined) problems.push(`line ${line}: the environment variable ${name} is not set`);
        return value ?? '';
      });
    },
  });
  return problems;
}

/** The values of `node`; an alias may be unknown, or stand for too much. */
function plain(node: Document | Node, document: Document, lines: LineCounter, fail: ParsedYaml['fail']): unknown {
  try {
    return isNode(node) ? node.toJS(document) : node.toJS();
  } catch (error) {
    let where = '';
    visit(document, {
      Alias(_, alias, path) {
        where = `line ${lines.linePos(alias.range?.[0] ?? 0).line}: ${keyOf(path)}: `;
        return alias.resolve(document) ? undefined : visit.BREAK;
      },
    });
    return fail([`${where}${error instanceof Error ? error.message : 'cannot be read'}`]);
  }
}

function keyOf(path: readonly unknown[]): string {
  const pair = path.findLast((step) => isPair(step));
  return pair ? String(pair.key) : 'the file';
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What one key alone cannot show. */
function crossCheck(config: Config): Problem[] {
  const problems: Problem[] = [];
  const names = config.accounts.map(({ name }) => name);
  config.accounts.forEach(({ name }, index) => {
    if (names.indexOf(name) !== index) problems.push({ path: ['accounts', index, 'name'], message: 'is used twice' });
  });
  config.clients?.apiKeys.forEach((key, index) => {
    const path = ['clients', 'apiKeys', index];
    for (const account of key.accounts ?? []) {
      if (!names.includes(account))
        problems.push({ path: [...path, 'accounts'], message: 'names an account that is not configured' });
    }
    if (key.accounts === undefined && (key.role === 'reader' || key.role === 'operator')) {
      problems.push({ path, message: 'needs accounts: without them it would see nothing' });
    }
  });
  if (!config.clients && !LOOPBACK.has(config.server.host)) {
    problems.push({
      path: ['server', 'host'],
      message:
        'must be 127.0.0.1, ::1 or localhost as long as no clients are configured: everybody who reaches the port would be admin',
    });
  }
  if (config.cluster && sqliteFile(config.store.url) !== undefined) {
    problems.push({ path: ['cluster'], message: 'needs a postgres store: replicas cannot share a SQLite file' });
  }
  return problems;
}

function describe(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => at([...issue.path, key], 'is not a known key', document, lines));
  }
  const meant = issue.code === 'invalid_union' ? issue.errors.find(isAboutValues) : undefined;
  if (meant) {
    return meant.flatMap((each) => describe({ ...each, path: [...issue.path, ...each.path] }, document, lines));
  }
  return [at(issue.path, reasonOf(issue), document, lines)];
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return isMissing(issue) ? 'is missing' : issue.message;
}

function isMissing({ code, message }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && message.endsWith('received undefined');
}

/** Whether one of several forms was meant: its keys are there and no others, and only what they hold is wrong. */
function isAboutValues(issues: readonly z.core.$ZodIssue[]): boolean {
  return issues.every((issue) => issue.path.length > 0 && issue.code !== 'unrecognized_keys' && !isMissing(issue));
}

function at(path: readonly PropertyKey[], message: string, document: Document, lines: LineCounter): string {
  const key = path.map(String).join('.') || 'the file';
  return `line ${lineOf(path, document, lines)}: ${key}: ${message}`;
}

/** The line of the deepest part of `path` that the file has. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length > 1 ? document.getIn(path.slice(0, length - 1), true) : document.contents;
    const name = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => String(key) === String(name));
      const range = (pair?.key as { range?: readonly [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    const node = document.getIn(path.slice(0, length), true) as
      { range?: readonly [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const trusted = config.trustedDocuments;
  return {
    ...config,
    store: { ...config.store, url: absoluteStoreUrl(config.store.url, folder) },
    ...(trusted && { trustedDocuments: { ...trusted, file: resolve(folder, trusted.file) } }),
  };
}

function absoluteStoreUrl(url: string, folder: string): string {
  const file = sqliteFile(url);
  return file === undefined || file === ':memory:' ? url : `sqlite:${resolve(folder, file)}`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
