import { createHash } from 'node:crypto';
import { jsonEqual, type Json } from '../base/json.js';
import type { Facts, Seen } from './reading.js';
import type { Instant, Task } from './task.js';
import { formatTaskId, type TaskIdentity } from './task-id.js';
import { TaskStatus, TERMINAL_STATUSES } from './task-status.js';
import type { Transition } from './transition.js';

export const UNKNOWN_KIND = 'unknown';

export interface Change {
  readonly task: Task;
  readonly transition: Transition;
}

export type Applied =
  | ({ readonly type: 'changed' } & Change)
  | { readonly type: 'unchanged' }
  /** The reading contradicts a final state (promise 4). */
  | { readonly type: 'refused'; readonly reason: 'after_final' };

/** The first state of a task that has just become known. Without a status it is PENDING. */
export function createTask(identity: TaskIdentity, region: string, facts: Facts, at: Instant): Change {
  const status = facts.status ?? TaskStatus.PENDING;
  const done = isDone(status, facts);
  const task: Task = Object.freeze({
    id: formatTaskId(identity),
    ...identity,
    region,
    kind: facts.kind ?? UNKNOWN_KIND,
    status,
    done,
    upstreamStatus: facts.upstreamStatus ?? null,
    resource: facts.resource ?? null,
    createdAt: Math.min(facts.startedAt ?? at, at),
    updatedAt: at,
    startedAt: facts.startedAt ?? null,
    finishedAt: facts.finishedAt ?? (done ? at : null),
    error: facts.error ?? null,
    warnings: facts.warnings ?? [],
    progress: facts.progress ?? null,
    details: facts.details ?? {},
    contentHash: facts.content === undefined ? null : hashContent(facts.content),
    seq: 1,
  });
  return {
    task,
    transition: { seq: 1, from: null, to: status, upstreamStatus: task.upstreamStatus, notBefore: null, at },
  };
}

/**
 * What a reading makes of a known task. Pure.
 *
 * A reading that lacks a field leaves it as it was. A list's word gives way to what is known, its `kind` always and its
 * `upstreamStatus` as long as both mean the same status: lists abbreviate (KPS: RUNNING for RUNNING_RESET), and a
 * word that swings between the two would be a change each time.
 *
 * @param notBefore when the state before was last seen; null when it never was
 */
export function applyReading(task: Task, reading: Seen, notBefore: Instant | null, at: Instant): Applied {
  const facts = reading.from === 'list' ? yieldToKnown(task, reading.facts) : reading.facts;
  if (task.done) return contradicts(task, facts) ? { type: 'refused', reason: 'after_final' } : { type: 'unchanged' };

  const next = merge(task, facts, at);
  if (sameState(task, next)) return { type: 'unchanged' };
  return changed(task, next, notBefore, at);
}

/** The end of a task that its upstream has forgotten; its last known fields stay (promise 5). */
export function expireTask(task: Task, notBefore: Instant | null, at: Instant): Applied {
  if (task.done) return { type: 'unchanged' };
  return changed(task, { ...task, status: TaskStatus.EXPIRED, done: true }, notBefore, at);
}

function changed(task: Task, next: Task, notBefore: Instant | null, at: Instant): Applied {
  const seq = task.seq + 1;
  const { status: to, upstreamStatus } = next;
  return {
    type: 'changed',
    task: Object.freeze({ ...next, seq, updatedAt: at }),
    transition: { seq, from: task.status, to, upstreamStatus, notBefore, at },
  };
}

function yieldToKnown(task: Task, facts: Facts): Facts {
  const sameStatus = facts.status === undefined || facts.status === task.status;
  return {
    ...facts,
    ...(sameStatus && task.upstreamStatus !== null && { upstreamStatus: task.upstreamStatus }),
    ...(task.kind !== UNKNOWN_KIND && { kind: task.kind }),
  };
}

function contradicts(task: Task, facts: Facts): boolean {
  return (
    (facts.status !== undefined && facts.status !== task.status) ||
    (facts.upstreamStatus !== undefined && facts.upstreamStatus !== task.upstreamStatus)
  );
}

function merge(task: Task, facts: Facts, at: Instant): Task {
  const status = facts.status ?? task.status;
  const done = isDone(status, facts);
  return {
    ...task,
    kind: facts.kind ?? task.kind,
    status,
    done,
    upstreamStatus: facts.upstreamStatus ?? task.upstreamStatus,
    resource: facts.resource === undefined ? task.resource : facts.resource,
    startedAt: facts.startedAt === undefined ? task.startedAt : facts.startedAt,
    finishedAt: (facts.finishedAt === undefined ? task.finishedAt : facts.finishedAt) ?? (done ? at : null),
    error: facts.error === undefined ? task.error : facts.error,
    warnings: facts.warnings ?? task.warnings,
    progress: facts.progress === undefined ? task.progress : facts.progress,
    details: facts.details ? { ...task.details, ...facts.details } : task.details,
    contentHash: facts.content === undefined ? task.contentHash : hashContent(facts.content),
  };
}

function sameState(task: Task, next: Task): boolean {
  return jsonEqual(task as unknown as Json, next as unknown as Json);
}

function isDone(status: TaskStatus, facts: Facts): boolean {
  return TERMINAL_STATUSES.has(status) || (status === TaskStatus.UNKNOWN && facts.done === true);
}

function hashContent(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
