import { LightAbort, type AbortNews } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { noTracer, type Tracer } from '../base/tracer.js';
import type { Discovered } from '../sources/source.js';
import { FencedError, type Fence, type StoredTask } from '../store/store.js';
import type { Reading } from '../task/reading.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { PolledSource, Target } from './polled-source.js';
import type { RecordItem, RecordOptions, Recorded, Recorder } from './recorder.js';
import { readSafely } from './safe-read.js';
import type { Entry, Schedule, Watching } from './schedule.js';
import type { Refreshed } from './watch.js';

/** What a reader needs of its poll group. */
export interface ReadingGroup {
  readonly polled: PolledSource;
  readonly running: boolean;
  readonly fence: Fence | undefined;
  add(stored: StoredTask): void;
  drop(id: TaskId): void;
  fenced(fence: Fence | undefined): void;
  wake(): void;
}

export interface GroupReaderParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
  readonly recorder: Recorder;
  readonly watching: Watching;
}

type Priority = 'request' | 'poll';
type Answers = ReadonlyMap<TaskId, Refreshed>;

interface Round {
  readonly targets: readonly Target[];
  readonly priority: Priority;
  readonly askedAt: number;
  /** Targets that were polled when the round began. */
  readonly polled: ReadonlySet<TaskId>;
  /** The right to write when it began: one got later does not cover what was read before. */
  readonly fence: Fence | undefined;
}

/** A reading that took this long has held up whatever was read with it. */
const HELD_UP_MS = 2000;

/** Reads tasks of one poll group, for polls and for requests, and sees to it that what was learned is recorded. */
export class GroupReader {
  readonly #group: ReadingGroup;
  readonly #schedule: Schedule;
  readonly #parts: GroupReaderParts;
  readonly #shared = new Map<TaskId, Promise<Answers>>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** One for each call: a signal that lives as long as the group would collect listeners. */
  readonly #aborts = new Set<LightAbort>();

  constructor(group: ReadingGroup, schedule: Schedule, parts: GroupReaderParts) {
    this.#group = group;
    this.#schedule = schedule;
    this.#parts = parts;
  }

  /**
   * Reads tasks now, for a request; a reading of one that is under way is shared, unless it may not bring a removed task
   * back and this one may.
   *
   * @throws StoreUnavailableError, FencedError
   */
  async read(targets: readonly Target[]): Promise<Answers> {
    const own = targets.filter(({ id, revive, stored }) => !this.#shared.has(id) || (revive && !stored));
    const shared = targets.flatMap((target) => (own.includes(target) ? [] : (this.#shared.get(target.id) ?? [])));
    if (shared.length === 0 && own.length > 0) return this.#begin(own, 'request').shared;
    const begun = own.length > 0 ? [this.#begin(own, 'request').shared] : [];
    const answers = await Promise.all([...new Set(shared), ...begun]);
    return new Map(answers.flatMap((answer) => [...answer]));
  }

  /** Resolves or rejects when the reading is recorded, or given up. */
  poll(entries: readonly Entry[]): Promise<unknown> {
    return this.#begin(entries.map(targetOf), 'poll').done;
  }

  /** Records what a list says of tasks that are not known. */
  async adoptListed(found: readonly Discovered[]): Promise<void> {
    const items = found.map(({ identity, facts, askedAt, answeredAt }): RecordItem => {
      const reading: Reading = { type: 'seen', facts, from: 'list', askedAt, answeredAt };
      const id = formatTaskId(identity);
      return this.#item({ id, identity, reading, previous: null, askedAt, revive: false });
    });
    const { fence } = this.#group;
    try {
      const recorded = await this.#parts.recorder.record(items, { fence });
      for (const { refreshed } of recorded.values()) if (refreshed.type === 'task') this.#group.add(refreshed.stored);
    } catch (error) {
      this.#failed(error, fence);
      throw error;
    }
  }

  /** Counts something as under way until it ends; its signal aborts when the group gives up. */
  track<T>(work: (signal: AbortNews) => Promise<T>): Promise<T> {
    const abort = new LightAbort();
    this.#aborts.add(abort);
    const promise = work(abort.signal);
    this.#underWay.add(promise);
    const ended = (): void => {
      this.#aborts.delete(abort);
      this.#underWay.delete(promise);
    };
    promise.then(ended, ended);
    return promise;
  }

  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  giveUp(): void {
    for (const abort of this.#aborts) abort.abort();
  }

  /** `shared` rejects at the first sign of a store that is unavailable; `done` goes on trying, when it is a poll's. */
  #begin(targets: readonly Target[], priority: Priority) {
    const askedAt = this.#now();
    const polled = new Set<TaskId>();
    for (const { id } of targets) {
      const entry = this.#schedule.entries.get(id);
      if (!entry) continue;
      this.#schedule.begin(entry, askedAt);
      polled.add(id);
    }
    const round: Round = { targets, priority, askedAt, polled, fence: this.#group.fence };
    if (priority === 'request') {
      const done = this.track((signal) => this.#readAndRecord(round, signal, undefined));
      return { done, shared: this.#share(targets, done) };
    }
    let unavailable: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      unavailable = reject;
    });
    const done = this.track((signal) => this.#readAndRecord(round, signal, { signal, unavailable }));
    return { done, shared: this.#share(targets, Promise.race([done, failed])) };
  }

  #share(targets: readonly Target[], shared: Promise<Answers>): Promise<Answers> {
    for (const { id } of targets) this.#shared.set(id, shared);
    const forget = (): void => {
      for (const { id } of targets) if (this.#shared.get(id) === shared) this.#shared.delete(id);
    };
    shared.then(forget, forget);
    return shared;
  }

  #readAndRecord(round: Round, signal: AbortNews, persist: RecordOptions['persist']): Promise<Answers> {
    const { tracer = noTracer } = this.#parts;
    const { service, account } = this.#name();
    const about = { 'taskgate.service': service, 'taskgate.account': account, 'taskgate.tasks': round.targets.length };
    const work = (): Promise<Answers> => this.#recordReadings(round, signal, persist);
    return round.priority === 'poll'
      ? tracer.trace(`poll ${service}`, { attributes: about }, work)
      : tracer.step(`read ${service}`, { attributes: about }, work);
  }

  async #recordReadings(round: Round, signal: AbortNews, persist: RecordOptions['persist']): Promise<Answers> {
    const { targets, askedAt, fence } = round;
    try {
      const readings = await this.#readings(round, signal);
      this.#setApart(targets, readings, this.#now() - askedAt);
      const items = targets.flatMap((target) => this.#itemOf(target, readings.get(target.id), round));
      const recorded = await this.#parts.recorder.record(items, { fence, persist });
      for (const { id, next } of items) this.#settle(id, recorded.get(id), next.at);
      return new Map([...recorded].map(([id, { refreshed }]) => [id, refreshed]));
    } catch (error) {
      this.#failed(error, fence);
      throw error;
    } finally {
      // Whatever happened, no task is left out of the queue.
      for (const { id } of targets) {
        const entry = this.#schedule.entries.get(id);
        if (entry?.reading) this.#schedule.end(entry, this.#schedule.next(entry, askedAt, this.#now()).at);
      }
      this.#group.wake();
    }
  }

  #readings({ targets, priority }: Round, signal: AbortNews): Promise<ReadonlyMap<TaskId, Reading>> {
    const { logger, metrics, clock } = this.#parts;
    const refs = targets.map(({ id, identity, stored }) => {
      return { identity, task: (this.#schedule.entries.get(id)?.stored ?? stored)?.task ?? null };
    });
    const parts = { ...this.#name(), now: () => clock.now(), logger, metrics };
    return readSafely(this.#group.polled.source, refs, { priority, signal }, parts);
  }

  #itemOf(target: Target, reading: Reading | undefined, { askedAt, polled }: Round): readonly RecordItem[] {
    if (!reading) return [];
    const entry = this.#schedule.entries.get(target.id);
    // A task that was removed while it was read is as good as unknown; the store says so.
    const previous = entry?.stored ?? (polled.has(target.id) ? null : target.stored);
    return [this.#item({ ...target, reading, previous, askedAt })];
  }

  #item(about: {
    readonly id: TaskId;
    readonly identity: TaskIdentity;
    readonly reading: Reading;
    readonly previous: StoredTask | null;
    readonly askedAt: number;
    readonly revive: boolean;
  }): RecordItem {
    const { id, identity, reading, previous, askedAt, revive } = about;
    const { region, client } = this.#group.polled;
    const now = this.#now();
    const entry = this.#schedule.entries.get(id);
    const watched = previous !== null && this.#parts.watching.watches(previous.task);
    const { at, plannedMs } = entry
      ? this.#schedule.next(entry, askedAt, now)
      : this.#schedule.nextOfNew(previous?.task ?? null, watched, askedAt, now);
    const next = { at: Math.max(at, client.status().pausedUntil ?? 0), plannedMs };
    return { id, identity, region, reading, previous, next, rawMark: entry?.rawMark ?? null, revive };
  }

  #settle(id: TaskId, recorded: Recorded | undefined, dueAt: number): void {
    const entry = this.#schedule.entries.get(id);
    const refreshed = recorded?.refreshed;
    if (refreshed?.type === 'absent') this.#group.drop(id);
    if (refreshed?.type !== 'task') return;
    const { stored } = refreshed;
    if (!entry) {
      if (this.#group.running) this.#group.add(stored);
      return;
    }
    if (stored.task !== entry.stored.task) entry.watchedAs = -1;
    entry.stored = stored;
    entry.rawMark = recorded?.rawMark ?? null;
    if (stored.task.done) this.#group.drop(id);
    else this.#schedule.end(entry, dueAt);
  }

  /** A task that has held up the others of its reading is read by itself until it answers again. */
  #setApart(targets: readonly Target[], readings: ReadonlyMap<TaskId, Reading>, tookMs: number): void {
    const heldUp = tookMs >= HELD_UP_MS && [...readings.values()].some(({ type }) => type !== 'unread');
    for (const { id } of targets) {
      const entry = this.#schedule.entries.get(id);
      if (!entry) continue;
      if (readings.get(id)?.type !== 'unread') entry.alone = false;
      else if (heldUp) entry.alone = true;
    }
  }

  #failed(error: unknown, fence: Fence | undefined): void {
    const { logger, metrics } = this.#parts;
    if (error instanceof FencedError) {
      metrics.fencedWrites.inc();
      this.#group.fenced(fence);
      logger.warn(this.#name(), 'another process polls this group now');
    } else logger.error({ err: error, ...this.#name() }, 'a reading could not be recorded');
  }

  #name() {
    const { service, account } = this.#group.polled;
    return { service, account };
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

function targetOf({ id, stored }: Entry): Target {
  const { service, account, scope, upstreamId } = stored.task;
  return { id, identity: { service, account, scope, upstreamId }, stored, revive: false };
}
