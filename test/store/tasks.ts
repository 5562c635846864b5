import { createTask, applyReading } from '../../src/task/apply-reading.js';
import type { Facts } from '../../src/task/reading.js';
import { UNREAD, type Freshness, type Task } from '../../src/task/task.js';
import { filterFacts } from '../../src/task/transition.js';
import type { TaskIdentity } from '../../src/task/task-id.js';
import type { ChangeWrite, TaskStore, WriteResult } from '../../src/store/store.js';

export const NOW = Date.UTC(2026, 0, 1);

export function identity(upstreamId: string, overrides: Partial<TaskIdentity> = {}): TaskIdentity {
  return { service: 'SFS', account: 'prod', scope: '', upstreamId, ...overrides };
}

/** The write by which a task becomes known. */
export function birth(of: TaskIdentity, facts: Facts = {}, at = NOW, freshness: Freshness = UNREAD): ChangeWrite {
  const { task, transition } = createTask(of, 'cn-north-4', facts, at);
  return { type: 'change', task, transition, before: null, freshness };
}

/** The write of what a query's answer changes. */
export function next(task: Task, facts: Facts, at = NOW, freshness: Freshness = UNREAD): ChangeWrite {
  const applied = applyReading(task, { type: 'seen', from: 'query', facts, askedAt: at, answeredAt: at }, null, at);
  if (applied.type !== 'changed') throw new Error(`The facts make no change: ${applied.type}`);
  return {
    type: 'change',
    task: applied.task,
    transition: applied.transition,
    before: filterFacts(task),
    freshness,
  };
}

/** Writes one after the other; every one must be taken. */
export async function commitAll(store: TaskStore, writes: readonly ChangeWrite[]): Promise<readonly WriteResult[]> {
  const results = await store.commit(writes);
  const refused = results.find(({ type }) => type !== 'committed');
  if (refused) throw new Error(`A write was refused: ${refused.type}`);
  return results;
}
