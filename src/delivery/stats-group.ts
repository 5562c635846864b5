import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { TaskCounts, TaskStore } from '../store/store.js';
import type { TaskFilter } from '../task/task-filter.js';
import { concerns, type Selection } from './audience.js';
import type { LogEntry } from '../store/store.js';

const LEAST_GAP_MS = 250;
/** What moves with the clock alone (stale, overdue), and what the store has to count row by row. */
const RECOUNT_MS = 5_000;

const COUNTED_AT_ONCE: ReadonlySet<string> = new Set<keyof TaskFilter>([
  'services',
  'accounts',
  'statuses',
  'kinds',
  'done',
]);

export interface StatsPort {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type CountsListener = (counts: TaskCounts) => void;

/**
 * The counts of one filter, for all who asked for the same. A change only marks them as old; they are counted again
 * when 250 ms have passed since the last count, or 5 s where counting costs rows, and told when they differ.
 */
export class StatsGroup {
  readonly #listeners = new Set<CountsListener>();
  readonly #newcomers = new Set<CountsListener>();
  readonly #cheap: boolean;
  #last: { readonly counts: TaskCounts; readonly at: number } | undefined;
  #old = false;
  #counting = false;
  #timer: Timer | undefined;

  constructor(
    private readonly selection: Selection,
    private readonly port: StatsPort,
  ) {
    this.#cheap = Object.entries(selection.filter).every(
      ([key, value]) => value === undefined || COUNTED_AT_ONCE.has(key),
    );
  }

  get empty(): boolean {
    return this.#listeners.size === 0 && this.#newcomers.size === 0;
  }

  add(listener: CountsListener): void {
    if (this.#last) {
      this.#listeners.add(listener);
      listener(this.#last.counts);
      return;
    }
    this.#newcomers.add(listener);
    void this.#count();
  }

  remove(listener: CountsListener): void {
    this.#listeners.delete(listener);
    this.#newcomers.delete(listener);
    if (!this.empty) return;
    this.#timer?.cancel();
    this.#last = undefined;
  }

  /** Told of each entry by the tail. */
  tell(entry: LogEntry): void {
    // A filter by `stale` or `overdue` is judged by the store alone: every change may matter to it.
    if (this.#old || !concerns(entry, this.selection)) return;
    this.#old = true;
    this.#plan();
  }

  #plan(): void {
    this.#timer?.cancel();
    if (this.empty || this.#counting || !this.#last) return;
    const gap = this.#old && this.#cheap ? LEAST_GAP_MS : RECOUNT_MS;
    const due = this.#last.at + gap - this.port.clock.now();
    this.#timer = this.port.clock.setTimer(Math.min(Math.max(due, 0), gap), () => void this.#count());
  }

  async #count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    this.#timer?.cancel();
    this.#old = false;
    const { store, clock, logger } = this.port;
    const { filter, accounts } = this.selection;
    try {
      const counts = await store.stats(filter, accounts, clock.now());
      this.#tellAll(counts);
    } catch (error) {
      logger.warn({ err: error }, 'Tasks cannot be counted; trying again');
      this.#old = true;
      this.#last &&= { ...this.#last, at: clock.now() };
    }
    this.#counting = false;
    if (this.#last) this.#plan();
    else if (!this.empty) this.#timer = clock.setTimer(RECOUNT_MS, () => void this.#count());
  }

  #tellAll(counts: TaskCounts): void {
    const changed = !this.#last || !sameCounts(this.#last.counts, counts);
    if (!this.empty)
      this.#last = { counts: changed || !this.#last ? counts : this.#last.counts, at: this.port.clock.now() };
    if (changed) for (const listener of [...this.#listeners]) listener(counts);
    for (const listener of [...this.#newcomers]) {
      if (!this.#newcomers.delete(listener)) continue;
      this.#listeners.add(listener);
      listener(counts);
    }
  }
}

function sameCounts(a: TaskCounts, b: TaskCounts): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint({ total, open, stale, overdue, byStatus, byService }: TaskCounts): string {
  const services = [...byService].map(([service, { count, open: left }]) => [service, count, left]);
  return JSON.stringify([total, open, stale, overdue, [...byStatus].sort(byName), services.sort(byName)]);
}

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
