import type { Redis } from 'ioredis';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { closeRedis, connectRedis } from '../../src/base/redis.js';
import { createLocalBudget, type Budget } from '../../src/upstream/budget.js';
import { createRedisBudget } from '../../src/upstream/redis-budget.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';
import { createTaker, describeBudget, lastAtMs } from './budget-contract.js';
import { until } from '../support/until.js';

const usable = findRedis() || process.env['CI'] === 'true';

describeBudget('a budget of one process, by the real clock', ({ requestsPerSecond = 25 }) =>
  Promise.resolve(createLocalBudget({ requestsPerSecond, clock: systemClock })),
);

(usable ? describe : describe.skip)('Redis, where it is installed', () => {
  let redis: RunningRedis;
  const connections: Redis[] = [];
  let services = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  afterEach(async () => {
    await Promise.all(connections.splice(0).map(closeRedis));
  });

  async function connect(): Promise<Redis> {
    const connection = connectRedis({ url: redis.url, logger: silentLogger });
    connections.push(connection);
    await until(() => connection.status === 'ready');
    return connection;
  }

  interface Wanted {
    readonly service?: string;
    readonly requestsPerSecond?: number;
    readonly clock?: Clock;
    readonly replicas?: number;
  }

  async function open(wanted: Wanted = {}): Promise<Budget> {
    const { service = `S${(services += 1)}`, requestsPerSecond = 25, clock = systemClock, replicas = 3 } = wanted;
    const connection = await connect();
    return createRedisBudget({
      account: 'prod',
      service,
      requestsPerSecond,
      redis: connection,
      clock,
      replicas: () => replicas,
    });
  }

  describeBudget('a budget of many processes', open);

  test('three replicas together send no more than one may', async () => {
    const budgets = await Promise.all([1, 2, 3].map(() => open({ service: 'ECS', requestsPerSecond: 100 })));
    const taker = createTaker();
    const wishes = Array.from({ length: 90 }, (_, n) => ({
      priority: n % 2 ? ('request' as const) : ('poll' as const),
    }));
    await Promise.all(wishes.map((wish, n) => taker.take(budgets[n % 3]!, `${n}`, wish)));
    // 20 ms may be made up for.
    expect(lastAtMs(taker.grants)).toBeGreaterThan(890 - 25);
  });

  test('requests of one replica go before polls of another', async () => {
    const wanted = { service: 'KPS', requestsPerSecond: 4 };
    const [polling, asked] = [await open(wanted), await open(wanted)];
    const taker = createTaker();
    const polls = Array.from({ length: 5 }, (_, n) => taker.take(polling, `poll ${n}`));
    await polls[0];
    const before = taker.grants.length;
    await Promise.all([1, 2, 3, 4].map((n) => taker.take(asked, `request ${n}`, { priority: 'request' })));
    const between = taker.names().slice(before);
    // At most the poll that was under way.
    expect(between.filter((name) => name.startsWith('poll')).length).toBeLessThanOrEqual(1);
    await Promise.all(polls);
  });

  test('a replica whose clock is ten minutes ahead takes its turn like any other', async () => {
    const ahead: Clock = { ...systemClock, now: () => systemClock.now() + 600_000 };
    const [here, there] = [await open({ service: 'APIG' }), await open({ service: 'APIG', clock: ahead })];
    const taker = createTaker();
    await Promise.all(Array.from({ length: 12 }, (_, n) => taker.take(n % 2 ? here : there, `${n}`)));
    expect(lastAtMs(taker.grants)).toBeGreaterThan(11 * 40 - 15);
  });

  test('other accounts and services have budgets of their own', async () => {
    const [one, other] = [await open({ requestsPerSecond: 0.1 }), await open({ requestsPerSecond: 0.1 })];
    const taker = createTaker();
    await Promise.all([taker.take(one, 'one'), taker.take(other, 'other')]);
    expect(taker.grants.every(({ result }) => result === 'granted')).toBe(true);
  });

  test('after FLUSHALL it goes on', async () => {
    const budget = await open();
    const taker = createTaker();
    await taker.take(budget, 'before');
    await redis.flushAll();
    await taker.take(budget, 'behind');
    expect(taker.names()).toEqual(['before', 'behind']);
  });

  test('while Redis is dead each replica keeps to its share, and shares again when it is back', async () => {
    const budgets = await Promise.all([1, 2, 3].map(() => open({ service: 'SFS', requestsPerSecond: 50 })));
    await redis.kill();
    await until(() => connections.every(({ status }) => status !== 'ready'));
    const taker = createTaker();
    await Promise.all(Array.from({ length: 12 }, (_, n) => taker.take(budgets[n % 3]!, `${n}`)));
    // Four each, 60 ms apart.
    expect(lastAtMs(taker.grants)).toBeGreaterThan(3 * 60 - 15);
    await redis.start();
    await until(() => connections.every(({ status }) => status === 'ready'));
    const again = createTaker();
    await Promise.all(Array.from({ length: 12 }, (_, n) => again.take(budgets[n % 3]!, `${n}`)));
    expect(lastAtMs(again.grants)).toBeGreaterThan(11 * 20 - 15);
  });
});
