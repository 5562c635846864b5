import type { Clock, ClockSample, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { LEASE_MS, type Board, type GroupName, type Lease, type Leases } from '../store/leases.js';
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
  /** Stops polling and brings to an end what is under way. */
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
/** After news, and between two looks that news ask for. */
const SOON_MS = 20;
const SPACING_MS = 250;
/** So long free, a group is taken by whoever sees it, whatever its share. */
const ORPHAN_MS = 5_000;
/** So long such a group is not handed over again. */
const KEEP_MS = 60_000;

/** Holds leases on this replica's share of the poll groups, and has polled what it holds: nothing else, and no longer. */
export class Leaseholder {
  readonly #parts: LeaseholderParts;
  readonly #held = new Map<string, Held>();
  readonly #freeSince = new Map<string, number>();
  readonly #keptUntil = new Map<string, number>();
  #board: Board | undefined;
  #boardAt = 0;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #timer: Timer | undefined;
  #wakeAt = Infinity;
  #running = false;
  #failing = false;
  /** The interests that were written last. */
  #told: string | undefined;

  constructor(parts: LeaseholderParts) {
    this.#parts = parts;
  }

  /** How things stood at the last beat. */
  get board(): Board | undefined {
    return this.#board;
  }

  /** Looks for the first time, and goes on until `stop`. Never rejects: a store that is away is tried again. */
  async run(): Promise<void> {
    this.#running = true;
    await this.look();
  }

  /** No lease is taken or renewed any more; those that are held stay held until `leave`. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#looking;
    await Promise.all([...this.#held.values()].flatMap(({ busy }) => busy ?? []));
  }

  async leave(): Promise<void> {
    this.#held.clear();
    await this.#parts.leases.leave();
    this.#parts.announce();
  }

  /** There is news: looks as soon as is decent. */
  soon(): void {
    const spaced = this.#lookedAt + SPACING_MS - this.#parts.elapsed();
    this.#wake(Math.max(SOON_MS, spaced));
  }

  /** Looks at once when the group, as far as is known here, has nobody. */
  async wake(group: GroupName): Promise<void> {
    const state = this.#board?.groups.find((one) => groupKey(one) === groupKey(group));
    if (state && state.owner !== null && this.#boardAt + state.leftMs > this.#parts.elapsed()) return;
    if (this.#running) await this.look();
  }

  /** The group is no longer configured here. */
  drop(group: GroupName): void {
    const held = this.#held.get(groupKey(group));
    if (!held) return;
    this.#held.delete(groupKey(group));
    void this.#release([held.lease]);
  }

  /** A look that is under way is shared. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#wake(BEAT_MS);
    });
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    this.#cancel();
    this.#lookedAt = this.#parts.elapsed();
    try {
      const board = await this.#beat(this.#lookedAt);
      const lost = this.#settle(board, this.#lookedAt);
      const claimed = await this.#balance(board);
      if (lost.length > 0) await this.#release(lost);
      for (const held of this.#held.values()) this.#takeUp(held);
      if (claimed > 0) this.#parts.logger.info({ claimed, held: this.#held.size }, 'poll groups taken up');
      if (this.#failing) this.#parts.logger.info('leases are renewed again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#parts.logger.warn({ err: error }, 'leases cannot be renewed');
      this.#failing = true;
    }
  }

  async #beat(askedAt: number): Promise<Board> {
    const { leases, work, interests, correct, announce } = this.#parts;
    const summary = interests.summary();
    const news = summary === this.#told ? undefined : summary;
    const held = [...this.#held.values()].map(({ lease }) => ({ lease, report: work.report(lease) }));
    const board = await leases.beat({
      groups: work.groups(),
      held,
      ...(news !== undefined && { interests: news }),
      known: interests.known(),
    });
    this.#board = board;
    this.#boardAt = askedAt;
    correct(board.clock);
    interests.learn(board.replicas.filter(({ name }) => name !== leases.replica));
    if (news === undefined) return board;
    const first = this.#told === undefined;
    this.#told = news;
    if (!first || this.#held.size === 0) announce();
    return board;
  }

  /**
   * Follows what the store says of who holds what.
   *
   * @returns leases that are this replica's and of which it does not know: a claim whose answer was lost
   */
  #settle(board: Board, askedAt: number): readonly Lease[] {
    const mine = new Map<string, Lease>();
    for (const { account, service, token, owner } of board.groups) {
      if (owner === this.#parts.leases.replica) mine.set(groupKey({ account, service }), { account, service, token });
    }
    for (const [key, held] of this.#held) {
      if (mine.get(key)?.token === held.lease.token) held.until = askedAt + LEASE_MS;
      else if (askedAt < held.until || !mine.has(key)) this.#lose(key, held);
    }
    return [...mine].flatMap(([key, lease]) => (this.#held.has(key) ? [] : [lease]));
  }

  #lose(key: string, { lease }: Held): void {
    this.#held.delete(key);
    this.#parts.work.lose(lease);
    this.#parts.logger.info({ account: lease.account, service: lease.service }, 'another replica polls this group now');
  }

  /** @returns how many groups were claimed */
  async #balance(board: Board): Promise<number> {
    if (!this.#running) return 0;
    const { leases, work } = this.#parts;
    const configured = new Map(work.groups().map((group) => [groupKey(group), group]));
    const groups = board.groups
      .map((group) => ({ key: groupKey(group), owner: group.owner }))
      .filter(({ key }) => configured.has(key));
    this.#noteFree(groups);
    const plan = planShares({
      me: leases.replica,
      replicas: board.replicas.map(({ name }) => name),
      groups,
      orphans: this.#since(this.#freeSince, ORPHAN_MS),
      kept: new Set(this.#keptUntil.keys()),
    });
    for (const key of plan.handOver) this.#handOver(key);
    if (plan.most === 0) return 0;
    const askedAt = this.#parts.elapsed();
    const claimed = await leases.claim(
      plan.claim.flatMap((key) => configured.get(key) ?? []),
      plan.most,
    );
    for (const lease of claimed) {
      const key = groupKey(lease);
      this.#held.set(key, { lease, until: askedAt + LEASE_MS, busy: undefined, leaving: false });
      if (this.#freeSince.has(key) && this.#since(this.#freeSince, ORPHAN_MS).has(key))
        this.#keptUntil.set(key, askedAt);
      this.#freeSince.delete(key);
    }
    return claimed.length;
  }

  #noteFree(groups: readonly { readonly key: string; readonly owner: string | null }[]): void {
    const now = this.#parts.elapsed();
    for (const key of this.#since(this.#keptUntil, KEEP_MS)) this.#keptUntil.delete(key);
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
    const { work } = this.#parts;
    held.leaving = true;
    held.busy = work.finish(held.lease).then(async () => {
      if (this.#held.get(key) === held) this.#held.delete(key);
      await this.#release([held.lease]);
    });
  }

  /** Never rejects: what could not be released runs out. */
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
    this.#timer = this.#parts.clock.setTimer(delayMs, () => void this.look());
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wakeAt = Infinity;
  }
}
