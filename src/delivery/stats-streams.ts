import type { LogEntry, TaskCounts } from '../store/store.js';
import { selectionKey } from './audience.js';
import type { EventSink, OpenStream, StreamRequest } from './delivery.js';
import { StatsGroup, type StatsPort } from './stats-group.js';

type StatsRequest = Extract<StreamRequest, { readonly type: 'stats' }>;

/** All subscriptions to counts; equal ones share a group. */
export class StatsStreams {
  readonly #groups = new Map<string, StatsGroup>();
  readonly #sinks = new Set<StatsReader>();

  constructor(private readonly port: StatsPort) {}

  get groups(): number {
    return this.#groups.size;
  }

  get readers(): number {
    return this.#sinks.size;
  }

  tell(entry: LogEntry): void {
    for (const group of this.#groups.values()) group.tell(entry);
  }

  open({ filter, accounts }: StatsRequest, sink: EventSink): OpenStream {
    const selection = { filter, accounts };
    const key = selectionKey(selection);
    const group = this.#groups.get(key) ?? new StatsGroup(selection, this.port);
    this.#groups.set(key, group);
    const reader = new StatsReader(sink, () => {
      group.remove(reader.take);
      this.#sinks.delete(reader);
      if (group.empty) this.#groups.delete(key);
    });
    this.#sinks.add(reader);
    group.add(reader.take);
    return reader;
  }

  stop(error: Error): void {
    for (const reader of [...this.#sinks]) reader.fail(error);
  }
}

/** Only the newest counts wait for a slow sink: older ones are of no use to anybody. */
class StatsReader implements OpenStream {
  #waiting: TaskCounts | undefined;
  #ready = true;
  #closed = false;

  constructor(
    private readonly sink: EventSink,
    private readonly release: () => void,
  ) {}

  readonly take = (counts: TaskCounts): void => {
    if (this.#closed) return;
    if (!this.#ready) {
      this.#waiting = counts;
      return;
    }
    this.#ready = false;
    if (this.sink.next(counts)) this.#ready = true;
  };

  resume(): void {
    this.#ready = true;
    const counts = this.#waiting;
    this.#waiting = undefined;
    if (counts) this.take(counts);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = undefined;
    this.release();
  }

  fail(error: Error): void {
    if (this.#closed) return;
    this.close();
    this.sink.fail(error);
  }
}
