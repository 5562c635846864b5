import { useEffect, useReducer, useState } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { SHOW_TASK, type ShownTaskData } from './task-document.js';

export interface LiveTask {
  /** Undefined until it is read, null when there is none. */
  readonly task: ShownTaskData['task'] | undefined;
  readonly error: TaskgateError | null;
  retry(): void;
}

/** Freshness moves without a change of the task, so no stream tells of it. */
const FRESHNESS_MS = 10_000;

/** Reads the task, reads it again with each of its changes, and what is shown stays while that fails. */
export function useTask(id: string): LiveTask {
  const [task, setTask] = useState<ShownTaskData['task'] | undefined>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, retry] = useReducer((before: number) => before + 1, 0);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const read = async (): Promise<void> => {
      const { data, error: refused } = await taskgate.query<ShownTaskData>(SHOW_TASK, { id }, signal);
      if (signal.aborted) return;
      if (!data) throw refused ?? new Error('The gateway gave no task');
      setError(null);
      setTask((before) => (data.task && before && before.seq > data.task.seq ? before : data.task));
    };
    const failed = (cause: unknown): void => {
      if (!signal.aborted) setError(toTaskgateError(cause));
    };
    const follow = async (): Promise<void> => {
      await read();
      const follower = taskgate.followTask(id, { signal });
      while (!(await follower.next()).done) await read();
      await read();
    };
    follow().catch(failed);
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') read().catch(failed);
    }, FRESHNESS_MS);
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, [id, attempt]);

  return { task, error, retry };
}
