import type { Clock } from '../base/clock.js';
import { delay } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { nextTurn } from '../base/next-turn.js';
import { StoreUnavailableError, type LogPoint, type LogSlice } from '../store/store.js';
import { ResetReason, type EventSink, type OpenStream, type TaskEvent } from './delivery.js';
import type { LogEvent } from './log-event.js';
import { MOST_WAITING_BYTES, MOST_WAITING_EVENTS, type ReaderRules } from './reader-rules.js';

const RETRY_MS = 1_000;
const FIRST_SLICE = 32;

/** Where a reader begins: events that come first, then the log behind `point`. */
export interface Opening {
  readonly first: readonly LogEvent[];
  readonly point: LogPoint;
  /** Nothing can follow what the log holds now: the task is done, or removed. */
  readonly endsWithLog: boolean;
  /** Whether an event is the last one. */
  readonly isFinal: (event: TaskEvent) => boolean;
}

/** What a reader is given by its surroundings. */
export interface ReaderPort {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules: ReaderRules;
  /** How far the tail is; undefined before it has begun. */
  tailPoint(): LogPoint | undefined;
  /** The entries behind `point` that this reader wants; 'trimmed' when some may be missing. */
  read(point: LogPoint, limit: number): Promise<ReadSlice | 'trimmed'>;
  /** How the reader goes on after a gap. */
  reopen(reason: ResetReason): Promise<Opening>;
  join(reader: Reader): void;
  leave(reader: Reader): void;
  closed(reader: Reader): void;
}

export interface ReadSlice extends Pick<LogSlice, 'scannedTo' | 'complete'> {
  readonly events: readonly LogEvent[];
}

/**
 * One subscriber's way through the log.
 *
 *   reading   takes slices of the log by itself. A slice is asked for only when nothing waits.
 *   live      is in the live set and told by the tail.
 *   lagging   did not take what it was told; reads on when nothing waits any more.
 *   closed    is told nothing.
 *
 * Moves: reading → live (at or beyond the tail, in the same turn), reading → lagging (the sink is full),
 * live → lagging (the queue is full), lagging → reading (the queue is empty), any → closed.
 *
 * `point` is the place up to which everything was handed over or waits in the queue; it only grows. That, and that
 * it is compared with each entry (`rules.isNews`), is what makes the stream free of gaps and duplicates.
 */
export class Reader implements OpenStream {
  #state: 'reading' | 'live' | 'lagging' | 'closed' = 'lagging';
  #point: LogPoint;
  #rest: Opening;
  /** The last event is in the queue, or was handed over. */
  #ending = false;
  /** The sink takes events. */
  #ready = true;
  #draining = false;
  #queue: LogEvent[] = [];
  #queuedBytes = 0;
  #sliceLimit = FIRST_SLICE;
  #retry: AbortController | undefined;

  constructor(
    opening: Opening,
    private readonly sink: EventSink,
    private readonly port: ReaderPort,
  ) {
    this.#point = opening.point;
    this.#rest = opening;
  }

  get waiting(): { readonly events: number; readonly bytes: number } {
    return { events: this.#queue.length, bytes: this.#queuedBytes };
  }

  get live(): boolean {
    return this.#state === 'live';
  }

  /** Called once, by the maker. May hand over the first events, and even end, before it returns. */
  begin(): void {
    this.#accept(this.#rest);
    if (!this.#ending && !this.#rest.endsWithLog) this.#joinIfCaughtUp();
    this.#goOn();
  }

  /** Told by the tail, while live. */
  offer(event: LogEvent, previous: LogPoint): void {
    const { rules } = this.port;
    if (this.#state !== 'live' || !rules.isNews(event.point.position, this.#point.position)) return;
    if (this.#queue.length === 0 && this.#ready) {
      this.#point = event.point;
      this.#ending = this.#rest.isFinal(event.event);
      this.#hand(event);
    } else if (rules.fits(this.#queue.length, this.#queuedBytes + event.size())) {
      this.#point = event.point;
      this.#enqueue(event);
    } else {
      if (previous.position > this.#point.position) this.#point = previous;
      this.#leaveLive('lagging');
    }
    if (this.#ending) this.#leaveLive('lagging');
    this.#endIfDone();
  }

  resume(): void {
    this.#ready = true;
    this.#goOn();
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#leaveLive('closed');
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#retry?.abort();
    this.port.closed(this);
  }

  fail(error: Error): void {
    if (this.#state === 'closed') return;
    this.close();
    this.sink.fail(error);
  }

  #goOn(): void {
    this.#drain();
    if (this.#state !== 'lagging' || !this.#ready || this.#queue.length > 0) return;
    this.#state = 'reading';
    void this.#read();
  }

  /** Hands over what waits, as long as the sink takes it. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    while (this.#ready) {
      const event = this.#queue.shift();
      if (!event) break;
      this.#queuedBytes -= event.size();
      this.#hand(event);
    }
    this.#draining = false;
    this.#endIfDone();
  }

  #hand(event: LogEvent): void {
    this.#ready = false;
    if (this.sink.next(event.event)) this.#ready = true;
  }

  #endIfDone(): void {
    if (!this.#ending || this.#queue.length > 0 || this.#state === 'closed') return;
    this.close();
    this.sink.complete();
  }

  async #read(): Promise<void> {
    while (this.#isReading()) {
      try {
        await this.#readSlice();
      } catch (error) {
        await this.#recover(error);
      }
      if (this.#isReading()) await nextTurn();
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (!(error instanceof StoreUnavailableError)) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    // The tail warns of it; that many readers would say the same is no news.
    this.port.logger.debug({ err: error }, 'A reader cannot read the log; trying again');
    this.#retry = new AbortController();
    await delay(this.port.clock, RETRY_MS, this.#retry.signal);
  }

  async #readSlice(): Promise<void> {
    const tailBefore = this.port.tailPoint();
    const slice = await this.port.read(this.#point, this.#sliceLimit);
    if (!this.#isReading()) return;
    if (slice === 'trimmed') {
      const opening = await this.port.reopen(ResetReason.TRIMMED);
      if (this.#isReading()) this.#take(opening, false);
      return;
    }
    // What the tail had told before the read was asked for is in the slice, or does not concern this reader.
    const known = slice.complete ? furthest(slice.scannedTo, tailBefore) : slice.scannedTo;
    this.#sliceLimit = nextLimit(this.#sliceLimit, slice.events);
    this.#take({ ...this.#rest, first: slice.events, point: furthest(known, this.#point) }, slice.complete);
  }

  #isReading(): boolean {
    return this.#state === 'reading';
  }

  /** No await in here: between the end of the log and the live set there is no gap. */
  #take(opening: Opening, complete: boolean): void {
    this.#accept(opening);
    if (complete && this.#rest.endsWithLog) this.#ending = true;
    if (complete && !this.#ending) this.#joinIfCaughtUp();
    this.#drain();
    if (this.#state === 'reading' && (this.#ending || !this.#ready || this.#queue.length > 0)) this.#state = 'lagging';
  }

  #accept(opening: Opening): void {
    this.#rest = { ...opening, first: [] };
    this.#point = opening.point;
    for (const event of opening.first) {
      if (!this.#ending) this.#enqueue(event);
    }
  }

  #enqueue(event: LogEvent): void {
    this.#queue.push(event);
    this.#queuedBytes += event.size();
    if (this.#rest.isFinal(event.event)) this.#ending = true;
  }

  #joinIfCaughtUp(): void {
    const tail = this.port.tailPoint();
    if (!tail || this.#point.position < tail.position) return;
    this.#state = 'live';
    this.port.join(this);
  }

  #leaveLive(next: 'lagging' | 'closed'): void {
    if (this.#state === 'live') this.port.leave(this);
    this.#state = next;
  }
}

function furthest(a: LogPoint, b: LogPoint | undefined): LogPoint {
  return b && b.position > a.position ? b : a;
}

/** Slices grow as long as they stay well below what a queue may hold. */
function nextLimit(limit: number, events: readonly LogEvent[]): number {
  const bytes = events.reduce((sum, event) => sum + event.size(), 0);
  if (bytes > MOST_WAITING_BYTES / 2) return Math.max(1, Math.floor(limit / 2));
  return bytes < MOST_WAITING_BYTES / 4 ? Math.min(limit * 2, MOST_WAITING_EVENTS) : limit;
}
