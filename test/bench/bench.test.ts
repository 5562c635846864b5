import { QUICK, unfit, withBench, type Bench } from './bench.js';
import { killChildren } from './child.js';
import { BUILT_MAIN, SOURCE_MAIN } from './gateway.js';
import { makeRow, voidRow } from './row.js';
import { queryList } from './scenarios/list.js';
import { queryCold, queryHot } from './scenarios/query.js';
import { table } from './table.js';

const TINY = { ...QUICK, rounds: 1, roundMs: 100, warmUpMs: 100, connections: 4, coldTasks: 50, hotTasks: 20 };
const options = { scale: TINY, core: undefined, main: SOURCE_MAIN, peers: ['bare'], say: () => undefined };

const onLinux = unfit() === undefined ? it : it.skip;

describe('the bench', () => {
  afterEach(killChildren);

  onLinux.each([
    ['query.cold', queryCold],
    ['query.hot', queryHot],
  ] as const)('%s says the same of gateway and peer, and what one is to the other', async (key, run) => {
    const row = await withBench(options, (bench: Bench) => run(bench));
    expect(row).toMatchObject({ key, rounds: 1, unit: 'requests per second of one core' });
    expect(Object.keys(row.median).sort()).toEqual(['bare', 'gateway']);
    const { gateway, bare } = row.median;
    if (row.holds !== null) expect(row.ratio['bare']).toBeCloseTo(gateway! / bare!, 6);
  });

  onLinux('query.list says the same of the gateway and of Apollo Server on its resolvers', async () => {
    const scale = { ...TINY, listRows: [60, 120, 180] } as const;
    const row = await withBench({ ...options, main: BUILT_MAIN, scale }, (bench: Bench) => queryList(bench));
    expect(row).toMatchObject({ key: 'query.list', rounds: 1, unit: 'pages of 50 per second of one core' });
    expect(Object.keys(row.median).sort()).toEqual(['apollo', 'gateway']);
  });

  it('takes ratios within rounds, and leaves out those that do not count', () => {
    const row = makeRow({
      key: 'k',
      unit: 'u',
      goal: 'g',
      rounds: {
        gateway: [{ value: 10 }, { value: 40 }, { value: 90 }],
        peer: [{ value: 10 }, { value: 20 }, { value: 9, void: 'saturated' }],
      },
      holds: ({ ratio }) => ratio['peer'] === 1.5,
    });
    expect(row).toMatchObject({ ratio: { peer: 1.5 }, spread: { peer: [1, 2] }, rounds: 3, holds: true });
  });

  it('makes a row void when most rounds do not count', () => {
    const rounds = { gateway: [{ value: 10 }], peer: [{ value: 10, void: 'saturated' }] };
    const row = makeRow({ key: 'k', unit: 'u', goal: 'g', rounds, holds: () => true });
    expect(row).toMatchObject({ holds: null, void: 'peer: saturated' });
  });

  it('prints a row that could not be measured as such', () => {
    const about = { at: '', node: '', processor: '', cores: 2, quick: false, seconds: 1 };
    expect(table([voidRow('k', 'g', 'needs two cores')], about)).toContain('VOID: needs two cores');
  });
});
