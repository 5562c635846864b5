import type { Clock, Timer } from '../base/clock.js';
import { nextTurn } from '../base/next-turn.js';
import type { Logger } from '../base/logger.js';
import type { LogEntry, LogPoint, TaskStore } from '../store/store.js';

/** A lost hint delays news by no more than this. */
const LONGEST_SLEEP_MS = 2_000;
const RETRY_MS = 1_000;
const SLICE = 256;
/** Readers told before sockets and timers get their turn. */
const TOLD_PER_TURN = 2_000;

export interface TailOptions {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Told of each entry once, in order; `previous` is the place before it.
   *
   * @returns how many readers it went to
   */
  readonly tell: (entry: LogEntry, previous: LogPoint) => number;
}

/** The one reader of the log in a process. Begins at the head, and never looks back. */
export class Tail {
  #point: LogPoint | undefined;
  #started: Promise<void> | undefined;
  #reading: Promise<void> | undefined;
  #news = false;
  #stopped = false;
  #timer: Timer | undefined;

  constructor(private readonly options: TailOptions) {}

  /** Everything up to here has been told. Set before an entry is told: who joins meanwhile must be beyond it. */
  get point(): LogPoint | undefined {
    return this.#point;
  }

  /** Resolves once the tail has its place. Rejects when the store cannot be read; the next call tries again. */
  ready(): Promise<void> {
    if (this.#point || this.#stopped) return Promise.resolve();
    this.#started ??= this.#start().finally(() => (this.#started = undefined));
    return this.#started;
  }

  /** There may be news. */
  wake(): void {
    this.#news = true;
    if (this.#stopped || this.#reading) return;
    this.#timer?.cancel();
    this.#reading = this.#readOn().finally(() => {
      this.#reading = undefined;
      if (this.#news) this.wake();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#reading;
  }

  async #start(): Promise<void> {
    this.#point = await this.options.store.head();
    this.#sleep(LONGEST_SLEEP_MS);
  }

  async #readOn(): Promise<void> {
    try {
      await this.ready();
      while (this.#news && !this.#stopped) {
        this.#news = false;
        await this.#readSlice();
      }
      this.#sleep(LONGEST_SLEEP_MS);
    } catch (error) {
      this.options.logger.warn({ err: error }, 'The log cannot be read; trying again');
      this.#news = false;
      this.#sleep(RETRY_MS);
    }
  }

  async #readSlice(): Promise<void> {
    let point = this.#point;
    if (!point) return;
    const slice = await this.options.store.readLog({ after: point.position, accounts: null, limit: SLICE });
    let told = 0;
    for (const entry of slice.entries) {
      const previous = point;
      point = this.#point = entry.point;
      told += this.options.tell(entry, previous);
      if (told < TOLD_PER_TURN) continue;
      told = 0;
      await nextTurn();
    }
    if (slice.scannedTo.position > point.position) this.#point = slice.scannedTo;
    if (slice.complete) return;
    this.#news = true;
    await nextTurn();
  }

  #sleep(ms: number): void {
    this.#timer?.cancel();
    if (!this.#stopped) this.#timer = this.options.clock.setTimer(ms, () => this.wake());
  }
}
