import type { StoredTask } from '../store/store.js';
import type { Task } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';
import { intervalFor, jittered, type Polling } from './cadence.js';
import { Demand, stretchFor } from './demand.js';
import { DueHeap, type HeapItem } from './due-heap.js';
import { canShare, planReading } from './plan.js';

/** An open task of a poll group. Small: there are ten thousand of them. */
export interface Entry extends HeapItem {
  readonly id: TaskId;
  stored: StoredTask;
  watched: boolean;
  /** The `Interests.version` that `watched` was worked out with. */
  watchedAs: number;
  /** What it would be without stretching. */
  baseMs: number;
  plannedMs: number;
  alone: boolean;
  /** When it was asked for last; null before that. */
  askedAt: number | null;
  /** Being read right now: in no heap. */
  reading: boolean;
  rawMark: string | null;
}

export interface ScheduleRules {
  readonly polling: Polling;
  readonly callsFor: (tasks: number) => number;
  /** Calls a second that something else than polls needs. */
  readonly otherCallsPerSecond: number;
}

/** Whether a task is watched, as of a version. */
export interface Watching {
  readonly version: number;
  watches(task: Task): boolean;
}

/** Tasks due within so little of each other are taken together; keeps ticks few. */
const SLACK_MS = 5;
/** Short enough that nobody waits for it after a start. */
const ALL_BEGIN_WITHIN_MS = 1000;
/** So many may be due at one time, again and again, and be a burden to nobody. */
const MOST_TOGETHER = 100;

/** When each task of a poll group is due. Knows time only as a parameter, and reads nothing. */
export class Schedule {
  readonly entries = new Map<TaskId, Entry>();
  readonly #watched = new DueHeap<Entry>();
  readonly #unwatched = new DueHeap<Entry>();
  readonly #demand = new Demand();
  readonly #watching: Watching;
  readonly #random: () => number;
  readonly #elsewhere: () => number;
  #rules: ScheduleRules;

  /** @param elsewhere by how much another replica stretches the intervals of the group; 1 where none polls it */
  constructor(rules: ScheduleRules, watching: Watching, random: () => number, elsewhere = () => 1) {
    this.#rules = rules;
    this.#watching = watching;
    this.#random = random;
    this.#elsewhere = elsewhere;
  }

  get stretch(): number {
    const { polling, callsFor, otherCallsPerSecond } = this.#rules;
    return stretchFor(this.#demand.callsPerSecond(callsFor) + otherCallsPerSecond, polling.requestsPerSecond);
  }

  set rules(rules: ScheduleRules) {
    this.#rules = rules;
  }

  /** When the next task is due; null when none waits. */
  get nextDueAt(): number | null {
    return this.#first()?.dueAt ?? null;
  }

  /**
   * Takes up open tasks after a start: where they left off, and spread where that has passed, over the time that the
   * budget needs for them. Tasks that share calls come due together, and so again and again: their first reading waits for
   * `phase`, a part in [0, 1) of the time within which all groups begin.
   */
  resume(tasks: readonly StoredTask[], now: number, phase = 0): void {
    const entries = tasks.filter(({ task }) => !this.entries.has(task.id)).map((stored) => this.#enter(stored, now));
    const stretch = this.stretch;
    const overdue = entries.filter(({ stored }) => (stored.freshness.nextPollAt ?? 0) <= now).length;
    const budgetMs = (overdue / this.#rules.polling.requestsPerSecond) * 1000;
    const withinMs = this.#isCrowd(overdue) ? Infinity : budgetMs;
    const begin = canShare(this.entries.size, this.#rules.callsFor) ? now + phase * ALL_BEGIN_WITHIN_MS : now;
    for (const entry of entries) {
      entry.plannedMs = entry.baseMs * stretch;
      const planned = entry.stored.freshness.nextPollAt ?? 0;
      const last = now + entry.plannedMs;
      const dueAt = planned > now ? planned : this.#spread(entry, withinMs, begin);
      this.#place(entry, Math.min(dueAt, last));
    }
  }

  /** Takes up one open task whose next reading has been planned with `next`. */
  add(stored: StoredTask, now: number): Entry {
    const known = this.entries.get(stored.task.id);
    if (known) return known;
    const entry = this.#enter(stored, now);
    entry.plannedMs = entry.baseMs * this.stretch;
    this.#place(entry, Math.min(stored.freshness.nextPollAt ?? now, now + entry.plannedMs));
    return entry;
  }

  remove(id: TaskId): Entry | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    this.entries.delete(id);
    this.#lift(entry);
    this.#demand.remove(entry.baseMs);
    return entry;
  }

  /** When a task asked for at `askedAt` is to be read again. */
  next(entry: Entry, askedAt: number, now: number): { readonly at: number; readonly plannedMs: number } {
    this.#rebase(entry, now);
    entry.plannedMs = entry.baseMs * this.stretch;
    return { at: this.#after(askedAt, entry.plannedMs), plannedMs: entry.plannedMs };
  }

  /** The same for a task that is not in here yet. */
  nextOfNew(task: Pick<Task, 'createdAt'> | null, watched: boolean, askedAt: number, now: number) {
    const baseMs = intervalFor(now - (task?.createdAt ?? now), watched, this.#rules.polling);
    const plannedMs = baseMs * Math.max(this.stretch, this.#elsewhere());
    return { at: this.#after(askedAt, plannedMs), plannedMs };
  }

  /** Takes a task out of the queue while it is read. */
  begin(entry: Entry, askedAt: number): void {
    this.#lift(entry);
    entry.reading = true;
    entry.askedAt = askedAt;
  }

  /** Puts a task back when it has been read. */
  end(entry: Entry, dueAt: number): void {
    entry.reading = false;
    if (this.entries.get(entry.id) === entry) this.#place(entry, dueAt);
  }

  /** Puts back a task that was taken and not read. */
  putBack(entry: Entry): void {
    this.#place(entry, entry.dueAt);
  }

  /** Takes what is to be read now, each list a reading that shares calls. Watched tasks go first. */
  take(now: number, most: number): readonly (readonly Entry[])[] {
    const { callsFor } = this.#rules;
    const shares = canShare(this.entries.size, callsFor);
    const due: Entry[] = [];
    const until = now + SLACK_MS;
    for (let entry = this.#first(until); entry && (shares || due.length < most); entry = this.#first(until)) {
      this.#lift(entry);
      due.push(entry);
    }
    if (due.length === 0) return [];
    const readings = planReading(due, shares ? this.#waiting() : [], now, callsFor);
    for (const reading of readings) for (const entry of reading) this.#lift(entry);
    return readings;
  }

  /** Takes the one task that finds out whether the upstream is back. */
  takeOne(now: number): Entry | undefined {
    const entry = this.#first(now + SLACK_MS);
    if (entry) this.#lift(entry);
    return entry;
  }

  /**
   * Brings forward the tasks that somebody has begun to watch.
   *
   * @returns those that were brought forward
   */
  watch(entries: readonly Entry[], now: number): readonly Entry[] {
    const changed = entries.filter((entry) => !entry.watched);
    for (const entry of changed) this.#rebase(entry, now);
    const stretch = this.stretch;
    const isOverdue = ({ askedAt, baseMs }: Entry): boolean => askedAt === null || askedAt + baseMs * stretch <= now;
    const withinMs = this.#isCrowd(changed.filter(isOverdue).length) ? Infinity : 0;
    return changed.filter((entry) => {
      if (entry.reading) return false;
      const plannedMs = entry.baseMs * stretch;
      const dueAt = isOverdue(entry)
        ? this.#spread({ plannedMs }, withinMs, now)
        : Math.max(now, this.#after(entry.askedAt ?? now, plannedMs));
      const forward = dueAt < entry.dueAt;
      if (forward) entry.plannedMs = plannedMs;
      this.#place(entry, Math.min(dueAt, entry.dueAt));
      return forward;
    });
  }

  /** Parts a crowd that has become overdue while nothing could be read. */
  part(now: number): void {
    const overdue = [...this.#waiting()].filter(({ dueAt }) => dueAt <= now);
    if (this.#isCrowd(overdue.length))
      for (const entry of overdue) this.#place(entry, this.#spread(entry, Infinity, now));
  }

  /** Follows a clock that was set back; one set forward only makes tasks due. */
  shift(byMs: number): void {
    const waiting = [...this.#waiting()];
    for (const entry of waiting) {
      if (entry.askedAt !== null) entry.askedAt += byMs;
      this.#place(entry, entry.dueAt + byMs);
    }
  }

  #enter(stored: StoredTask, now: number): Entry {
    const watched = this.#watching.watches(stored.task);
    const baseMs = intervalFor(now - stored.task.createdAt, watched, this.#rules.polling);
    const entry: Entry = {
      id: stored.task.id,
      stored,
      dueAt: now,
      heapIndex: -1,
      watched,
      watchedAs: this.#watching.version,
      baseMs,
      plannedMs: baseMs,
      alone: false,
      askedAt: stored.freshness.askedAt,
      reading: false,
      rawMark: null,
    };
    this.entries.set(entry.id, entry);
    this.#demand.add(baseMs);
    return entry;
  }

  #rebase(entry: Entry, now: number): void {
    if (entry.watchedAs !== this.#watching.version) {
      const watched = this.#watching.watches(entry.stored.task);
      entry.watchedAs = this.#watching.version;
      if (watched !== entry.watched) {
        this.#lift(entry);
        entry.watched = watched;
      }
    }
    this.#demand.remove(entry.baseMs);
    entry.baseMs = intervalFor(now - entry.stored.task.createdAt, entry.watched, this.#rules.polling);
    this.#demand.add(entry.baseMs);
  }

  /**
   * Read at once, a crowd would be due at once again, interval by interval; hence over the whole of one. Where tasks share
   * calls they had better be due together.
   */
  #isCrowd(tasks: number): boolean {
    return tasks > MOST_TOGETHER && !canShare(this.entries.size, this.#rules.callsFor);
  }

  #spread({ plannedMs }: Pick<Entry, 'plannedMs'>, withinMs: number, now: number): number {
    return now + this.#random() * Math.min(plannedMs, withinMs);
  }

  #after(askedAt: number, plannedMs: number): number {
    return askedAt + Math.max(1, Math.floor(jittered(plannedMs, this.#random())));
  }

  #first(until = Infinity): Entry | undefined {
    const watched = this.#watched.peek();
    const unwatched = this.#unwatched.peek();
    if (until !== Infinity) {
      // Among those that are due a watched one goes first, however late the other is.
      return [watched, unwatched].find((entry) => entry && entry.dueAt <= until);
    }
    return watched && (!unwatched || watched.dueAt <= unwatched.dueAt) ? watched : unwatched;
  }

  *#waiting(): Iterable<Entry> {
    for (const entry of this.entries.values()) if (entry.heapIndex >= 0) yield entry;
  }

  #place(entry: Entry, dueAt: number): void {
    this.#lift(entry);
    entry.dueAt = dueAt;
    (entry.watched ? this.#watched : this.#unwatched).push(entry);
  }

  #lift(entry: Entry): void {
    this.#watched.remove(entry);
    this.#unwatched.remove(entry);
  }
}
