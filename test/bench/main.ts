import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { FULL, installPeers, pinLoad, QUICK, SYSTEM_CORE, unfit, versionsOfPeers, withBench } from './bench.js';
import { killChildren } from './child.js';
import { BUILT_MAIN } from './gateway.js';
import { voidRow, type Row } from './row.js';
import { SCENARIOS } from './scenarios.js';
import { block, table } from './table.js';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    peers: { type: 'string' },
    gateway: { type: 'string', default: BUILT_MAIN },
    other: { type: 'string' },
  },
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const only = values.only?.split(',');
const unknown = (only ?? []).filter((key) => !SCENARIOS.some((scenario) => scenario.key === key));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}; there are ${SCENARIOS.map(({ key }) => key).join(', ')}`);

const scale = values.quick ? QUICK : FULL;
const began = performance.now();
const obstacle = unfit();
if (obstacle === undefined) {
  installPeers(say);
  pinLoad();
}

/** What hangs is void, and keeps nobody from the other rows. */
const PATIENCE_MS = 360_000;

function outOfTime(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('did not come to an end')), PATIENCE_MS).unref();
  });
}

const rows: Row[] = [];
await withBench(
  {
    scale: values.rounds === undefined ? scale : { ...scale, rounds: Number(values.rounds) },
    core: SYSTEM_CORE,
    main: values.gateway,
    other: values.other,
    peers: values.peers?.split(','),
    say,
  },
  async (bench) => {
    for (const { key, goal, run } of SCENARIOS) {
      if (only && !only.includes(key)) continue;
      const begin = performance.now();
      say(`${key} …`);
      const measured = obstacle === undefined ? run(bench) : Promise.reject(new Error(obstacle));
      const row = await Promise.race([measured, outOfTime()]).catch((error: unknown) =>
        voidRow(key, goal, error instanceof Error ? error.message : 'failed'),
      );
      killChildren();
      rows.push(row);
      say(`${block(row)}\n${key} took ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    }
  },
);

const about = {
  at: new Date().toISOString(),
  node: process.version,
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  peers: versionsOfPeers(),
  quick: values.quick,
  seconds: Math.round((performance.now() - began) / 1000),
};
process.stdout.write(
  values.json
    ? `${JSON.stringify({ about, ...Object.fromEntries(rows.map(({ key, ...row }) => [key, row])) }, null, 2)}\n`
    : table(rows, about),
);
