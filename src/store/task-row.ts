import type { Json } from '../base/json.js';
import { searchText } from '../task/task-filter.js';
import type { Freshness, Task } from '../task/task.js';
import { filterFacts } from '../task/transition.js';
import type { Accounts, StoredTask } from './store.js';

/** Columns of `tasks` that follow from the task: what filters and orders look at, and the task itself. */
export interface TaskColumns {
  readonly done: 0 | 1;
  readonly seq: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly resource_id: string | null;
  readonly search_text: string;
  readonly body: string;
}

export function taskColumns(task: Task): TaskColumns {
  return {
    done: task.done ? 1 : 0,
    seq: task.seq,
    created_at: task.createdAt,
    updated_at: task.updatedAt,
    resource_id: task.resource && encodeText(task.resource.id),
    search_text: searchText(task, filterFacts(task)),
    body: encodeJson(task),
  };
}

export interface BodyRow {
  readonly body: string;
  readonly freshness: string;
}

export function readStored(row: BodyRow): StoredTask {
  return { task: decodeJson(row.body) as Task, freshness: decodeJson(row.freshness) as Freshness };
}

/** Open tasks only: a finished one is never stale. */
export function staleAtOf(done: boolean, freshness: Freshness): number | null {
  return done ? null : freshness.staleAt;
}

export function isVisible(account: string, accounts: Accounts): boolean {
  return accounts === null || accounts.includes(account);
}

/** Upstream text can hold NUL and half surrogates, which databases cut or refuse; JSON escapes them. */
export function encodeJson(value: object | Json): string {
  return JSON.stringify(value);
}

export function decodeJson(text: string): unknown {
  return JSON.parse(text);
}

/** The same for a bare text that is only compared. */
export function encodeText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
