import type { Clock, ClockSample, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { LEASE_MS, type Board, type GroupName, type GroupState, type Lease, type Leases } from '../store/leases.js';
import { groupKey } from './polled-source.js';
import type { Tenure } from './poll-group.js';
import type { SharedInterests } from './shared-interests.js';
import { planShares } from './shares.js';

/** What holding a lease means for the engine. */
export interface LeasedWork {
  /** What could be polled here. */
  groups(): readonly GroupName[];
  /** Whether the group is polled at present. */
  polls(group: GroupName): boolean;
  /** Takes up its tasks and polls them; tried again at the next beat when it fails. */
  takeUp(lease: Lease, tenure: Tenure): Promise<void>;
  /** Stops polling and brings to an end what is under way. Never rejects. */
  finish(group: GroupName): Promise<void>;
  /** Somebody else polls it: nothing of it is known here any more. */
  lose(group: GroupName): void;
  /** How it goes, for the other replicas. */
  report(group: GroupName): string;
}

export interface LeaseholderParts {
  readonly leases: Leases;
  readonly work: LeasedWork;
  readonly interests: Pick<SharedInterests, 'summary' | 'known' | 'learn'>;
  readonly clock: Clock;
  /** Milliseconds; goes on while the process is stopped, and is never set. */
  readonly elapsed: () => number;
  readonly logger: Logger;
  /** Hears at each beat how far the process' clock is from the store's. */
  readonly correct: (sample: ClockSample) => void;
  /** Tells the other replicas that there is something to look at. */
  readonly announce: () => void;
}

interface Held {
  readonly lease: Lease;
  /** When it runs out, in `elapsed` time. */
  until: number;
  /** While it is taken up, or finished. */
  busy: Promise<void> | undefined;
  leaving: boolean;
}

const BEAT_MS = 2_000;
/** After news, and between two beats that news ask for. */
const SOON_MS = 20;
const SPACING_MS = 250;
/** So long free, a group is taken by whoever sees it, whatever its share. */
const ORPHAN_MS = 5_000;
/** So long such a group is not handed over again: others may not know its account. */
const KEEP_MS = 600_000;

/** Holds leases on this replica's share of the poll groups, and has polled what it holds: nothing else, and no longer. */
export class Leaseholder {
  readonly #parts: LeaseholderParts;
  readonly #held = new Map<string, Held>();
  /** Groups that nobody holds, and those that nobody else took, by when that began. */
  readonly #freeSince = new Map<string, number>();
  readonly #keptSince = new Map<string, number>();
  #states: ReadonlyMap<string, GroupState> = new Map();
  #statesAt = 0;
  #replicas = 1;
  #beatAt = -Infinity;
  #looking: Promise<void> | undefined;
  #again = false;
  #timer: Timer | undefined;
  #wakeAt = Infinity;
  #running = false;
  #failing = false;
  /** The interests that were written last. */
  #told: string | undefined;

  constructor(parts: LeaseholderParts) {
    this.#parts = parts;
  }

  /** How many replicas were alive at the last beat; at least 1. */
  get replicas(): number {
    return this.#replicas;
  }

  /** How a group stood at the last beat. */
  state(group: GroupName): GroupState | undefined {
    return this.#states.get(groupKey(group));
  }

  /** Beats for the first time, and goes on until `stop`. Never rejects: a store that is away is tried again. */
  async run(): Promise<void> {
    this.#running = true;
    await this.#look();
  }

  /** No lease is taken or renewed any more; those that are held stay held until `leave`. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#looking;
    await Promise.all([...this.#held.values()].flatMap(({ busy }) => busy ?? []));
  }

  /** Gives everything back. Never rejects: what cannot be given back runs out. */
  async leave(): Promise<void> {
    this.#held.clear();
    try {
      await this.#parts.leases.leave();
      this.#parts.announce();
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'leases could not be given back');
    }
  }

  /** There is news: beats as soon as is decent. */
  soon(): void {
    if (this.#looking) this.#again = true;
    else this.#wake(Math.max(SOON_MS, this.#beatAt + SPACING_MS - this.#parts.elapsed()));
  }

  /** Beats now, where the timer itself may have been lost. */
  rearm(): void {
    this.#cancel();
    this.#wake(0);
  }

  /** Beats when the group, as far as is known here, has nobody; at once, unless that was just done. */
  async wake(group: GroupName): Promise<void> {
    const state = this.state(group);
    const taken = state && state.owner !== null && this.#statesAt + state.leftMs > this.#parts.elapsed();
    if (!this.#running || taken || this.#held.has(groupKey(group))) return;
    if (this.#parts.elapsed() - this.#beatAt < SPACING_MS) this.soon();
    else await this.#look();
  }

  /** The group is no longer configured here. */
  drop(group: GroupName): void {
    const key = groupKey(group);
    const held = this.#held.get(key);
    this.#held.delete(key);
    if (held) void this.#release([held.lease]);
  }

  /** A beat that is under way is shared. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#wake(this.#again ? SPACING_MS : BEAT_MS);
      this.#again = false;
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    this.#cancel();
    this.#beatAt = this.#parts.elapsed();
    try {
      const board = await this.#beat();
      const unknown = this.#follow(board, this.#beatAt);
      await this.#balance(board);
      if (unknown.length > 0) await this.#release(unknown);
      for (const held of this.#held.values()) this.#takeUp(held);
      if (this.#failing) this.#parts.logger.info('leases are renewed again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#parts.logger.warn({ err: error }, 'leases cannot be renewed');
      this.#failing = true;
    }
  }

  async #beat(): Promise<Board> {
    const { leases, work, interests, correct, announce } = this.#parts;
    const summary = interests.summary();
    const news = summary !== this.#told;
    const board = await leases.beat({
      groups: work.groups(),
      held: [...this.#held.values()].map(({ lease }) => ({ lease, report: work.report(lease) })),
      ...(news && { interests: summary }),
      known: interests.known(),
    });
    this.#told = summary;
    this.#states = new Map(board.groups.map((state) => [groupKey(state), state]));
    this.#statesAt = this.#beatAt;
    this.#replicas = Math.max(1, board.replicas.length);
    correct(board.clock);
    interests.learn(board.replicas.filter(({ name }) => name !== leases.replica));
    // The first beat is news as well: whoever holds too much now may hand it over.
    if (news) announce();
    return board;
  }

  /**
   * Does as the store says of who holds what.
   *
   * @returns leases that are this replica's and of which it does not know: a claim whose answer was lost
   */
  #follow(board: Board, askedAt: number): readonly Lease[] {
    const mine = new Map<string, Lease>();
    for (const { account, service, token, owner } of board.groups) {
      if (owner === this.#parts.leases.replica) mine.set(groupKey({ account, service }), { account, service, token });
    }
    for (const [key, held] of this.#held) {
      if (mine.get(key)?.token === held.lease.token) held.until = askedAt + LEASE_MS;
      else this.#lose(key, held);
    }
    return [...mine].flatMap(([key, lease]) => (this.#held.has(key) ? [] : [lease]));
  }

  #lose(key: string, { lease }: Held): void {
    this.#held.delete(key);
    this.#parts.work.lose(lease);
    this.#parts.logger.info({ account: lease.account, service: lease.service }, 'another replica polls this group now');
  }

  async #balance(board: Board): Promise<void> {
    if (!this.#running) return;
    const { leases, work, logger } = this.#parts;
    const configured = new Map(work.groups().map((group) => [groupKey(group), group]));
    const groups = board.groups
      .map((group) => ({ key: groupKey(group), owner: group.owner }))
      .filter(({ key, owner }) => configured.has(key) || owner !== null);
    this.#noteFree(groups);
    const plan = planShares({
      me: leases.replica,
      replicas: board.replicas.map(({ name }) => name),
      groups,
      orphans: this.#since(this.#freeSince, ORPHAN_MS),
      kept: new Set(this.#keptSince.keys()),
    });
    for (const key of plan.handOver) this.#handOver(key);
    if (plan.most === 0) return;
    const askedAt = this.#parts.elapsed();
    const wanted = plan.claim.flatMap((key) => configured.get(key) ?? []);
    const claimed = await leases.claim(wanted, plan.most);
    for (const lease of claimed) this.#hold(lease, askedAt);
    if (claimed.length > 0) logger.info({ claimed: claimed.length, held: this.#held.size }, 'poll groups taken up');
  }

  #hold(lease: Lease, askedAt: number): void {
    const key = groupKey(lease);
    this.#held.set(key, { lease, until: askedAt + LEASE_MS, busy: undefined, leaving: false });
    if (this.#since(this.#freeSince, ORPHAN_MS).has(key)) this.#keptSince.set(key, askedAt);
    this.#freeSince.delete(key);
  }

  #noteFree(groups: readonly { readonly key: string; readonly owner: string | null }[]): void {
    const now = this.#parts.elapsed();
    for (const key of this.#since(this.#keptSince, KEEP_MS)) this.#keptSince.delete(key);
    for (const { key, owner } of groups) {
      if (owner !== null) this.#freeSince.delete(key);
      else if (!this.#freeSince.has(key)) this.#freeSince.set(key, now);
    }
  }

  #since(instants: ReadonlyMap<string, number>, ms: number): ReadonlySet<string> {
    const now = this.#parts.elapsed();
    return new Set([...instants].filter(([, at]) => now - at >= ms).map(([key]) => key));
  }

  #takeUp(held: Held): void {
    const { work, logger } = this.#parts;
    const { lease } = held;
    if (held.busy || held.leaving || work.polls(lease) || !this.#running) return;
    const valid = (): boolean =>
      !held.leaving && this.#held.get(groupKey(lease)) === held && this.#parts.elapsed() < held.until;
    held.busy = work
      .takeUp(lease, { valid, fenced: () => this.soon() })
      .catch((error: unknown) => logger.warn({ err: error }, 'a poll group could not be taken up'))
      .finally(() => (held.busy = undefined));
  }

  /** The lease is renewed until what is under way has come to its end: nobody else polls before that. */
  #handOver(key: string): void {
    const held = this.#held.get(key);
    if (!held || held.leaving || held.busy) return;
    held.leaving = true;
    held.busy = this.#parts.work.finish(held.lease).then(async () => {
      if (this.#held.get(key) !== held) return;
      this.#held.delete(key);
      await this.#release([held.lease]);
    });
  }

  /** Never rejects: what cannot be released runs out. */
  async #release(leases: readonly Lease[]): Promise<void> {
    try {
      await this.#parts.leases.release(leases);
      this.#parts.announce();
    } catch (error) {
      this.#parts.logger.debug({ err: error }, 'a lease could not be released');
    }
  }

  #wake(delayMs: number): void {
    if (!this.#running) return;
    const at = this.#parts.elapsed() + delayMs;
    if (this.#timer && this.#wakeAt <= at) return;
    this.#cancel();
    this.#wakeAt = at;
    this.#timer = this.#parts.clock.setTimer(delayMs, () => void this.#look());
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Infinity;
  }
}
