import type { Accounts, LogEntry, LogPoint } from '../store/store.js';
import { matchesFilter, type TaskFilter } from '../task/task-filter.js';
import type { TaskId } from '../task/task-id.js';
import { filterFacts } from '../task/transition.js';
import type { LogEvent } from './log-event.js';

/** What a reader wants of the log. */
export interface Selection {
  readonly accounts: Accounts;
  readonly filter: TaskFilter;
}

export interface Listener {
  offer(event: LogEvent, previous: LogPoint): void;
}

/** Matches the old or the new state, so that leaving the filter is told too. */
export function concerns(entry: LogEntry, { accounts, filter }: Selection): boolean {
  const { task, before } = entry;
  if (accounts !== null && !accounts.includes(task.account)) return false;
  return matchesFilter(task, filterFacts(task), filter) || (before !== null && matchesFilter(task, before, filter));
}

export function selectionKey({ accounts, filter }: Selection): string {
  const fields = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([accounts, fields]);
}

interface Audience {
  readonly selection: Selection;
  readonly listeners: Set<Listener>;
}

/**
 * Who is told of an entry. Equal selections are looked at once; those that name task ids only for entries
 * of these tasks, so that thousands of readers of different tasks cost nothing to one another.
 */
export class Audiences {
  readonly #audiences = new Map<string, Audience>();
  readonly #byTask = new Map<TaskId, Set<Audience>>();
  readonly #wide = new Set<Audience>();

  get size(): number {
    return this.#audiences.size;
  }

  add(key: string, selection: Selection, listener: Listener): void {
    let audience = this.#audiences.get(key);
    if (!audience) {
      audience = { selection, listeners: new Set() };
      this.#audiences.set(key, audience);
      for (const set of this.#places(selection)) set.add(audience);
    }
    audience.listeners.add(listener);
  }

  remove(key: string, listener: Listener): void {
    const audience = this.#audiences.get(key);
    if (!audience?.listeners.delete(listener) || audience.listeners.size > 0) return;
    this.#audiences.delete(key);
    this.#wide.delete(audience);
    for (const id of audience.selection.filter.ids ?? []) {
      const set = this.#byTask.get(id);
      if (set?.delete(audience) && set.size === 0) this.#byTask.delete(id);
    }
  }

  /** @returns how many listeners were told */
  tell(entry: LogEntry, previous: LogPoint, toEvent: () => LogEvent): number {
    let told = 0;
    for (const audiences of [this.#byTask.get(entry.task.id), this.#wide]) {
      for (const audience of audiences ?? []) {
        if (!concerns(entry, audience.selection)) continue;
        const event = toEvent();
        // Counted before: a listener leaves with its last event.
        told += audience.listeners.size;
        for (const listener of audience.listeners) listener.offer(event, previous);
      }
    }
    return told;
  }

  *#places({ filter }: Selection): Iterable<Set<Audience>> {
    if (!filter.ids) yield this.#wide;
    for (const id of filter.ids ?? []) {
      const set = this.#byTask.get(id) ?? new Set();
      this.#byTask.set(id, set);
      yield set;
    }
  }
}
