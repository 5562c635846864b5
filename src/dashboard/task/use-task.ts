import { useEffect, useReducer, useState } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { ask, taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { ReadFreshnessDocument, ShowTaskDocument } from '../generated/documents.js';
import { noteReset } from '../resets.js';
import { serverNow } from '../server-clock.js';
import type { ShownTask, Transition } from './task-document.js';

export interface TaskState {
  /** Undefined until it is read; null when there is none. */
  readonly task: ShownTask | null | undefined;
  /** Oldest first. */
  readonly transitions: readonly Transition[];
  /** It was shown, and is now gone from the gateway; what is shown is the last of it. */
  readonly removed: boolean;
  readonly error: TaskgateError | null;
  /** When what is shown was last read, by this machine's clock; null before that. */
  readonly readAt: number | null;
}

export interface LiveTask extends TaskState {
  retry(): void;
}

const UNREAD: TaskState = { task: undefined, transitions: [], removed: false, error: null, readAt: null };

/** The gateway needs a moment to store what it polled. */
const AFTER_POLL_MS = 300;
const AT_LEAST_EVERY_MS = 10_000;
/** A poll that is overdue is not asked after more often than that. */
const AT_MOST_EVERY_MS = 1_000;

/** Reads the task, and again with each of its changes; what is shown stays while that fails. */
export function useTask(id: string): LiveTask {
  const [state, setState] = useState(UNREAD);
  const [attempt, retry] = useReducer((before: number) => before + 1, 0);
  useEffect(() => {
    const controller = new AbortController();
    followTask(id, (change) => setState(change), controller.signal);
    return () => controller.abort();
  }, [id, attempt]);
  return { ...state, retry };
}

type SetState = (change: (before: TaskState) => TaskState) => void;

function followTask(id: string, setState: SetState, signal: AbortSignal): void {
  const reader = createReader(id, setState, signal);
  keepFresh(reader, signal);
  const failed = (cause: unknown): void => {
    if (!signal.aborted) setState((before) => ({ ...before, error: toTaskgateError(cause) }));
  };
  const follow = async (): Promise<void> => {
    if (!(await reader.readAll())) return;
    const follower = taskgate.followTask(id, { signal });
    for (;;) {
      const { done, value } = await follower.next();
      if (!done && value.kind === 'reset') noteReset(value.reason);
      const known = done ? value : value.kind === 'snapshot' || value.kind === 'changed' ? value.task : null;
      // A result may be large: it is read again when there is another one.
      if (known === null || known.seq !== reader.latest()?.seq) await reader.readAll();
      if (done) return;
    }
  };
  follow().catch(failed);
}

interface Reader {
  /** What was last read; its next look is planned by it. */
  latest(): ShownTask | null | undefined;
  /** Called after each read, whatever came of it. */
  onRead: () => void;
  /** Everything that is shown. False when there is no such task. Never throws: a failure is shown. */
  readAll(): Promise<boolean>;
  readFreshness(): Promise<void>;
}

/** Reads one after the other, so that no older answer takes the place of a newer one. */
function createReader(id: string, setState: SetState, signal: AbortSignal): Reader {
  let task: ShownTask | null | undefined;
  let transitions: readonly Transition[] = [];
  let after: string | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const over = (): boolean => signal.aborted;

  const inTurn = <Value>(run: () => Promise<Value>, otherwise: Value): Promise<Value> => {
    const turn = queue.then(async () => {
      if (over()) return otherwise;
      try {
        return await run();
      } catch (cause) {
        if (!over()) setState((before) => ({ ...before, error: toTaskgateError(cause) }));
        return otherwise;
      } finally {
        reader.onRead();
      }
    });
    queue = turn;
    return turn;
  };

  const readPages = async (): Promise<boolean> => {
    for (;;) {
      const { data, error } = await ask(ShowTaskDocument, { id, after }, signal);
      // What is no id of a task is none that anybody can see either.
      if (error?.code === 'BAD_USER_INPUT') return showGone();
      if (!data || (error && !data.task)) throw error ?? new Error('The gateway gave no task');
      if (data.task === null) return showGone();
      const { timeline, ...read } = data.task;
      // Tracked anew: its history begins again.
      if (task && read.seq < task.seq) [after, transitions, task] = [null, [], undefined];
      else {
        task = read;
        transitions = [...transitions, ...timeline.nodes];
        after = timeline.pageInfo.endCursor ?? after;
        if (!timeline.pageInfo.hasNextPage) break;
      }
    }
    const shown = { task, transitions, removed: false, error: null, readAt: Date.now() };
    setState(() => shown);
    return true;
  };

  const showGone = (): false => {
    task = null;
    setState((before) => ({ ...before, task: before.task ?? null, removed: Boolean(before.task), error: null }));
    return false;
  };

  const reader: Reader = {
    latest: () => task,
    onRead: () => undefined,
    readAll: () => inTurn(readPages, true),
    async readFreshness() {
      const moved = await inTurn(async () => {
        const { data, error } = await ask(ReadFreshnessDocument, { id }, signal);
        if (!data) throw error ?? new Error('The gateway gave no task');
        if (!task || data.task?.seq !== task.seq) return true;
        task = { ...task, ...data.task };
        const shown = task;
        setState((before) => ({ ...before, task: shown, error: null, readAt: Date.now() }));
        return false;
      }, false);
      if (moved) await reader.readAll();
    },
  };
  return reader;
}

/** Asks soon after each poll how lately the task was seen, as long as somebody looks. What is done does not age. */
function keepFresh(reader: Reader, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    clearTimeout(timer);
    const task = reader.latest();
    // What could not be read is asked for again; what is not there is not.
    if (signal.aborted || task === null || task?.done) return;
    const nextPollAt = task?.nextPollAt ?? null;
    const untilPoll = nextPollAt === null ? Infinity : Date.parse(nextPollAt) + AFTER_POLL_MS - serverNow();
    timer = setTimeout(look, Math.min(AT_LEAST_EVERY_MS, Math.max(AT_MOST_EVERY_MS, untilPoll)));
  };
  const look = (): void => {
    if (document.visibilityState === 'hidden') return plan();
    void reader.readFreshness();
  };
  reader.onRead = plan;
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
}
