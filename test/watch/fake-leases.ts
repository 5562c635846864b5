import {
  LEASE_MS,
  REPLICA_LIFE_MS,
  type Board,
  type GroupName,
  type Lease,
  type Leases,
} from '../../src/store/leases.js';
import { StoreUnavailableError } from '../../src/store/store.js';

interface Row extends GroupName {
  token: number;
  owner: string | null;
  until: number;
  report: string | null;
}

interface Life {
  seenAt: number;
  version: number;
  interests: string;
}

/** The leases of a store that all replicas reach, by the store's clock. */
export class FakeLeases {
  readonly rows = new Map<string, Row>();
  readonly lives = new Map<string, Life>();
  /** Replicas that do not reach the store. */
  readonly cutOff = new Set<string>();
  /** Replicas whose next claim is done, and its answer lost. */
  readonly deaf = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Who holds what at present, by service. */
  owners(): Readonly<Record<string, string | null>> {
    return Object.fromEntries([...this.rows.values()].map((row) => [row.service, this.#ownerOf(row)]));
  }

  /** @param localNow the clock of the replica */
  of(replica: string, localNow: () => number): Leases {
    const reach = async <T>(work: () => T): Promise<T> => {
      await Promise.resolve();
      if (this.cutOff.has(replica)) throw new StoreUnavailableError('The store cannot be used: no route');
      return work();
    };
    const clock = () => ({ offsetMs: this.#now() - localNow(), errorMs: 0 });
    return {
      replica,
      clock: () => reach(clock),
      beat: ({ groups, held, interests, known }) =>
        reach((): Board => {
          const life = this.lives.get(replica) ?? { seenAt: 0, version: 0, interests: '' };
          life.seenAt = this.#now();
          if (interests !== undefined) Object.assign(life, { interests, version: life.version + 1 });
          this.lives.set(replica, life);
          for (const { account, service } of groups) {
            const key = `${account}/${service}`;
            if (!this.rows.has(key)) {
              this.rows.set(key, { account, service, token: 0, owner: null, until: 0, report: null });
            }
          }
          for (const { lease, report } of held) this.#renew(replica, lease, report);
          return {
            clock: clock(),
            replicas: this.#live(known),
            groups: [...this.rows.values()].map((row) => this.#state(row)),
          };
        }),
      claim: async (groups, most) => {
        const claimed = await reach(() => this.#claim(replica, groups, most));
        if (this.deaf.delete(replica)) throw new StoreUnavailableError('The store cannot be used: connection lost');
        return claimed;
      },
      release: (leases) => reach(() => leases.forEach((lease) => this.#release(replica, lease))),
      leave: () =>
        reach(() => {
          for (const row of this.rows.values()) if (row.owner === replica) row.owner = null;
          this.lives.delete(replica);
        }),
      close: () => Promise.resolve(),
    };
  }

  #renew(replica: string, { account, service, token }: Lease, report: string): void {
    const row = this.rows.get(`${account}/${service}`);
    if (row?.owner === replica && row.token === token) Object.assign(row, { until: this.#now() + LEASE_MS, report });
  }

  #claim(replica: string, groups: readonly GroupName[], most: number): readonly Lease[] {
    const free = groups
      .flatMap(({ account, service }) => this.rows.get(`${account}/${service}`) ?? [])
      .filter((row) => this.#ownerOf(row) === null)
      .slice(0, most);
    return free.map((row) => {
      Object.assign(row, { owner: replica, token: row.token + 1, until: this.#now() + LEASE_MS });
      return { account: row.account, service: row.service, token: row.token };
    });
  }

  #release(replica: string, { account, service, token }: Lease): void {
    const row = this.rows.get(`${account}/${service}`);
    if (row?.owner === replica && row.token === token) row.owner = null;
  }

  #live(known: ReadonlyMap<string, number>): Board['replicas'] {
    return [...this.lives]
      .filter(([, { seenAt }]) => seenAt > this.#now() - REPLICA_LIFE_MS)
      .map(([name, { version, interests }]) => {
        return { name, interests: { version, text: known.get(name) === version ? null : interests } };
      });
  }

  #state(row: Row): Board['groups'][number] {
    const { account, service, token, report } = row;
    const owner = this.#ownerOf(row);
    return { account, service, token, owner, report, leftMs: owner === null ? 0 : row.until - this.#now() };
  }

  #ownerOf({ owner, until }: Row): string | null {
    return until > this.#now() ? owner : null;
  }
}
