import type { Clock } from '../base/clock.js';
import type { Random } from './random.js';
import type { SimulatedTask, TaskBook, World } from './simulated-service.js';
import type { StateFile } from './state-file.js';

export interface PersistentWorld extends World {
  readonly tasks: PersistentTaskBook;
  /** The same world as it was `lagMs` ago; what is written to it happens now. */
  asOf(lagMs: number): World;
}

export interface PersistentTaskBook extends TaskBook {
  /** Of all services and projects, by `createdAt`. */
  all(): readonly SimulatedTask[];
  readonly size: number;
}

interface Change {
  readonly at: number;
  readonly key: string;
  readonly before: SimulatedTask | undefined;
}

/** How many changes back a lagging list can look. */
const CHANGES_KEPT = 20_000;

export function createWorld(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly state: StateFile;
}): PersistentWorld {
  const { clock, random, state } = options;
  const tasks = new Map(state.tasks.map((task) => [keyOf(task.service, task.id), task]));
  const changes: Change[] = [];
  let sorted: ReadonlyMap<string, readonly SimulatedTask[]> | undefined;

  const change = (key: string, after: SimulatedTask | undefined): void => {
    changes.push({ at: clock.now(), key, before: tasks.get(key) });
    if (changes.length > 2 * CHANGES_KEPT) changes.splice(0, CHANGES_KEPT);
    if (after) tasks.set(key, after);
    else tasks.delete(key);
    sorted = undefined;
  };

  const put = (task: SimulatedTask): void => {
    state.put(task);
    change(keyOf(task.service, task.id), task);
  };

  const book: PersistentTaskBook = {
    add(task) {
      if (tasks.has(keyOf(task.service, task.id))) throw new Error(`${task.service} has a task ${task.id} already`);
      put(task);
    },
    get: (service, id) => tasks.get(keyOf(service, id)),
    list: (service, projectId) => (sorted ??= sort(tasks.values())).get(keyOf(service, projectId)) ?? [],
    update(task) {
      if (!tasks.has(keyOf(task.service, task.id))) throw new Error(`${task.service} has no task ${task.id}`);
      put(task);
    },
    remove(service, id) {
      const key = keyOf(service, id);
      if (!tasks.has(key)) return false;
      state.remove(service, id);
      change(key, undefined);
      return true;
    },
    all: () => [...tasks.values()].sort(byCreation),
    get size() {
      return tasks.size;
    },
  };

  /** The tasks as they stood at `instant`: today's, with what has changed since undone. */
  const tasksAt = (instant: number): ReadonlyMap<string, SimulatedTask> => {
    const past = new Map(tasks);
    for (let index = changes.length - 1; index >= 0; index--) {
      const { at, key, before } = changes[index] as Change;
      if (at <= instant) break;
      if (before) past.set(key, before);
      else past.delete(key);
    }
    return past;
  };

  const world = { now: () => clock.now(), random: () => random.next(), newId: random.id, tasks: book };
  return {
    ...world,
    asOf(lagMs) {
      const past = tasksAt(clock.now() - lagMs);
      return {
        ...world,
        now: () => clock.now() - lagMs,
        tasks: {
          ...book,
          get: (service, id) => past.get(keyOf(service, id)),
          list: (service, projectId) => sort(past.values()).get(keyOf(service, projectId)) ?? [],
        },
      };
    },
  };
}

function keyOf(service: string, id: string): string {
  return `${service} ${id}`;
}

function byCreation(a: SimulatedTask, b: SimulatedTask): number {
  return a.createdAt - b.createdAt;
}

function sort(tasks: Iterable<SimulatedTask>): ReadonlyMap<string, readonly SimulatedTask[]> {
  const groups = new Map<string, SimulatedTask[]>();
  for (const task of tasks) {
    const key = keyOf(task.service, task.projectId);
    const group = groups.get(key);
    if (group) group.push(task);
    else groups.set(key, [task]);
  }
  for (const group of groups.values()) group.sort(byCreation);
  return groups;
}
