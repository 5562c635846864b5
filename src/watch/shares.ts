/** How the poll groups stand, as one replica sees it. */
export interface Standing {
  readonly me: string;
  /** Replicas that are alive, this one included, in any order. */
  readonly replicas: readonly string[];
  /** Groups that this replica can poll, and those that others hold; whoever owns one may have died since. */
  readonly groups: readonly OwnedGroup[];
  /** Groups that nobody has taken for so long that this replica may exceed its share for them. */
  readonly orphans: ReadonlySet<string>;
  /** Groups that are not handed over: nobody else took them before. */
  readonly kept: ReadonlySet<string>;
}

export interface OwnedGroup {
  readonly key: string;
  /** Null when the group is free. */
  readonly owner: string | null;
}

export interface Plan {
  readonly handOver: readonly string[];
  /** Take any `most` of these. */
  readonly claim: readonly string[];
  readonly most: number;
}

/**
 * What one replica gives up and takes, so that shares differ by one at most. Pure.
 *
 * Every replica plans for itself by the same rule, so that what one gives up is what another may take. Only what exceeds
 * a share moves, and where groups cannot be divided evenly whoever holds one more keeps it: what is balanced stays.
 */
export function planShares({ me, replicas, groups, orphans, kept }: Standing): Plan {
  const mine = groups.filter(({ owner }) => owner === me).map(({ key }) => key);
  const free = groups.filter(({ owner }) => owner === null).map(({ key }) => key);
  const share = shareOf(me, replicas, groups);
  const excess = Math.max(0, mine.length - share);
  const room = Math.max(0, share - mine.length);
  const orphaned = free.filter((key) => orphans.has(key));
  return {
    handOver: excess === 0 ? [] : mine.filter((key) => !kept.has(key)).slice(-excess),
    ...(room > 0 || orphaned.length === 0
      ? { claim: free, most: Math.min(room, free.length) }
      : { claim: orphaned, most: orphaned.length }),
  };
}

function shareOf(me: string, replicas: readonly string[], groups: readonly OwnedGroup[]): number {
  const held = new Map(replicas.map((name) => [name, 0]));
  for (const { owner } of groups) {
    const count = owner === null ? undefined : held.get(owner);
    if (owner !== null && count !== undefined) held.set(owner, count + 1);
  }
  const ranked = [...held].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rank = ranked.findIndex(([name]) => name === me);
  const least = Math.floor(groups.length / replicas.length);
  return least + (rank < groups.length % replicas.length ? 1 : 0);
}
