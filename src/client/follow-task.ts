import { isRefusedInput } from './fresh-starts.js';
import { FollowTaskDocument, ReadTaskDocument, type FollowedEventFragment } from './generated/documents.js';
import type { Ask, Parts } from './parts.js';
import { isAborted } from './pause.js';
import { stream } from './stream.js';
import type { FollowedTask, ResetCause, TaskReset, TaskUpdate } from './task.js';

/** The cursor moves when the reader asks for the next update: who fails over one meets it again, and skips none. */
export async function* followTask(
  { connection, ask, clock, freshStarts }: Parts,
  id: string,
  from: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<TaskUpdate | TaskReset, FollowedTask | null, undefined> {
  const starts = freshStarts();
  let after = from;
  let last: FollowedTask | null = null;
  /** Behind which a change was missing: it is asked for once more before it is given up. */
  let gapBehind: string | undefined;

  /** Ends with why there must be a fresh start, or with the end; null: it is to be called again. */
  async function* readOn(): AsyncGenerator<TaskUpdate | TaskReset, ResetCause | Ended | null, undefined> {
    try {
      for await (const { event } of stream(connection, FollowTaskDocument, () => ({ id, after }), signal)) {
        if (event === null) {
          const ended = await endOf(ask, id, last, signal);
          if (ended) return ended;
          continue;
        }
        const step = last && event.type === 'CHANGED' && event.task ? event.task.seq - last.seq : 1;
        if (step > 1) {
          if (gapBehind === after) return 'GAP';
          gapBehind = after;
          return null;
        }
        if (step === 1) {
          const update = toUpdate(event);
          yield update;
          if (update.kind === 'changed') starts.news();
          if (update.kind !== 'reset') last = update.task;
          if (last && (last.done || update.kind === 'removed')) return { task: last };
        }
        after = event.cursor;
      }
    } catch (error) {
      if (after === undefined || !isRefusedInput(error)) throw error;
      return 'REFUSED_CURSOR';
    }
    return null;
  }

  while (!signal.aborted) {
    const broken = yield* readOn();
    if (broken === null) continue;
    if (typeof broken === 'object') return broken.task;
    await starts.next(signal);
    if (isAborted(signal)) return last;
    // Whoever comes back with the old cursor meets the same again.
    yield { kind: 'reset', reason: broken, cursor: after ?? '', at: new Date(clock.now()).toISOString() };
    after = undefined;
    last = null;
  }
  return last;
}

interface Ended {
  readonly task: FollowedTask | null;
}

/** Undefined when the task goes on, and the stream ended for another reason; the stream is tried again when unknown. */
async function endOf(ask: Ask, id: string, last: FollowedTask | null, signal: AbortSignal): Promise<Ended | undefined> {
  try {
    const { data, error } = await ask(ReadTaskDocument, { id }, signal);
    if (error || !data) return undefined;
    return data.task === null || data.task.done ? { task: data.task ?? last } : undefined;
  } catch {
    return undefined;
  }
}

function toUpdate({
  type,
  task,
  cursor,
  at,
  previousStatus,
  resetReason,
}: FollowedEventFragment): TaskUpdate | TaskReset {
  if (type === 'RESET' || task === null) {
    return { kind: 'reset', reason: resetReason ?? 'UNKNOWN_CURSOR', cursor, at };
  }
  return { kind: type.toLowerCase() as Lowercase<typeof type>, task, previousStatus, cursor, at };
}
