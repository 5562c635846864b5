import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { Discovered, TaskSource } from '../sources/source.js';
import { FencedError, type Fence, type StoredTask } from '../store/store.js';
import type { Reading } from '../task/reading.js';
import type { Task } from '../task/task.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { UpstreamClient } from '../upstream/upstream-client.js';
import type { Polling } from './cadence.js';
import { Pace } from './pace.js';
import type { RecordItem, RecordOptions, Recorded, Recorder } from './recorder.js';
import { readSafely } from './safe-read.js';
import { Schedule, type Entry, type ScheduleRules, type Watching } from './schedule.js';
import type { Refreshed } from './watch.js';

/** One upstream service in one account, as the engine polls it. */
export interface PolledSource {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly source: TaskSource;
  readonly client: Pick<UpstreamClient, 'status'>;
}

/** A task that somebody asks for, whether it is polled or not. */
export interface Target {
  readonly id: TaskId;
  readonly identity: TaskIdentity;
  /** What the store holds of a task that is not polled here. */
  readonly stored: StoredTask | null;
  readonly revive: boolean;
}

export interface PollGroupParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly recorder: Recorder;
  readonly watching: Watching;
  /** Looks through a list for tasks that are not known; never rejects. */
  readonly discover: (group: PollGroup, signal: AbortSignal) => Promise<void>;
}

type Shared = Promise<ReadonlyMap<TaskId, Refreshed>>;

/** With every call at its deadline of ten seconds, this many calls per request a second keep the cadence. */
const UNDER_WAY_PER_RATE = 12;
const LEAST_UNDER_WAY = 8;
/** A reading that took this long has held up whatever was read with it. */
const HELD_UP_MS = 2000;

/**
 * The open tasks of one account and service, planned and read together. One timer, however many tasks. Shares nothing
 * with other groups, so that one account's trouble stays its own.
 */
export class PollGroup {
  readonly #parts: PollGroupParts;
  readonly #schedule: Schedule;
  readonly #pace: Pace;
  readonly #shared = new Map<TaskId, Shared>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #abort = new AbortController();
  #polling: Polling;
  #polled: PolledSource;
  #polls = 0;
  #running = false;
  #fence: Fence | undefined;
  #timer: Timer | undefined;
  #wakeAt = Infinity;
  #lastNow: number;
  #discoverAt = Infinity;
  #discovering = false;
  /** After a pause: one reading finds out whether the upstream is back before the others go. */
  #probing = false;

  constructor(polled: PolledSource, polling: Polling, parts: PollGroupParts) {
    this.#polled = polled;
    this.#polling = polling;
    this.#parts = parts;
    this.#lastNow = parts.clock.now();
    this.#schedule = new Schedule(this.#rules(), parts.watching, parts.random);
    this.#pace = new Pace(polling.requestsPerSecond);
  }

  get polled(): PolledSource {
    return this.#polled;
  }

  get entries(): ReadonlyMap<TaskId, Entry> {
    return this.#schedule.entries;
  }

  /** When the next reading may begin; null when nothing waits. */
  get nextPollAt(): number | null {
    const dueAt = this.#schedule.nextDueAt;
    if (!this.#running || dueAt === null) return null;
    return Math.max(dueAt, this.#polled.client.status().pausedUntil ?? 0);
  }

  /** Polls from now on. Writes under `fence`, where several processes share the work. */
  start(fence?: Fence): void {
    this.#running = true;
    this.#fence = fence;
    this.#planDiscovery();
    this.#arm();
  }

  /** No further poll begins. */
  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Infinity;
  }

  /** Resolves when nothing is under way; what is can be cut short with `giveUp`. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  giveUp(): void {
    this.#abort.abort();
  }

  /** Goes on with another connection or other intervals; tasks keep their places. */
  replace(polled: PolledSource, polling: Polling): void {
    this.#polled = polled;
    this.#polling = polling;
    this.#schedule.rules = this.#rules();
    this.#pace.rate = polling.requestsPerSecond;
    this.#planDiscovery();
    this.#arm();
  }

  resume(tasks: readonly StoredTask[]): void {
    const before = this.entries.size;
    this.#schedule.resume(tasks, this.#now());
    this.#countWatched(this.entries.size - before);
    this.#arm();
  }

  /** Polls a task that has just become known. */
  add(stored: StoredTask): void {
    if (stored.task.done || this.entries.has(stored.task.id)) return;
    this.#schedule.add(stored, this.#now());
    this.#countWatched(1);
    this.#arm();
  }

  drop(id: TaskId): void {
    if (this.#schedule.remove(id)) this.#countWatched(-1);
  }

  dropAll(): void {
    for (const id of [...this.entries.keys()]) this.drop(id);
  }

  /** Brings forward what somebody has begun to watch. */
  interestArrived(entries: readonly Entry[]): void {
    for (const entry of this.#schedule.watch(entries, this.#now())) {
      entry.stored = { ...entry.stored, freshness: { ...entry.stored.freshness, nextPollAt: entry.dueAt } };
      this.#parts.recorder.note(entry.id, entry.stored.freshness);
    }
    this.#arm();
  }

  /** When a task that is not polled yet will be read for the first time. */
  firstReading(task: Task | null, watched: boolean, askedAt: number) {
    return this.#schedule.nextOfNew(task, watched, askedAt, this.#now());
  }

  /**
   * Reads tasks now, for a request; a reading of one that is under way is shared.
   *
   * @throws StoreUnavailableError, FencedError
   */
  async read(targets: readonly Target[]): Promise<ReadonlyMap<TaskId, Refreshed>> {
    const shared = targets.flatMap(({ id }) => this.#shared.get(id) ?? []);
    const own = targets.filter(({ id }) => !this.#shared.has(id));
    const answers = await Promise.all([...new Set(shared), ...(own.length > 0 ? [this.#begin(own, 'request')] : [])]);
    return new Map(answers.flatMap((answer) => [...answer]));
  }

  /** Records what a list says of tasks that are not known. */
  async adoptListed(found: readonly Discovered[]): Promise<void> {
    const items = found.map(({ identity, facts, askedAt, answeredAt }): RecordItem => {
      const reading: Reading = { type: 'seen', facts, from: 'list', askedAt, answeredAt };
      return this.#item({ identity, reading, previous: null, askedAt, revive: false });
    });
    const recorded = await this.#parts.recorder.record(items, { fence: this.#fence });
    for (const { refreshed } of recorded.values()) if (refreshed.type === 'task') this.add(refreshed.stored);
  }

  // ---- the loop

  #tick(): void {
    this.#timer = undefined;
    this.#wakeAt = Infinity;
    if (!this.#running) return;
    const now = this.#now();
    this.#followClock(now);
    try {
      if (this.#mayPoll(now)) this.#poll(now);
    } catch (error) {
      this.#parts.logger.error({ err: error, ...this.#name() }, 'a poll group failed to plan');
      this.#wake(now + 1000);
      return;
    }
    this.#arm();
  }

  #mayPoll(now: number): boolean {
    if ((this.#polled.client.status().pausedUntil ?? 0) > now) {
      this.#probing = true;
      return false;
    }
    return !(this.#probing && this.#polls > 0) && this.#polls < this.#mostUnderWay() && this.#pace.nextAt(now) <= now;
  }

  #poll(now: number): void {
    const probing = this.#probing;
    if (probing) {
      const entry = this.#schedule.takeOne(now);
      if (entry) return this.#send([entry], now);
    }
    if (this.#discoverAt <= now && !this.#discovering) {
      this.#discoverNow(now);
      if (probing) return;
    }
    for (const reading of this.#schedule.take(now, this.#pace.room(now))) {
      if (this.#pace.room(now) > 0 && this.#polls < this.#mostUnderWay()) this.#send(reading, now);
      else for (const entry of reading) this.#schedule.putBack(entry);
    }
  }

  #send(entries: readonly Entry[], now: number): void {
    const lateMs = now - Math.min(...entries.map(({ dueAt }) => dueAt));
    this.#parts.metrics.pollLag.observe(Math.max(0, lateMs) / 1000);
    this.#pace.spend(this.#callsFor(entries.length), now);
    this.#count(this.#begin(entries.map(targetOf), 'poll'));
  }

  #discoverNow(now: number): void {
    this.#discovering = true;
    this.#pace.spend(this.#callsFor(this.entries.size), now);
    this.#discoverAt = now + this.#polling.discoverMs;
    const discovered = this.#parts.discover(this, this.#abort.signal).finally(() => {
      this.#discovering = false;
    });
    this.#count(this.#track(discovered));
  }

  /** Counts a poll until it ends; what it brought has been seen to by then. */
  #count(poll: Promise<unknown>): void {
    this.#polls++;
    const ended = (): void => {
      this.#polls--;
      if (this.#polls === 0 && (this.#polled.client.status().pausedUntil ?? 0) <= this.#now()) this.#probing = false;
      this.#arm();
    };
    poll.then(ended, ended);
  }

  #mostUnderWay(): number {
    return Math.max(LEAST_UNDER_WAY, Math.ceil(this.#polling.requestsPerSecond * UNDER_WAY_PER_RATE));
  }

  /** Sets the timer for whatever comes first. */
  #arm(): void {
    if (!this.#running) return;
    const now = this.#now();
    // The end of a poll arms again.
    if ((this.#probing && this.#polls > 0) || this.#polls >= this.#mostUnderWay()) return;
    const discoverAt = this.#discovering ? Infinity : this.#discoverAt;
    const due = Math.min(this.#schedule.nextDueAt ?? Infinity, discoverAt);
    if (due === Infinity) return;
    this.#wake(Math.max(due, this.#pace.nextAt(now), this.#polled.client.status().pausedUntil ?? 0));
  }

  #wake(at: number): void {
    if (this.#timer && this.#wakeAt <= at) return;
    this.#timer?.cancel();
    this.#wakeAt = at;
    this.#timer = this.#parts.clock.setTimer(Math.max(0, Math.ceil(at - this.#now())), () => this.#tick());
  }

  #followClock(now: number): void {
    if (now < this.#lastNow) {
      this.#schedule.shift(now - this.#lastNow);
      this.#pace.shift(now - this.#lastNow);
      if (this.#discoverAt !== Infinity) this.#discoverAt += now - this.#lastNow;
    }
    this.#lastNow = now;
  }

  // ---- one reading

  #begin(targets: readonly Target[], priority: 'request' | 'poll'): Shared {
    const askedAt = this.#now();
    for (const { id } of targets) {
      const entry = this.entries.get(id);
      if (entry) this.#schedule.begin(entry, askedAt);
    }
    const reading = this.#readAndRecord(targets, priority, askedAt);
    const shared = Promise.race([reading.done, reading.failed]);
    for (const { id } of targets) this.#shared.set(id, shared);
    const forget = (): void => {
      for (const { id } of targets) if (this.#shared.get(id) === shared) this.#shared.delete(id);
    };
    shared.then(forget, forget);
    void this.#track(reading.done);
    return priority === 'poll' ? reading.done : shared;
  }

  /** `failed` rejects at the first sign of a store that is unavailable; `done` goes on trying, when it is a poll's. */
  #readAndRecord(targets: readonly Target[], priority: 'request' | 'poll', askedAt: number) {
    let unavailable: (error: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => {
      unavailable = reject;
    });
    const persist = priority === 'poll' ? { signal: this.#abort.signal, unavailable } : undefined;
    return { done: this.#readTargets(targets, priority, askedAt, persist), failed };
  }

  async #readTargets(
    targets: readonly Target[],
    priority: 'request' | 'poll',
    askedAt: number,
    persist: RecordOptions['persist'],
  ): Promise<ReadonlyMap<TaskId, Refreshed>> {
    const { recorder } = this.#parts;
    const items: RecordItem[] = [];
    try {
      const readings = await this.#readings(targets, priority);
      this.#setApart(targets, readings, this.#now() - askedAt);
      for (const target of targets) {
        const reading = readings.get(target.id);
        const previous = this.entries.get(target.id)?.stored ?? target.stored;
        if (reading) items.push(this.#item({ ...target, reading, previous, askedAt }));
      }
      const recorded = await recorder.record(items, { fence: this.#fence, persist });
      for (const { id, next } of items) this.#settle(id, recorded.get(id), next.at);
      return new Map([...recorded].map(([id, { refreshed }]) => [id, refreshed]));
    } catch (error) {
      this.#failed(error);
      throw error;
    } finally {
      // Whatever happened, no task is left out of the queue.
      for (const { id } of targets) {
        const entry = this.entries.get(id);
        if (entry?.reading) this.#schedule.end(entry, this.#schedule.next(entry, askedAt, this.#now()).at);
      }
      this.#arm();
    }
  }

  #readings(targets: readonly Target[], priority: 'request' | 'poll'): Promise<ReadonlyMap<TaskId, Reading>> {
    const { logger, metrics, clock } = this.#parts;
    const refs = targets.map(({ id, identity, stored }) => {
      return { identity, task: (this.entries.get(id)?.stored ?? stored)?.task ?? null };
    });
    const options = { priority, signal: this.#abort.signal };
    return readSafely(this.#polled.source, refs, options, { ...this.#name(), now: () => clock.now(), logger, metrics });
  }

  #item(about: {
    readonly identity: TaskIdentity;
    readonly id?: TaskId;
    readonly reading: Reading;
    readonly previous: StoredTask | null;
    readonly askedAt: number;
    readonly revive: boolean;
  }): RecordItem {
    const { identity, reading, previous, askedAt, revive } = about;
    const { watching } = this.#parts;
    const id = about.id ?? formatTaskId(identity);
    const now = this.#now();
    const entry = this.entries.get(id);
    const planned = entry
      ? this.#schedule.next(entry, askedAt, now)
      : this.firstReading(previous?.task ?? null, previous !== null && watching.watches(previous.task), askedAt);
    const at = Math.max(planned.at, this.#polled.client.status().pausedUntil ?? 0);
    return {
      id,
      identity,
      region: this.#polled.region,
      reading,
      previous,
      next: { at, plannedMs: planned.plannedMs },
      rawMark: entry?.rawMark ?? null,
      revive,
    };
  }

  #settle(id: TaskId, recorded: Recorded | undefined, dueAt: number): void {
    const entry = this.entries.get(id);
    const refreshed = recorded?.refreshed;
    if (refreshed?.type !== 'task') {
      if (refreshed?.type === 'absent') this.drop(id);
      return;
    }
    const { stored } = refreshed;
    if (!entry) return this.#running ? this.add(stored) : undefined;
    if (stored.task !== entry.stored.task) entry.watchedAs = -1;
    entry.stored = stored;
    entry.rawMark = recorded?.rawMark ?? null;
    if (stored.task.done) this.drop(id);
    else this.#schedule.end(entry, dueAt);
  }

  /** A task that has held up the others of its reading is read by itself until it answers again. */
  #setApart(targets: readonly Target[], readings: ReadonlyMap<TaskId, Reading>, tookMs: number): void {
    const heldUp = tookMs >= HELD_UP_MS && [...readings.values()].some(({ type }) => type !== 'unread');
    for (const { id } of targets) {
      const entry = this.entries.get(id);
      if (!entry) continue;
      if (readings.get(id)?.type !== 'unread') entry.alone = false;
      else if (heldUp) entry.alone = true;
    }
  }

  #failed(error: unknown): void {
    const { logger, metrics } = this.#parts;
    if (error instanceof FencedError) {
      metrics.fencedWrites.inc();
      this.stop();
      logger.warn(this.#name(), 'another process polls this group now');
    } else logger.error({ err: error, ...this.#name() }, 'a reading could not be recorded');
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    const ended = (): void => void this.#underWay.delete(promise);
    this.#underWay.add(promise);
    promise.then(ended, ended);
    return promise;
  }

  #planDiscovery(): void {
    const { discoverMs } = this.#polling;
    const discovers = discoverMs > 0 && this.#polled.source.discover !== undefined;
    if (!discovers) this.#discoverAt = Infinity;
    // Accounts that begin together do not look through their lists together.
    else if (this.#discoverAt === Infinity) {
      this.#discoverAt = this.#now() + Math.floor(this.#parts.random() * Math.min(discoverMs, 1000));
    }
  }

  #rules(): ScheduleRules {
    const { discoverMs } = this.#polling;
    const discovers = discoverMs > 0 && this.#polled.source.discover !== undefined;
    const callsFor = (tasks: number): number => this.#callsFor(tasks);
    return { polling: this.#polling, callsFor, otherCallsPerSecond: discovers ? 1000 / discoverMs : 0 };
  }

  #callsFor(tasks: number): number {
    return Math.max(1, this.#polled.source.callsFor(tasks));
  }

  #countWatched(by: number): void {
    this.#parts.metrics.watchedTasks.inc({ service: this.#polled.service }, by);
  }

  #name() {
    return { service: this.#polled.service, account: this.#polled.account };
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

function targetOf({ id, stored }: Entry): Target {
  const { service, account, scope, upstreamId } = stored.task;
  return { id, identity: { service, account, scope, upstreamId }, stored, revive: false };
}
