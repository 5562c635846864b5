import { LONGEST_TIMER_MS } from './clock.js';
import { followTask } from './follow-task.js';
import { WaitForTaskDocument } from './generated/documents.js';
import type { Parts } from './parts.js';
import { isAborted, pause } from './pause.js';
import type { FollowedTask, WaitedTask } from './task.js';
import { isNotFound, TaskgateError } from './taskgate-error.js';

/** How long the gateway holds one answer back, behind the first; proxies cut what says nothing for longer. */
const ASKED_SECONDS = 25;

/** Reads the stream where there are sockets, and asks again and again where there are none: that passes every proxy. */
export async function waitForTask(
  parts: Parts,
  id: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<WaitedTask> {
  const { connection, ask, clock, freshStarts } = parts;
  let last: FollowedTask | null = null;
  const over = new AbortController();
  const limit = pause(clock, timeoutMs > LONGEST_TIMER_MS ? Infinity : timeoutMs, signal);
  void limit.done.then(() => over.abort());

  async function bySocket(): Promise<WaitedTask | undefined> {
    const blocked = new AbortController();
    const sockets = {
      ...connection,
      async waitToRetry(...wait: Parameters<typeof connection.waitToRetry>): Promise<void> {
        await connection.waitToRetry(...wait);
        if (connection.socketless()) blocked.abort();
      },
    };
    const either = AbortSignal.any([over.signal, blocked.signal]);
    try {
      for await (const update of followTask({ ...parts, connection: sockets }, id, undefined, either)) {
        if (update.kind === 'reset') continue;
        last = update.task;
        if (update.kind === 'removed') return { outcome: 'removed', task: last };
        if (last.done) return { outcome: 'done', task: last };
      }
    } catch (error) {
      if (!last || !isNotFound(error)) throw error;
    }
    // The gateway ends the stream of a task that it no longer knows; the query says so.
    return undefined;
  }

  async function byQuery(): Promise<WaitedTask | undefined> {
    const starts = freshStarts();
    while (!isAborted(over.signal)) {
      const seconds = last ? ASKED_SECONDS : 0;
      const { data, error } = await ask(WaitForTaskDocument, { id, seconds }, over.signal).catch((cause: unknown) => ({
        data: null,
        error: cause as TaskgateError,
      }));
      if (isAborted(over.signal)) break;
      if (error) {
        if (!error.retryable) throw error;
        if (error.retryAfterMs) await pause(clock, error.retryAfterMs, over.signal).done;
        await starts.next(over.signal);
      } else if (data?.task) {
        last = data.task;
        if (last.done) return { outcome: 'done', task: last };
        starts.news();
      } else if (last) return { outcome: 'removed', task: last };
      else throw new TaskgateError('NOT_FOUND', 'No such task, or it is in an account that you cannot see');
    }
    return undefined;
  }

  try {
    const waited = (connection.socketless() ? undefined : await bySocket()) ?? (await byQuery());
    signal.throwIfAborted();
    return waited ?? { outcome: 'timedOut', task: last };
  } finally {
    limit.end();
  }
}
