import { compareTasks } from './compare-tasks.js';
import { matchesFilter } from './matches-filter.js';
import { isNotFound, TaskgateError } from './taskgate-error.js';
import type { Taskgate } from './create-taskgate.js';
import type { FollowedTask, SourceError, TaskFilter, TaskList, TaskStats, TaskUpdate } from './task.js';

/** What a view shows: the newest value, and why there is none newer. The value stays when an error comes. */
export interface Live<Value> {
  readonly value: Value;
  readonly error: TaskgateError | null;
}

export interface LiveTasks {
  /** Newest first. */
  readonly tasks: readonly FollowedTask[];
  readonly sourceErrors: readonly SourceError[];
}

/** Follows until `signal` is aborted. `set` gets each newer value. */
export type Start<Value> = (taskgate: Taskgate, set: (value: Value) => void, signal: AbortSignal) => Promise<void>;

interface Entry {
  newest: Live<unknown> | undefined;
  /** What the listeners were told of: the newest as of the last frame. */
  snapshot: Live<unknown> | undefined;
  readonly listeners: Set<() => void>;
  readonly start: Start<unknown>;
  controller: AbortController;
}

/** Followers shared by key: however many listen to the same thing, one subscription serves them. */
export interface LiveStores {
  /** The same object until it changes; undefined before the first value, and when nobody listens. */
  get(key: string): Live<unknown> | undefined;
  subscribe(key: string, start: Start<unknown>, listener: () => void): () => void;
  /** Follows again, after an error say. */
  retry(key: string): void;
}

const storesByClient = new WeakMap<Taskgate, LiveStores>();

export function liveStoresOf(taskgate: Taskgate): LiveStores {
  const known = storesByClient.get(taskgate);
  if (known) return known;
  const stores = createLiveStores(taskgate);
  storesByClient.set(taskgate, stores);
  return stores;
}

function createLiveStores(taskgate: Taskgate): LiveStores {
  const entries = new Map<string, Entry>();
  const changed = new Set<Entry>();
  const publish = (): void => {
    const published = [...changed];
    changed.clear();
    for (const entry of published) entry.snapshot = entry.newest;
    for (const { listeners } of published) for (const listener of [...listeners]) listener();
  };
  const note = (entry: Entry): void => {
    if (changed.size === 0) atNextFrame(publish);
    changed.add(entry);
  };
  return {
    get: (key) => entries.get(key)?.snapshot,
    subscribe(key, start, listener) {
      let entry = entries.get(key);
      if (!entry) {
        const controller = new AbortController();
        entry = { newest: undefined, snapshot: undefined, listeners: new Set(), start, controller };
        entries.set(key, entry);
        run(taskgate, entry, note);
      }
      const { listeners } = entry;
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        // Strict Mode takes a listener away only to put it back at once.
        setTimeout(() => {
          if (listeners.size > 0 || entries.get(key) !== entry) return;
          entries.delete(key);
          entry.controller.abort();
        }, 0);
      };
    },
    retry(key) {
      const entry = entries.get(key);
      if (!entry) return;
      entry.controller.abort();
      entry.controller = new AbortController();
      run(taskgate, entry, note);
    },
  };
}

/** How long what is new waits where no frame is drawn: in Node, and in a page that nobody sees. */
const WITHOUT_FRAME_MS = 50;

/** What comes between two frames is shown by the second, all of it together. */
function atNextFrame(publish: () => void): void {
  const page = globalThis as Partial<Pick<Window, 'requestAnimationFrame' | 'cancelAnimationFrame'>>;
  const now = (): void => {
    clearTimeout(timer);
    if (frame !== undefined) page.cancelAnimationFrame?.(frame);
    publish();
  };
  const frame = page.requestAnimationFrame?.(now);
  const timer = setTimeout(now, WITHOUT_FRAME_MS);
}

function run(taskgate: Taskgate, entry: Entry, note: (changed: Entry) => void): void {
  const { signal } = entry.controller;
  const show = (value: unknown, error: TaskgateError | null): void => {
    const { newest } = entry;
    if (signal.aborted || (newest && newest.value === value && newest.error === error)) return;
    entry.newest = { value, error };
    note(entry);
  };
  entry
    .start(taskgate, (value) => show(value, null), signal)
    .catch((cause: unknown) => {
      const error = cause instanceof TaskgateError ? cause : new TaskgateError('UNKNOWN', String(cause), { cause });
      show(entry.newest?.value, error);
    });
}

export function startTask(id: string): Start<FollowedTask | null> {
  return async (taskgate, set, signal) => {
    const follower = taskgate.followTask(id, { signal });
    try {
      for (;;) {
        const { done, value } = await follower.next();
        if (done) return set(value);
        if (value.kind === 'removed') return set(null);
        if (value.kind !== 'reset') set(value.task);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
      set(null);
    }
  };
}

export function startStats(filter: TaskFilter): Start<TaskStats> {
  return async (taskgate, set, signal) => {
    for await (const stats of taskgate.followStats(filter, { signal })) set(stats);
  };
}

export function startTasks(filter: TaskFilter, limit: number): Start<LiveTasks> {
  const follow: Start<LiveTasks> = async (taskgate, set, signal) => {
    let live: LiveTasks = { tasks: [], sourceErrors: [] };
    for await (const update of taskgate.followTasks(filter, { signal, limit })) {
      live = applyUpdate(live, update, filter, limit);
      set(live);
    }
  };
  const timed = (filter.stale ?? filter.overdue ?? null) !== null;
  return timed ? followByCounts(filter, limit, follow) : follow;
}

/** Turning stale or overdue makes no event, but moves the counts: the list is then read, and followed, anew. */
function followByCounts(filter: TaskFilter, limit: number, follow: Start<LiveTasks>): Start<LiveTasks> {
  return async (taskgate, set, outer) => {
    const over = new AbortController();
    const signal = AbortSignal.any([outer, over.signal]);
    let again = new AbortController();
    let listed: number | undefined;
    const show = (live: LiveTasks): void => {
      listed ??= live.tasks.length;
      set(live);
    };
    const read = async (): Promise<void> => {
      do {
        again = new AbortController();
        await follow(taskgate, show, AbortSignal.any([signal, again.signal]));
      } while (again.signal.aborted && !signal.aborted);
    };
    const count = async (): Promise<void> => {
      let counted = false;
      for await (const stats of taskgate.followStats(filter, { signal })) {
        const total = Math.min(stats.total, limit);
        if (counted || (listed ?? total) !== total) again.abort();
        counted = true;
      }
    };
    try {
      await Promise.all([read(), count()]);
    } finally {
      over.abort();
    }
  };
}

const newestFirst = compareTasks('CREATED_DESC');

/** The same object where nothing is changed by it. */
export function applyUpdate(
  live: LiveTasks,
  update: TaskUpdate | TaskList,
  filter: TaskFilter,
  limit: number,
): LiveTasks {
  if (update.kind === 'list') return { tasks: update.tasks, sourceErrors: update.sourceErrors };
  const { task, kind } = update;
  const at = live.tasks.findIndex(({ id }) => id === task.id);
  const known = live.tasks[at];
  if (known && known.seq > task.seq) return live;
  const belongs = kind !== 'removed' && matchesFilter(task, filter);
  if (known && belongs) return { ...live, tasks: live.tasks.with(at, task) };
  if (known) return { ...live, tasks: live.tasks.toSpliced(at, 1) };
  if (!belongs) return live;
  const before = live.tasks.findIndex((each) => newestFirst(task, each) < 0);
  const tasks = live.tasks.toSpliced(before < 0 ? live.tasks.length : before, 0, task);
  return { ...live, tasks: tasks.slice(0, limit) };
}
