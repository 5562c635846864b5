import type { Json } from '../base/json.js';
import type { StoredTask } from '../store/store.js';
import { isExpired, noteAbsence } from '../task/absence.js';
import { applyReading, createTask, expireTask, type Applied } from '../task/apply-reading.js';
import type { Gone, Reading, Seen } from '../task/reading.js';
import { UNREAD, type Freshness, type Instant, type PollError, type Task } from '../task/task.js';
import type { TaskIdentity } from '../task/task-id.js';
import { filterFacts, type FilterFacts, type Transition } from '../task/transition.js';
import { UpstreamErrorCode } from '../upstream/upstream-error.js';
import { staleAfter } from './cadence.js';

/** What a reading makes of what is stored. */
export type Verdict =
  | ({ readonly type: 'change'; readonly before: FilterFacts | null; readonly transition: Transition } & Brought)
  /** The task is as it was; only its freshness moves. */
  | ({ readonly type: 'note' } & Brought)
  /** Counted, and then forgotten. */
  | { readonly type: 'drop'; readonly reason: 'older' | 'after_final' }
  /** Nothing is stored, and there is nothing to store. */
  | { readonly type: 'nothing' };

interface Brought {
  readonly task: Task;
  readonly freshness: Freshness;
  readonly raw?: Json;
  readonly content?: string;
}

export interface Judging {
  readonly now: Instant;
  /** When the task is to be read next, if it is not done, and how long that interval is. */
  readonly next: { readonly at: Instant; readonly plannedMs: number };
}

/** Judges a reading of a task that is stored. Pure. */
export function judge(previous: StoredTask, reading: Reading, judging: Judging): Verdict {
  if (reading.type === 'unread') return noteError(previous, reading.error, judging);
  if (isOlder(previous.freshness, reading.askedAt, judging.now)) return { type: 'drop', reason: 'older' };
  return reading.type === 'seen' ? judgeSeen(previous, reading, judging) : judgeGone(previous, reading, judging);
}

/** Judges the first reading of a task that is not stored. Pure. */
export function judgeFirst(identity: TaskIdentity, region: string, reading: Reading, judging: Judging): Verdict {
  if (reading.type !== 'seen') return { type: 'nothing' };
  const { task, transition } = createTask(identity, region, reading.facts, judging.now);
  return {
    type: 'change',
    before: null,
    task,
    transition,
    freshness: freshAfter(task, reading, judging),
    ...texts(reading),
  };
}

function judgeSeen(previous: StoredTask, reading: Seen, judging: Judging): Verdict {
  const { task } = previous;
  const applied = applyReading(task, reading, lastSeenAt(previous.freshness), judging.now);
  const next = applied.type === 'changed' ? applied.task : task;
  return verdict(previous, applied, freshAfter(next, reading, judging), texts(reading));
}

function judgeGone(previous: StoredTask, reading: Gone, judging: Judging): Verdict {
  const { task, freshness } = previous;
  // A record that its upstream has cleared away contradicts nothing.
  if (task.done) return { type: 'note', task, freshness };
  const absence = noteAbsence(task, freshness.absence, reading.answeredAt);
  const expired = isExpired(absence, reading.answeredAt);
  const applied: Applied = expired ? expireTask(task, lastSeenAt(freshness), judging.now) : { type: 'unchanged' };
  const next: Freshness = { ...freshness, askedAt: reading.askedAt, absence };
  return verdict(
    previous,
    applied,
    expired
      ? { ...next, nextPollAt: null, staleAt: null, lastPollError: null }
      : { ...next, nextPollAt: judging.next.at, lastPollError: goneError(reading) },
    {},
  );
}

function verdict(
  previous: StoredTask,
  applied: Applied,
  freshness: Freshness,
  brought: Pick<Brought, 'raw' | 'content'>,
): Verdict {
  if (applied.type === 'refused') return { type: 'drop', reason: applied.reason };
  if (applied.type === 'unchanged') {
    return { type: 'note', task: previous.task, freshness, ...(brought.raw !== undefined && { raw: brought.raw }) };
  }
  const { task, transition } = applied;
  return { type: 'change', before: filterFacts(previous.task), task, transition, freshness, ...brought };
}

function noteError({ task, freshness }: StoredTask, error: PollError, { next }: Judging): Verdict {
  if (task.done) return { type: 'note', task, freshness };
  return { type: 'note', task, freshness: { ...freshness, nextPollAt: next.at, lastPollError: error } };
}

function freshAfter(task: Task, reading: Seen, { next }: Judging): Freshness {
  return {
    observedAt: reading.answeredAt,
    askedAt: reading.askedAt,
    nextPollAt: task.done ? null : next.at,
    staleAt: task.done ? null : reading.answeredAt + staleAfter(next.plannedMs),
    lastPollError: null,
    absence: null,
  };
}

/** The freshness of a task that has been taken up without a reading. */
export function neverRead(task: Task, error: PollError | null, { now, next }: Judging): Freshness {
  if (task.done) return UNREAD;
  return { ...UNREAD, nextPollAt: next.at, staleAt: now + staleAfter(next.plannedMs), lastPollError: error };
}

/** An instant after which the state seen last may have ended: when it was asked for, as it may have ended on the way. */
function lastSeenAt({ observedAt, askedAt }: Freshness): Instant | null {
  return observedAt === null ? null : Math.min(observedAt, askedAt ?? observedAt);
}

/** A stored instant ahead of the clock was written before the clock was set back; it makes nothing older. */
function isOlder(freshness: Freshness, askedAt: Instant, now: Instant): boolean {
  return freshness.askedAt !== null && askedAt < freshness.askedAt && freshness.askedAt <= now;
}

export function goneError({ message, answeredAt }: Gone): PollError {
  return { code: UpstreamErrorCode.UPSTREAM_NOT_FOUND, message, at: answeredAt, retryable: false };
}

function texts({ facts: { raw, content } }: Seen): Pick<Brought, 'raw' | 'content'> {
  return { ...(raw !== undefined && { raw }), ...(content !== undefined && { content }) };
}
