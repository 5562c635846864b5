import type { Row } from './row.js';

export interface About {
  readonly at: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly quick: boolean;
  readonly seconds: number;
}

/** Ratios first: figures of one machine say little about another. */
export function table(rows: readonly Row[], about: About): string {
  const head = `${about.at}  Node ${about.node}  ${about.processor}, ${about.cores} cores  ${about.seconds} s${about.quick ? '  QUICK: not for comparison' : ''}`;
  return `${[head, ...rows.map(block)].join('\n\n')}\n`;
}

export function block(row: Row): string {
  const verdict = row.holds === null ? `VOID: ${row.void ?? ''}` : row.holds ? 'holds' : 'DOES NOT HOLD';
  const ratios = Object.entries(row.ratio).map(([peer, ratio]) => {
    const [low, high] = row.spread[peer] ?? [NaN, NaN];
    return `  ${number(ratio).padStart(8)} × ${peer.padEnd(12)} (${number(low)} to ${number(high)})`;
  });
  const medians = Object.entries(row.median).map(([system, median]) => `${system} ${number(median)}`);
  const also = Object.entries(row.also).map(([name, value]) => `  ${number(value).padStart(8)}   ${name}`);
  const lines = [
    `${row.key.padEnd(16)} ${verdict}`,
    `  goal: ${row.goal}`,
    ...ratios,
    ...(medians.length > 0 ? [`  ${row.unit}, median of ${row.rounds}: ${medians.join(' · ')}`] : []),
    ...also,
  ];
  return lines.join('\n');
}

function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
