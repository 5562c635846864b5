import type { ClockSample } from '../base/clock.js';
import type { Fence } from './store.js';

/** Names a poll group. */
export type GroupName = Pick<Fence, 'account' | 'service'>;

/** The right to poll a group for `LEASE_MS` from the beat or claim that gave it. Its token is also the fence of what is written. */
export type Lease = Fence;

/** Long enough for a beat or two that fail, short enough that a dead replica's groups are soon taken over. */
export const LEASE_MS = 8_000;
/** A replica that has not been heard of for so long counts no more: its share is free with its leases. */
export const REPLICA_LIFE_MS = LEASE_MS;

/**
 * Who polls what, among replicas that share a store. All times are the store's own, so that no replica's clock matters.
 * A group is free when nobody holds it or its lease has run out; whoever takes it gets a higher token than anybody before.
 *
 * Every method rejects with `StoreUnavailableError` when the store cannot be reached, and has then done nothing.
 */
export interface Leases {
  /** Names this life of the process. */
  readonly replica: string;
  /** How far the process' clock is from the store's. */
  clock(): Promise<ClockSample>;
  /** Notes this replica as alive, renews what it still holds, and reads how things stand behind that. */
  beat(beat: Beat): Promise<Board>;
  /** Takes at most `most` of these groups, as far as they are free. Replicas that claim at once do not wait for each other. */
  claim(groups: readonly GroupName[], most: number): Promise<readonly Lease[]>;
  /** Gives leases back; one that was lost already is passed over. */
  release(leases: readonly Lease[]): Promise<void>;
  /** Gives everything back: this replica is no more. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface Beat {
  /** What this replica could poll. */
  readonly groups: readonly GroupName[];
  readonly held: readonly { readonly lease: Lease; readonly report: string }[];
  /** What is watched through this replica; left out: as written last. */
  readonly interests?: string;
  /** Interests that need not be told again: their version, by the name of the replica. */
  readonly known: ReadonlyMap<string, number>;
}

export interface Board {
  /** Those that are alive, this one included, by name. */
  readonly replicas: readonly Replica[];
  /** Groups that any replica has ever been able to poll. */
  readonly groups: readonly GroupState[];
  /** How far the process' clock is from the store's. */
  readonly clock: ClockSample;
}

export interface Replica {
  readonly name: string;
  readonly interests: {
    readonly version: number;
    /** Null where `Beat.known` has this version. */
    readonly text: string | null;
  };
}

export interface GroupState extends GroupName {
  readonly token: number;
  /** Whose lease has not run out; null when the group is free. */
  readonly owner: string | null;
  /** How long its lease still runs, in milliseconds. */
  readonly leftMs: number;
  /** What whoever polled it last has said of it; null before that. */
  readonly report: string | null;
}
