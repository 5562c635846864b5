/** One line of the table. */
export interface Row {
  readonly key: string;
  /** Gateway to peer, per peer: the median over the rounds, each a ratio of its own. */
  readonly ratio: Readonly<Record<string, number>>;
  /** Lowest and highest ratio of the rounds. */
  readonly spread: Readonly<Record<string, readonly [number, number]>>;
  /** Per system. */
  readonly median: Readonly<Record<string, number>>;
  readonly unit: string;
  readonly rounds: number;
  readonly goal: string;
  /** Null when the row is void. */
  readonly holds: boolean | null;
  /** Further figures of the same run, by name. */
  readonly also: Readonly<Record<string, number>>;
  /** Why the row says nothing; the figures are then those of no valid run. */
  readonly void?: string;
}

/** What one system did in one round. */
export interface Measured {
  readonly value: number;
  /** Why it does not count. */
  readonly void?: string | undefined;
}

export type Rounds = Readonly<Record<string, readonly Measured[]>>;

export interface RowParts {
  readonly key: string;
  readonly unit: string;
  readonly goal: string;
  /** Each system's measurements, round by round. The gateway is called `gateway`. */
  readonly rounds: Rounds;
  readonly also?: Readonly<Record<string, number>>;
  readonly holds: (figures: Pick<Row, 'ratio' | 'median' | 'also'>) => boolean;
}

export const GATEWAY = 'gateway';
/** Fewer valid rounds than half of them make no row. */
const LEAST_VALID = 0.5;

/** Ratios are taken within a round, where the machine was the same for all, and only then summed up. */
export function makeRow({ key, unit, goal, rounds, also = {}, holds }: RowParts): Row {
  const own = rounds[GATEWAY] ?? [];
  const peers = Object.keys(rounds).filter((name) => name !== GATEWAY);
  const pairs = peers.map((name): [string, readonly number[]] => {
    const other = rounds[name] ?? [];
    const ratios = own.flatMap(({ value, void: reason }, index) => {
      const peer = other[index];
      return !peer || reason !== undefined || peer.void !== undefined ? [] : [value / peer.value];
    });
    return [name, ratios];
  });
  const median = fromEntries(Object.entries(rounds).map(([name, all]) => [name, medianOf(valid(all))]));
  const ratio = fromEntries(pairs.map(([name, ratios]) => [name, medianOf(ratios)]));
  const spread = fromEntries(
    pairs.map(([name, ratios]) => [name, [Math.min(...ratios), Math.max(...ratios)] as const]),
  );
  const figures = { key, unit, goal, rounds: own.length, ratio, spread, median, also };
  const reason = voidReason(rounds, own.length, pairs);
  return reason === undefined ? { ...figures, holds: holds(figures) } : { ...figures, holds: null, void: reason };
}

export function voidRow(key: string, goal: string, reason: string): Row {
  return { key, ratio: {}, spread: {}, median: {}, unit: '', rounds: 0, goal, holds: null, also: {}, void: reason };
}

function voidReason(rounds: Rounds, count: number, pairs: readonly (readonly [string, readonly number[]])[]) {
  const enough = (values: readonly number[]): boolean => values.length >= Math.max(1, count * LEAST_VALID);
  const paired = pairs.every(([, ratios]) => enough(ratios));
  if (paired && enough(valid(rounds[GATEWAY] ?? []))) return undefined;
  const reasons = Object.entries(rounds).flatMap(([name, all]) =>
    all.flatMap((each) => (each.void === undefined ? [] : [`${name}: ${each.void}`])),
  );
  return [...new Set(reasons)].join('; ') || 'nothing was measured';
}

function valid(all: readonly Measured[]): readonly number[] {
  return all.filter((each) => each.void === undefined).map(({ value }) => value);
}

export function medianOf(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function percentileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

function fromEntries<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}
