import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../base/logger.js';
import type { SimulatedTask } from './simulated-service.js';

/**
 * The tasks of the simulated cloud on disk: JSON lines, appended with every change before the reply is sent and
 * rewritten without the dead ones at each start and when they outnumber the living. A line that a crash tore is left
 * out.
 */
export interface StateFile {
  /** How many times the world was opened before: keeps the ids of one run apart from those of the next. */
  readonly opened: number;
  readonly tasks: readonly SimulatedTask[];
  put(task: SimulatedTask): void;
  remove(service: string, id: string): void;
  close(): void;
}

type Line =
  | { readonly op: 'put'; readonly task: SimulatedTask }
  | { readonly op: 'remove'; readonly service: string; readonly id: string };

interface Header {
  readonly simulator: 1;
  readonly opened: number;
}

/** So many lines at least are appended before the file is rewritten. */
const LEAST_APPENDED = 20_000;

/**
 * @param path null keeps nothing
 * @throws when the file holds something other than a simulator's state, which is then left untouched
 */
export function openStateFile(path: string | null, logger: Logger): StateFile {
  if (path === null) {
    return { opened: 0, tasks: [], put: () => undefined, remove: () => undefined, close: () => undefined };
  }
  const { opened, tasks } = read(path, logger);
  const header: Header = { simulator: 1, opened: opened + 1 };
  const live = new Map(tasks.map((task) => [keyOf(task.service, task.id), task]));
  let file: number | undefined = rewrite(path, header, tasks);
  let appended = 0;

  const append = (line: Line): void => {
    if (file === undefined) return;
    writeAll(file, `${JSON.stringify(line)}\n`);
    if (++appended < Math.max(LEAST_APPENDED, 2 * live.size)) return;
    closeSync(file);
    file = rewrite(path, header, [...live.values()]);
    appended = 0;
  };

  return {
    opened,
    tasks,
    put(task) {
      live.set(keyOf(task.service, task.id), task);
      append({ op: 'put', task });
    },
    remove(service, id) {
      live.delete(keyOf(service, id));
      append({ op: 'remove', service, id });
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function keyOf(service: string, id: string): string {
  return `${service} ${id}`;
}

function read(path: string, logger: Logger): { opened: number; tasks: readonly SimulatedTask[] } {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text === '') return { opened: 0, tasks: [] };
  const [first = '', ...rest] = text.split('\n');
  const header = parseHeader(first);
  if (!header) throw new Error(`${path} is not a state file of the simulator`);
  const tasks = new Map<string, SimulatedTask>();
  let unreadable = 0;
  for (const text of rest) {
    if (text === '') continue;
    const line = parseLine(text);
    if (!line) unreadable++;
    else if (line.op === 'put') tasks.set(keyOf(line.task.service, line.task.id), line.task);
    else tasks.delete(keyOf(line.service, line.id));
  }
  if (unreadable > 0) logger.warn({ path, lines: unreadable }, 'left out unreadable lines of the simulator’s state');
  return { opened: header.opened, tasks: [...tasks.values()] };
}

/** Through a second file, so that a crash here leaves either the old state or the new. */
function rewrite(path: string, header: Header, tasks: readonly SimulatedTask[]): number {
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  const lines = [header, ...tasks.map((task): Line => ({ op: 'put', task }))];
  writeAll(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  fsyncSync(file);
  closeSync(file);
  renameSync(next, path);
  return openSync(path, 'a');
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseHeader(text: string): Header | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { simulator, opened } = value as Record<string, unknown>;
  return simulator === 1 && typeof opened === 'number' ? { simulator, opened } : undefined;
}

function parseLine(text: string): Line | undefined {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { op, task, service, id } = value as Record<string, unknown>;
  if (op === 'put' && isTask(task)) return { op, task };
  return op === 'remove' && typeof service === 'string' && typeof id === 'string' ? { op, service, id } : undefined;
}

function isTask(value: unknown): value is SimulatedTask {
  if (typeof value !== 'object' || value === null) return false;
  const task = value as Record<string, unknown>;
  return (
    ['service', 'projectId', 'id', 'outcome'].every((key) => typeof task[key] === 'string') &&
    ['createdAt', 'waitMs', 'runMs'].every((key) => typeof task[key] === 'number') &&
    typeof task['fields'] === 'object'
  );
}
