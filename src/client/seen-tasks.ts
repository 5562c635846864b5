import type { TaskEventType } from './generated/documents.js';
import { matchesFilter } from './matches-filter.js';
import type { FollowedTask, TaskFilter } from './task.js';

/** How far each task of a list was told of, as long as every change of it is told. */
export interface SeenTasks {
  /** Begins anew with these. */
  take(tasks: readonly FollowedTask[]): void;
  placeOf(type: TaskEventType, task: FollowedTask): 'next' | 'repeated' | 'beyond a gap';
  told(type: TaskEventType, task: FollowedTask): void;
}

export function createSeenTasks(filter: TaskFilter): SeenTasks {
  const seqs = new Map<string, number>();
  return {
    take(tasks) {
      seqs.clear();
      for (const { id, seq } of tasks) seqs.set(id, seq);
    },
    placeOf(type, { id, seq }) {
      const known = seqs.get(id);
      if (known === undefined || type === 'REMOVED') return 'next';
      if (seq <= known) return 'repeated';
      return seq === known + 1 ? 'next' : 'beyond a gap';
    },
    told(type, task) {
      // Nothing follows, or not everything: what changes outside the filter is not told.
      if (type === 'REMOVED' || task.done || !matchesFilter(task, filter)) seqs.delete(task.id);
      else seqs.set(task.id, task.seq);
    },
  };
}
