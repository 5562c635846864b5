import type { AbortNews } from '../base/abort.js';
import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { noTracer, type Tracer } from '../base/tracer.js';
import type { Discovered } from '../sources/source.js';
import type { Fence, StoredTask } from '../store/store.js';
import type { Task } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';
import type { Polling } from './cadence.js';
import { GroupReader } from './group-reader.js';
import { Pace } from './pace.js';
import type { PolledSource, Target } from './polled-source.js';
import type { Recorder } from './recorder.js';
import { Schedule, type Entry, type ScheduleRules, type Watching } from './schedule.js';
import type { Refreshed } from './watch.js';

export interface PollGroupParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
  readonly recorder: Recorder;
  readonly watching: Watching;
  /** See `Schedule.resume`. */
  readonly phase?: number;
  /** Other processes poll the same groups: this one knows the tasks of a group only while it polls it. */
  readonly shared?: boolean;
  /** By how much the one that polls it stretches its intervals; 1 where none does. */
  readonly stretchElsewhere?: (group: PollGroup) => number;
  /** Looks through a list for tasks that are not known; never rejects. */
  readonly discover: (group: PollGroup, signal: AbortNews) => Promise<void>;
}

/** For how long a group may be polled by this process, where several share the work. */
export interface Tenure {
  /** Asked before anything is sent: a process that was frozen must find out before it polls. */
  valid(): boolean;
  /** Another process has taken over: a write was refused. */
  fenced(): void;
}

const FOR_EVER: Tenure = { valid: () => true, fenced: () => undefined };

/** With every call at its deadline of ten seconds, this many calls per request a second keep the cadence. */
const UNDER_WAY_PER_RATE = 12;
const LEAST_UNDER_WAY = 8;
/** So much of the budget may be waited for by polls: what waits there is counted as asked, and shared by requests. */
const MOST_WAITING_MS = 100;
const LEAST_WAITING = 2;

/**
 * The open tasks of one account and service, planned and read together. One timer, however many tasks. Shares nothing
 * with other groups, so that one account's trouble stays its own.
 */
export class PollGroup {
  readonly #parts: PollGroupParts;
  readonly #schedule: Schedule;
  readonly #pace: Pace;
  readonly #reader: GroupReader;
  #polling: Polling;
  #polled: PolledSource;
  #polls = 0;
  #running = false;
  #fence: Fence | undefined;
  #tenure = FOR_EVER;
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
    this.#schedule = new Schedule(
      this.#rules(),
      parts.watching,
      parts.random,
      () => parts.stretchElsewhere?.(this) ?? 1,
    );
    this.#pace = new Pace(polling.requestsPerSecond);
    this.#reader = new GroupReader(this, this.#schedule, parts);
  }

  get polled(): PolledSource {
    return this.#polled;
  }

  get entries(): ReadonlyMap<TaskId, Entry> {
    return this.#schedule.entries;
  }

  get running(): boolean {
    return this.#running;
  }

  /** What is begun now is written under it. */
  get fence(): Fence | undefined {
    return this.#running ? this.#fence : undefined;
  }

  /** By how much the budget stretches all intervals; at least 1. */
  get stretch(): number {
    return this.#schedule.stretch;
  }

  /** When the next reading may begin; null when nothing waits. */
  get nextPollAt(): number | null {
    const dueAt = this.#schedule.nextDueAt;
    if (!this.#running || dueAt === null) return null;
    return Math.max(dueAt, this.#polled.client.status().pausedUntil ?? 0);
  }

  /** Polls from now on. Writes under `fence` and as long as `tenure` is valid, where several processes share the work. */
  start(fence?: Fence, tenure = FOR_EVER): void {
    this.#running = true;
    this.#fence = fence;
    this.#tenure = tenure;
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

  /** A write under `fence` was refused because another process has taken over. */
  fenced(fence: Fence | undefined): void {
    if (fence !== this.#fence) return;
    this.stop();
    this.#tenure.fenced();
  }

  /** Resolves when nothing is under way; what is can be cut short with `giveUp`. */
  settled(): Promise<void> {
    return this.#reader.settled();
  }

  giveUp(): void {
    this.#reader.giveUp();
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
    this.#schedule.resume(tasks, this.#now(), this.#parts.phase);
    this.#countWatched(this.entries.size - before);
    this.#arm();
  }

  /** Polls a task that has just become known. */
  add(stored: StoredTask): void {
    if (stored.task.done || this.entries.has(stored.task.id) || this.#elsewhere) return;
    this.#schedule.add(stored, this.#now());
    this.#countWatched(1);
    this.#arm();
  }

  /** Takes over what somebody else has written of a task. */
  learn(stored: StoredTask): void {
    const entry = this.entries.get(stored.task.id);
    if (!entry) return this.add(stored);
    if (stored.task.done) return this.drop(stored.task.id);
    entry.stored = stored;
    entry.watchedAs = -1;
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

  /** Reads tasks now, for a request: see `GroupReader.read`. */
  read(targets: readonly Target[]): Promise<ReadonlyMap<TaskId, Refreshed>> {
    return this.#reader.read(targets);
  }

  /** Records what a list says of tasks that are not known. */
  adoptListed(found: readonly Discovered[]): Promise<void> {
    if (this.#elsewhere) return Promise.resolve();
    return this.#reader.adoptListed(found);
  }

  /** Tells the loop that something may be due. */
  wake(): void {
    this.#arm();
  }

  /** The same, where the timer itself may have been lost. */
  rearm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#arm();
  }

  // ---- the loop

  #tick(): void {
    this.#timer = undefined;
    this.#wakeAt = Infinity;
    if (!this.#running) return;
    if (!this.#tenure.valid()) return this.stop();
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
    if (this.#probing && this.#polls > 0) return false;
    return this.#polls < this.#mostUnderWay() && !this.#mustWait() && this.#pace.nextAt(now) <= now;
  }

  /** Requests take from the same budget, and go first. */
  #mustWait(): boolean {
    const most = Math.max(LEAST_WAITING, (this.#polling.requestsPerSecond * MOST_WAITING_MS) / 1000);
    return this.#polled.client.status().waitingPolls >= most;
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
    this.#parts.metrics.pollLag.observe(Math.max(0, now - (entries[0]?.dueAt ?? now)) / 1000);
    this.#pace.spend(this.#callsFor(entries.length), now);
    this.#count(this.#reader.poll(entries));
  }

  #discoverNow(now: number): void {
    this.#discovering = true;
    this.#pace.spend(this.#callsFor(this.entries.size), now);
    this.#discoverAt = now + this.#polling.discoverMs;
    const { tracer = noTracer } = this.#parts;
    const { service, account } = this.#name();
    const about = { 'taskgate.service': service, 'taskgate.account': account };
    const discovered = tracer.trace(`discover ${service}`, { attributes: about }, () =>
      this.#reader.track((signal) => this.#parts.discover(this, signal)),
    );
    this.#count(
      discovered.finally(() => {
        this.#discovering = false;
      }),
    );
  }

  /** Counts a poll until it ends; what it brought has been seen to by then. */
  #count(poll: Promise<unknown>): void {
    this.#polls++;
    const ended = (): void => {
      this.#polls--;
      if (this.#probing && this.#polls === 0 && (this.#polled.client.status().pausedUntil ?? 0) <= this.#now()) {
        this.#probing = false;
        this.#schedule.part(this.#now());
      }
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
    const budgetAt = this.#mustWait() ? now + 1000 / this.#polling.requestsPerSecond : 0;
    this.#wake(Math.max(due, this.#pace.nextAt(now), this.#polled.client.status().pausedUntil ?? 0, budgetAt));
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

  /** Another process polls, or nobody: whoever begins reads the store. */
  get #elsewhere(): boolean {
    return this.#parts.shared === true && !this.#running;
  }

  #name() {
    return { service: this.#polled.service, account: this.#polled.account };
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
