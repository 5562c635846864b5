import { useEffect, useRef, useState } from 'react';
import type { TaskFilter, TaskStats } from '../../client/index.js';
import { ask } from '../connection.js';
import { ReadWallTasksDocument, type WallTaskFragment } from '../generated/documents.js';

export type WallTask = WallTaskFragment;

export interface WallTasks {
  /** FAILED or EXPIRED, the one that changed last first. */
  readonly failed: readonly WallTask[];
  readonly stale: readonly WallTask[];
  readonly overdue: readonly WallTask[];
  /** When a task changed last, in milliseconds since 1970; null where there is none. */
  readonly changedAt: number | null;
}

/** Not after each change: on a busy day there are hundreds a second. */
const AT_MOST_EVERY_MS = 2_000;
/** A task that turns stale while another ceases to be moves no count. */
const AT_LEAST_EVERY_MS = 10_000;

/** Reads what a wall names of the filter, soon after the counts have moved. Undefined until it is read; stays while that fails. */
export function useWallTasks(filter: TaskFilter, stats: TaskStats | undefined): WallTasks | undefined {
  const [read, setRead] = useState<{ readonly filter: TaskFilter; readonly tasks: WallTasks }>();
  const moved = useRef(false);
  useEffect(() => {
    moved.current = true;
  }, [stats]);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let readAt = -Infinity;
    const look = async (): Promise<void> => {
      if (moved.current || performance.now() - readAt >= AT_LEAST_EVERY_MS) {
        moved.current = false;
        readAt = performance.now();
        const tasks = await readTasks(filter, controller.signal).catch(() => null);
        if (controller.signal.aborted) return;
        if (tasks) setRead({ filter, tasks });
      }
      timer = setTimeout(() => void look(), AT_MOST_EVERY_MS);
    };
    void look();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [filter]);
  return read?.filter === filter ? read.tasks : undefined;
}

async function readTasks(filter: TaskFilter, signal: AbortSignal): Promise<WallTasks | null> {
  const variables = {
    filter,
    failed: { ...filter, statuses: ['FAILED', 'EXPIRED'] },
    stale: { ...filter, stale: true },
    overdue: { ...filter, overdue: true },
  } as const;
  const { data } = await ask(ReadWallTasksDocument, variables, signal);
  if (!data?.failed || !data.stale || !data.overdue || !data.changed) return null;
  const [last] = data.changed.nodes;
  return {
    failed: data.failed.nodes,
    stale: data.stale.nodes,
    overdue: data.overdue.nodes,
    changedAt: last ? Date.parse(last.updatedAt) : null,
  };
}
