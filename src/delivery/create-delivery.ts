import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { noTracer, type Tracer } from '../base/tracer.js';
import type { PubSub, Unsubscribe } from '../pubsub/pubsub.js';
import type { LogEntry, LogPoint, TaskStore } from '../store/store.js';
import { BadUserInputError, ErrorCode, GatewayError } from '../task/errors.js';
import { Audiences, concerns, selectionKey, type Selection } from './audience.js';
import { formatCursor } from './cursor.js';
import type { Delivery, EventSink, EventStream, OpenStream, StreamRequest } from './delivery.js';
import { iterateStream } from './event-iterator.js';
import { createLogEvent, type LogEvent } from './log-event.js';
import { findOpening, openWithReset, type TaskRequest, type TasksRequest } from './opening.js';
import { Reader, type Opening, type ReaderPort, type ReadSlice } from './reader.js';
import { READER_RULES, type ReaderRules } from './reader-rules.js';
import { SharedInterests, type FollowRequest } from './shared-interests.js';
import { StatsStreams } from './stats-streams.js';
import { Tail } from './tail.js';
import { TaskWaits } from './task-wait.js';

export interface DeliveryOptions {
  readonly store: TaskStore;
  readonly pubsub: PubSub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'resets'>;
  readonly tracer?: Tracer;
  /** The configured accounts: the topics on which hints arrive. */
  readonly accounts: readonly string[];
  /** Called for what is subscribed to or waited for; equal requests share one interest. */
  readonly interest?: FollowRequest;
  /** Replaced only to show what the history checker notices. */
  readonly rules?: ReaderRules;
}

/** What is held at present; all zero once the last subscriber has left. */
export interface DeliveryLoad {
  readonly readers: number;
  readonly live: number;
  /** Readers that read the log by themselves, because they lag or have just come back. */
  readonly behind: number;
  readonly audiences: number;
  readonly statsGroups: number;
  readonly waits: number;
  readonly interests: number;
  readonly waitingEvents: number;
  readonly waitingBytes: number;
}

export interface RunningDelivery extends Delivery {
  /** After a reload of the configuration. */
  setAccounts(accounts: readonly string[]): Promise<void>;
  /** At shutdown: `waitForTask` answers at once, with the task as it is. Streams go on until `stop`. */
  endWaits(): void;
  load(): DeliveryLoad;
}

export function createDelivery(options: DeliveryOptions): RunningDelivery {
  return new LogDelivery(options);
}

class LogDelivery implements RunningDelivery {
  readonly #audiences = new Audiences();
  readonly #readers = new Set<Reader>();
  readonly #interests: SharedInterests;
  readonly #stats: StatsStreams;
  readonly #waits: TaskWaits;
  readonly #tail: Tail;
  readonly #topics = new Map<string, Promise<Unsubscribe>>();
  #accounts: readonly string[];
  #running = false;
  #stopped = false;

  constructor(private readonly options: DeliveryOptions) {
    const { store, clock, logger, accounts, interest } = options;
    this.#accounts = accounts;
    this.#interests = new SharedInterests(interest);
    this.#stats = new StatsStreams({ store, clock, logger });
    const follow = this.#interests.follow.bind(this.#interests);
    this.#waits = new TaskWaits({
      store,
      clock,
      follow: (id, visible) => follow({ type: 'task', id, accounts: visible, after: null }),
    });
    this.#tail = new Tail({ store, clock, logger, tell: (entry, previous) => this.#tell(entry, previous) });
  }

  async run(): Promise<void> {
    this.#running = true;
    await this.setAccounts(this.#accounts);
    this.#tail.wake();
  }

  async setAccounts(accounts: readonly string[]): Promise<void> {
    this.#accounts = accounts;
    if (!this.#running || this.#stopped) return;
    const gone = [...this.#topics].filter(([topic]) => !accounts.includes(topic));
    for (const [topic] of gone) this.#topics.delete(topic);
    for (const topic of accounts) {
      if (this.#topics.has(topic)) continue;
      this.#topics.set(
        topic,
        this.options.pubsub.subscribe(topic, () => this.#tail.wake()),
      );
    }
    await Promise.all([...this.#topics.values(), ...gone.map(([, release]) => unsubscribe(release))]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waits.end();
    const over = shuttingDown();
    for (const reader of [...this.#readers]) reader.fail(over);
    this.#stats.stop(over);
    await this.#tail.stop();
    const topics = [...this.#topics.values()];
    this.#topics.clear();
    await Promise.allSettled(topics.map(unsubscribe));
  }

  async headCursor(): Promise<string> {
    return this.cursorAt(await this.options.store.head());
  }

  cursorAt({ position, mark }: LogPoint): string {
    return formatCursor({ epoch: this.options.store.epoch, point: { position, mark }, snapshotDue: false });
  }

  async stream(request: StreamRequest): Promise<EventStream> {
    if (this.#stopped) throw shuttingDown();
    await this.#tail.ready();
    if (request.type === 'stats') return eventStream(request, (sink) => this.#stats.open(request, sink));
    if (request.type === 'tasks') rejectClockFilters(request);
    const opening = await findOpening(this.options, request);
    return eventStream(request, (sink) => this.#open(request, opening, sink));
  }

  waitForTask: Delivery['waitForTask'] = async (id, accounts, deadlineAt, signal) => {
    await this.#tail.ready();
    return this.#waits.wait(id, accounts, deadlineAt, signal);
  };

  endWaits(): void {
    this.#waits.end();
  }

  load(): DeliveryLoad {
    let live = 0;
    let waitingEvents = 0;
    let waitingBytes = 0;
    for (const reader of this.#readers) {
      if (reader.live) live++;
      waitingEvents += reader.waiting.events;
      waitingBytes += reader.waiting.bytes;
    }
    return {
      readers: this.#readers.size + this.#stats.readers,
      live,
      behind: this.#readers.size - live,
      audiences: this.#audiences.size,
      statsGroups: this.#stats.groups,
      waits: this.#waits.size,
      interests: this.#interests.size,
      waitingEvents,
      waitingBytes,
    };
  }

  #tell(entry: LogEntry, previous: LogPoint): number {
    this.#waits.tell(entry);
    this.#stats.tell(entry);
    let event: LogEvent | undefined;
    const deliver = (): number => this.#audiences.tell(entry, previous, () => (event ??= this.#toEvent(entry)));
    const { tracer = noTracer } = this.options;
    if (!tracer.enabled) return deliver();
    return tracer.takeUp(entry.point.position, () =>
      tracer.step('deliver', {}, (span) => {
        const readers = deliver();
        span.set({ 'taskgate.readers': readers });
        return readers;
      }),
    );
  }

  #toEvent(entry: LogEntry): LogEvent {
    return createLogEvent(entry, this.cursorAt(entry.point));
  }

  #open(request: TaskRequest | TasksRequest, opening: Opening, sink: EventSink): OpenStream {
    if (this.#stopped) throw shuttingDown();
    const selection = selectionOf(request);
    const key = selectionKey(selection);
    const release = this.#interests.follow(request);
    const { clock, logger, rules = READER_RULES } = this.options;
    const port: ReaderPort = {
      clock,
      logger,
      rules,
      tailPoint: () => this.#tail.point,
      read: (point, limit) => this.#read(selection, point, limit),
      reopen: (reason) => openWithReset(this.options, request, reason),
      join: (reader) => this.#audiences.add(key, selection, reader),
      leave: (reader) => this.#audiences.remove(key, reader),
      closed: (reader) => {
        this.#readers.delete(reader);
        release();
      },
    };
    const reader = new Reader(opening, sink, port);
    this.#readers.add(reader);
    reader.begin();
    return reader;
  }

  /** The place is looked up after the read: when it is still held, nothing behind it had been trimmed by then. */
  async #read(selection: Selection, point: LogPoint, limit: number): Promise<ReadSlice | 'trimmed'> {
    const { store } = this.options;
    const { accounts, filter } = selection;
    const [id] = filter.ids?.length === 1 ? filter.ids : [];
    const slice = await store.readLog({ after: point.position, accounts, limit, ...(id !== undefined && { id }) });
    if ((await store.locate(point)) !== 'held') return 'trimmed';
    const events = slice.entries.filter((entry) => concerns(entry, selection)).map((entry) => this.#toEvent(entry));
    return { events, scannedTo: slice.scannedTo, complete: slice.complete };
  }
}

function eventStream(request: StreamRequest, open: EventStream['open']): EventStream {
  return { request, open, [Symbol.asyncIterator]: () => iterateStream({ open }) };
}

function selectionOf(request: TaskRequest | TasksRequest): Selection {
  const { accounts } = request;
  return request.type === 'task' ? { accounts, filter: { ids: [request.id] } } : { accounts, filter: request.filter };
}

function rejectClockFilters({ filter }: TasksRequest): void {
  for (const field of ['stale', 'overdue'] as const) {
    if (filter[field] !== undefined)
      throw new BadUserInputError(`filter.${field}: changes with time alone and makes no event`);
  }
}

function shuttingDown(): GatewayError {
  return new GatewayError(ErrorCode.SHUTTING_DOWN, 'The gateway is shutting down', {}, true);
}

async function unsubscribe(subscription: Promise<Unsubscribe>): Promise<void> {
  const release = await subscription;
  await release();
}
