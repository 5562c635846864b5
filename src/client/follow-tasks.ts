import type { Connection } from './connection.js';
import { FOLLOW_TASKS, LIST_TASKS } from './documents.js';
import type { Ask } from './follow-task.js';
import { isAborted } from './pause.js';
import { stream } from './stream.js';
import { TaskgateError } from './taskgate-error.js';
import type { FollowedTask, SourceError, TaskFilter, TaskList, TaskOrder, TaskUpdate, WireEvent } from './task.js';

export interface ListOptions {
  /** How many tasks a list holds at most. */
  readonly limit: number;
  readonly order: TaskOrder;
  readonly after: string | undefined;
}

interface Wanted extends Pick<ListOptions, 'limit' | 'order'> {
  readonly filter: TaskFilter;
}

interface Page {
  readonly tasks: TaskPage | null;
}

interface TaskPage {
  readonly nodes: readonly FollowedTask[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
  readonly streamCursor: string;
  readonly sourceErrors: readonly SourceError[];
}

/** The gateway gives no more at once. */
const PAGE_SIZE = 200;

/**
 * Without a cursor the list comes first. Where the gateway cannot go on from the cursor, the list comes again: its own
 * cursor is the one to go on from, so nothing between is missed.
 */
export async function* followTasks(
  { connection, ask }: { readonly connection: Connection; readonly ask: Ask },
  filter: TaskFilter,
  { limit, order, after: from }: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<TaskUpdate | TaskList, void, undefined> {
  // What moves with the clock makes no event, and cannot be subscribed to.
  const followed: TaskFilter = { ...filter, stale: null, overdue: null };
  let after = from;
  let reason: TaskList['reason'] = 'initial';
  while (!signal.aborted) {
    if (after === undefined) {
      const list: TaskList | undefined = await readUntilAnswered(
        connection,
        ask,
        { filter, order, limit },
        reason,
        signal,
      );
      if (!list) return;
      yield list;
      after = list.cursor;
    }
    const variables = (): Readonly<Record<string, unknown>> => ({ filter: followed, after });
    for await (const { event } of stream<WireEvent>(connection, FOLLOW_TASKS, variables, signal)) {
      if (event === null) continue;
      if (event.type === 'RESET' || event.task === null) {
        reason = event.resetReason ?? 'UNKNOWN_CURSOR';
        after = undefined;
        break;
      }
      const { task, previousStatus, cursor, at } = event;
      yield { kind: event.type === 'REMOVED' ? 'removed' : 'changed', task, previousStatus, cursor, at };
      after = cursor;
    }
  }
}

async function readUntilAnswered(
  connection: Connection,
  ask: Ask,
  wanted: Wanted,
  reason: TaskList['reason'],
  signal: AbortSignal,
): Promise<TaskList | undefined> {
  while (!signal.aborted) {
    try {
      return await readList(ask, wanted, reason, signal);
    } catch (error) {
      if (isAborted(signal)) return undefined;
      if (!(error instanceof TaskgateError) || !error.retryable) throw error;
      // The first list is asked for by somebody who waits: they are told. Later ones have something to show meanwhile.
      if (reason === 'initial') throw error;
      await connection.waitToRetry(error.retryAfterMs ?? 0, signal);
    }
  }
  return undefined;
}

/** The stream goes on from the first page's cursor: what changes while the others are read is told again. */
async function readList(
  ask: Ask,
  { filter, order, limit }: Wanted,
  reason: TaskList['reason'],
  signal: AbortSignal,
): Promise<TaskList> {
  const first = await readPage(ask, { filter, order, first: Math.min(PAGE_SIZE, limit) }, signal);
  const tasks = new Map(first.nodes.map((task) => [task.id, task]));
  let { hasNextPage, endCursor } = first.pageInfo;
  while (hasNextPage && tasks.size < limit) {
    const size = Math.min(PAGE_SIZE, limit - tasks.size);
    const page = await readPage(ask, { filter, order, first: size, after: endCursor }, signal);
    for (const task of page.nodes) tasks.set(task.id, task);
    ({ hasNextPage, endCursor } = page.pageInfo);
  }
  const { totalCount, sourceErrors, streamCursor } = first;
  return {
    kind: 'list',
    reason,
    tasks: [...tasks.values()],
    totalCount,
    endCursor: hasNextPage ? endCursor : null,
    sourceErrors,
    cursor: streamCursor,
  };
}

async function readPage(
  ask: Ask,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<TaskPage> {
  const { data, error } = await ask<Page>(LIST_TASKS, variables, signal);
  if (!data?.tasks) throw error ?? new TaskgateError('UNKNOWN', 'The gateway gave no list');
  return data.tasks;
}
