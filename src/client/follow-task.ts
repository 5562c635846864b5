import type { Connection } from './connection.js';
import { FOLLOW_TASK, READ_TASK } from './documents.js';
import type { Answer } from './query.js';
import { stream } from './stream.js';
import type { FollowedTask, TaskReset, TaskUpdate, WireEvent } from './task.js';

export type Ask = <Data>(
  document: string,
  variables: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
) => Promise<Answer<Data>>;

const KINDS = { SNAPSHOT: 'snapshot', CHANGED: 'changed', REMOVED: 'removed' } as const;

/** The cursor moves when the reader asks for the next update: who fails over one meets it again, and skips none. */
export async function* followTask(
  { connection, ask }: { readonly connection: Connection; readonly ask: Ask },
  id: string,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TaskUpdate | TaskReset, FollowedTask | null, undefined> {
  let after = from;
  let last: FollowedTask | null = null;
  for await (const { event } of stream<WireEvent>(connection, FOLLOW_TASK, () => ({ id, after }), signal)) {
    if (event === null) {
      const ended = await endOf(ask, id, last, signal);
      if (ended) return ended.task;
      continue;
    }
    const update = toUpdate(event);
    yield update;
    after = event.cursor;
    if (update.kind === 'reset') continue;
    last = update.task;
    if (last.done || update.kind === 'removed') return last;
  }
  return last;
}

/** Undefined when the task goes on, and the stream ended for another reason; the stream is tried again when unknown. */
async function endOf(
  ask: Ask,
  id: string,
  last: FollowedTask | null,
  signal: AbortSignal,
): Promise<{ readonly task: FollowedTask | null } | undefined> {
  try {
    const { data, error } = await ask<{ task: FollowedTask | null }>(READ_TASK, { id }, signal);
    if (error || !data) return undefined;
    return data.task === null || data.task.done ? { task: data.task ?? last } : undefined;
  } catch {
    return undefined;
  }
}

function toUpdate({ type, task, cursor, at, previousStatus, resetReason }: WireEvent): TaskUpdate | TaskReset {
  if (type === 'RESET' || task === null) {
    return { kind: 'reset', reason: resetReason ?? 'UNKNOWN_CURSOR', cursor, at };
  }
  return { kind: KINDS[type], task, previousStatus, cursor, at };
}
