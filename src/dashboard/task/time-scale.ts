import type { SubTask, ShownTask, Transition } from './task-document.js';

/** What is drawn: instants in milliseconds since 1970, from left to right. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  /** Where an instant lies, 0 to 100. */
  percent(instant: number): number;
}

/** A little room on the right, so that what happened last can be seen. */
const ROOM = 0.03;

/** From the first thing known of a task to its end, or to now while it is open. */
export function scaleOf(
  task: ShownTask,
  transitions: readonly Transition[],
  subTasks: readonly SubTask[],
  now: number,
): TimeScale {
  const parts = subTasks.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
  const seen = transitions.flatMap(({ notBefore, at }) => [notBefore, at]);
  const own = [task.createdAt, task.startedAt, task.finishedAt];
  const known = [...own, ...seen, ...parts].flatMap((instant) => (instant === null ? [] : [Date.parse(instant)]));
  const from = Math.min(...known);
  const last = Math.max(...known, task.done ? 0 : now);
  const to = Math.max(from + 1_000, last + (last - from) * ROOM);
  return between(from, to);
}

/** What was last, closer: of a task that takes hours, say. */
export function endOf({ from, to }: TimeScale, ms: number): TimeScale {
  return between(Math.max(from, to - ms), to);
}

function between(from: number, to: number): TimeScale {
  return {
    from,
    to,
    percent: (instant) => Math.min(100, Math.max(0, ((instant - from) / (to - from)) * 100)),
  };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY),
];
const MOST_TICKS = 5;

/** Round instants to write below the drawing; few enough for a narrow one. */
export function ticksOf({ from, to }: Pick<TimeScale, 'from' | 'to'>): readonly number[] {
  const step = STEPS.find((each) => (to - from) / each <= MOST_TICKS) ?? (to - from) / MOST_TICKS;
  const first = Math.ceil(from / step) * step;
  const ticks: number[] = [];
  for (let tick = first; tick < to; tick += step) ticks.push(tick);
  return ticks;
}

export interface StateBlock {
  readonly status: Transition['to'];
  /** When it was certainly so. */
  readonly from: number;
  readonly to: number;
  /** It began somewhere between this and `from`; null when nothing is known of before. */
  readonly notBefore: number | null;
}

/** Transitions that change the status, as blocks of certainty; the gaps between them are what nobody saw. */
export function blocksOf(transitions: readonly Transition[], end: number): readonly StateBlock[] {
  const changes = transitions.filter(({ from, to }) => from !== to);
  return changes.map(({ to: status, at, notBefore }, index) => {
    const next = changes[index + 1];
    const until = next === undefined ? end : Date.parse(next.notBefore ?? next.at);
    const from = Date.parse(at);
    return { status, from, to: Math.max(from, until), notBefore: notBefore === null ? null : Date.parse(notBefore) };
  });
}
