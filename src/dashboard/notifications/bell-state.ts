import { TaskgateError, type FollowedTask, type TaskStatus, type TaskUpdate } from '../../client/index.js';
import { formatScope, parseView } from '../board/view.js';

/** A task whose end somebody wants to be told of. */
export interface Bell {
  readonly id: string;
  readonly kind: string;
}

/** It has ended. `at`: milliseconds since 1970. */
export interface Ring extends Bell {
  readonly status: TaskStatus;
  readonly at: number;
}

export interface BellState {
  readonly bells: readonly Bell[];
  /** The views whose failures somebody wants to be told of, as their addresses say them. */
  readonly views: readonly string[];
  /** Newest first. */
  readonly rings: readonly Ring[];
  readonly unread: number;
  /** What ended in those views too long ago to be news, since the list was last looked at; `failed` of the `finished`. */
  readonly away: { readonly finished: number; readonly failed: number };
}

export const QUIET: BellState = { bells: [], views: [], rings: [], unread: 0, away: { finished: 0, failed: 0 } };

const MOST_RINGS = 50;
const MOST_VIEWS = 8;

/** One ring for a task and its final state, whoever asked for it: null when there was one. */
export function withRing(before: BellState, ring: Ring): BellState | null {
  const state = { ...before, bells: before.bells.filter(({ id }) => id !== ring.id) };
  if (before.rings.some(({ id, status }) => id === ring.id && status === ring.status)) return null;
  return { ...state, rings: [ring, ...before.rings].slice(0, MOST_RINGS), unread: before.unread + 1 };
}

export function withView(state: BellState, address: string): BellState {
  return { ...state, views: [address, ...state.views.filter((each) => each !== address)].slice(0, MOST_VIEWS) };
}

export function withMissed(state: BellState, status: TaskStatus): BellState {
  const { finished, failed } = state.away;
  return { ...state, away: { finished: finished + 1, failed: failed + (status === 'FAILED' ? 1 : 0) } };
}

/** The view of an address by what it narrows to. */
export function scopeOf(address: string): string {
  return formatScope(parseView(address));
}

/** Such an address as a person reads it. */
export function scopeName(scope: string): string {
  return scope.slice(1).split('&').map(decoded).join(' · ');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

/** Whether a failure means that there is nothing to watch, or no longer for this person; any other one passes. */
export function isGone(cause: unknown): boolean {
  return cause instanceof TaskgateError && (cause.code === 'NOT_FOUND' || cause.code === 'FORBIDDEN');
}

/** What is older was missed, and does not pop up. */
export const NEWS_FOR_MS = 10 * 60_000;

const ENDS: ReadonlySet<TaskStatus | null> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED']);

/** What one update of a watched view is: a failure to tell of, an end that was missed, or nothing of the kind. */
export function weigh(
  {
    kind,
    task,
    previousStatus,
    at,
  }: Pick<TaskUpdate, 'kind' | 'previousStatus' | 'at'> & {
    readonly task: Pick<FollowedTask, 'done' | 'status' | 'finishedAt'>;
  },
  now: number,
): 'failure' | 'missed' | 'nothing' {
  if (kind !== 'changed' || !task.done || ENDS.has(previousStatus)) return 'nothing';
  if (isOld(at, now)) return 'missed';
  // Found only now, it ended before anybody could have been told.
  const late = previousStatus === null && task.finishedAt !== null && isOld(task.finishedAt, now);
  return task.status === 'FAILED' && !late ? 'failure' : 'nothing';
}

function isOld(at: string, now: number): boolean {
  return now - Date.parse(at) > NEWS_FOR_MS;
}
