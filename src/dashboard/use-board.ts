import { useEffect, useState, useSyncExternalStore } from 'react';
import {
  createTaskgate,
  type ConnectionStatus,
  type FollowedTask,
  type SourceError,
  type TaskStats,
} from '../client/index.js';

const taskgate = createTaskgate({ url: '/graphql' });

/** Rows that are kept; the newest of all that there are. */
const MOST_ROWS = 200;

export interface Board {
  readonly state: 'loading' | 'ready' | 'failed';
  /** Newest first. */
  readonly tasks: readonly FollowedTask[];
  readonly sourceErrors: readonly SourceError[];
}

const EMPTY: Board = { state: 'loading', tasks: [], sourceErrors: [] };

/** The newest tasks, changed in place as the gateway tells. */
export function useBoard(): Board {
  const [board, setBoard] = useState(EMPTY);
  useEffect(() => {
    const leaving = new AbortController();
    void follow(setBoard, leaving.signal);
    return () => leaving.abort();
  }, []);
  return board;
}

async function follow(set: (change: (board: Board) => Board) => void, signal: AbortSignal): Promise<void> {
  try {
    for await (const update of taskgate.followTasks({}, { signal, limit: MOST_ROWS })) {
      if (update.kind === 'list') {
        const { tasks, sourceErrors } = update;
        set(() => ({ state: 'ready', tasks, sourceErrors }));
      } else {
        set((board) => ({ ...board, tasks: withChange(board.tasks, update.task, update.kind === 'removed') }));
      }
    }
  } catch {
    if (!signal.aborted) set((board) => ({ ...board, state: 'failed' }));
  }
}

function withChange(tasks: readonly FollowedTask[], task: FollowedTask, removed: boolean): readonly FollowedTask[] {
  if (removed) return tasks.filter(({ id }) => id !== task.id);
  const known = tasks.findIndex(({ id }) => id === task.id);
  if (known >= 0) return tasks.with(known, task);
  return [task, ...tasks].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, MOST_ROWS);
}

export function useStats(): TaskStats | undefined {
  const [stats, setStats] = useState<TaskStats>();
  useEffect(() => {
    const leaving = new AbortController();
    const run = async (): Promise<void> => {
      for await (const counts of taskgate.followStats({}, { signal: leaving.signal })) setStats(counts);
    };
    // The connection says when nothing comes any more.
    run().catch(() => undefined);
    return () => leaving.abort();
  }, []);
  return stats;
}

export function useConnection(): ConnectionStatus {
  return useSyncExternalStore(taskgate.status.subscribe, taskgate.status.get);
}
