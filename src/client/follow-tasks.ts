import { isRefusedInput, type FreshStarts } from './fresh-starts.js';
import {
  FollowTasksDocument,
  ListTasksDocument,
  type ListTasksQuery,
  type ListTasksQueryVariables,
} from './generated/documents.js';
import type { Ask, Parts } from './parts.js';
import { isAborted } from './pause.js';
import { createSeenTasks } from './seen-tasks.js';
import { stream } from './stream.js';
import type { FollowedTask, ResetCause, TaskFilter, TaskList, TaskOrder, TaskUpdate } from './task.js';
import { TaskgateError } from './taskgate-error.js';

export interface ListOptions {
  /** How many tasks a list holds at most. */
  readonly limit: number;
  readonly order: TaskOrder;
  readonly after: string | undefined;
}

interface Wanted extends Pick<ListOptions, 'limit' | 'order'> {
  readonly filter: TaskFilter;
}

type TaskPage = NonNullable<ListTasksQuery['tasks']>;

/** The gateway gives no more at once. */
const PAGE_SIZE = 200;

/**
 * Without a cursor the list comes first. Where the gateway cannot go on from the cursor, the list comes again: its own
 * cursor is the one to go on from, so nothing between is missed.
 */
export async function* followTasks(
  { connection, ask, freshStarts }: Parts,
  filter: TaskFilter,
  { limit, order, after: from }: ListOptions,
  signal: AbortSignal,
): AsyncGenerator<TaskUpdate | TaskList, void, undefined> {
  // What moves with the clock makes no event, and cannot be subscribed to.
  const followed: TaskFilter = { ...filter, stale: null, overdue: null };
  const starts = freshStarts();
  const seen = createSeenTasks(followed);
  let after = from;
  /** The list's own cursor, as long as nothing came behind it. */
  let listed: string | undefined;
  /** Behind which a change was missing: it is asked for once more before it is given up. */
  let gapBehind: string | undefined;
  let reason: TaskList['reason'] = 'initial';

  /** Ends with why there must be a new list; null: it is to be called again. */
  async function* readOn(): AsyncGenerator<TaskUpdate, ResetCause | null, undefined> {
    try {
      for await (const { event } of stream(
        connection,
        FollowTasksDocument,
        () => ({ filter: followed, after }),
        signal,
      )) {
        if (event === null) continue;
        if (event.type === 'RESET' || event.task === null) return event.resetReason ?? 'UNKNOWN_CURSOR';
        const { type, task, previousStatus, cursor, at } = event;
        const place = seen.placeOf(type, task);
        if (place === 'beyond a gap') {
          if (gapBehind === after) return 'GAP';
          gapBehind = after;
          return null;
        }
        if (place === 'next') {
          yield { kind: type === 'REMOVED' ? 'removed' : 'changed', task, previousStatus, cursor, at };
          seen.told(type, task);
          starts.news();
        }
        after = cursor;
      }
    } catch (error) {
      // A cursor that the gateway has just made is not what it refuses.
      if (after === listed || !isRefusedInput(error)) throw error;
      return 'REFUSED_CURSOR';
    }
    return null;
  }

  while (!signal.aborted) {
    if (after === undefined) {
      const wanted = { filter, order, limit };
      const list: TaskList | undefined = await readUntilAnswered({ connection, ask, starts }, wanted, reason, signal);
      if (!list) return;
      yield list;
      seen.take(list.tasks);
      after = listed = list.cursor;
    }
    const broken = yield* readOn();
    if (broken === null) continue;
    reason = broken;
    after = undefined;
  }
}

async function readUntilAnswered(
  { connection, ask, starts }: Pick<Parts, 'connection' | 'ask'> & { readonly starts: FreshStarts },
  wanted: Wanted,
  reason: TaskList['reason'],
  signal: AbortSignal,
): Promise<TaskList | undefined> {
  // What is shown meanwhile is from before the gap.
  const release = reason === 'initial' ? undefined : connection.holdCatchingUp();
  try {
    if (reason !== 'initial') await starts.next(signal);
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
  } finally {
    release?.();
  }
}

/** The stream goes on from the first page's cursor: what changes while the others are read is told again. */
async function readList(
  ask: Ask,
  { filter, order, limit }: Wanted,
  reason: TaskList['reason'],
  signal: AbortSignal,
): Promise<TaskList> {
  const first = await readPage(ask, { filter, order, first: Math.min(PAGE_SIZE, limit) }, signal);
  const tasks = new Map<string, FollowedTask>(first.nodes.map((task) => [task.id, task]));
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

async function readPage(ask: Ask, variables: ListTasksQueryVariables, signal: AbortSignal): Promise<TaskPage> {
  const { data, error } = await ask(ListTasksDocument, variables, signal);
  if (!data?.tasks) throw error ?? new TaskgateError('UNKNOWN', 'The gateway gave no list');
  return data.tasks;
}
