import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { StoreUnavailableError } from '../../src/store/store.js';
import type { GroupName } from '../../src/store/leases.js';
import { createBullmqWakeUps, type BullmqWakeUpsOptions } from '../../src/watch/bullmq-wake-ups.js';
import type { WakeUps } from '../../src/watch/wake-ups.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';

const usable = findRedis() || process.env['CI'] === 'true';

const GROUPS: readonly GroupName[] = [
  { account: 'prod', service: 'SFS' },
  { account: 'a:b:c:d:e', service: 'ECS' },
];

const PATIENCE_MS = 200_000;

(usable ? describe : describe.skip)('wake-ups on BullMQ, where Redis is installed', () => {
  let redis: RunningRedis;
  const open = new Set<WakeUps>();

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const one of open) await one.close();
    open.clear();
    await redis.flushAll();
  });
  afterAll(() => redis.stop());

  interface Replica {
    readonly wakeUps: WakeUps;
    /** The account and service of each call, oldest first. */
    readonly calls: string[];
  }

  function replica(options: Partial<BullmqWakeUpsOptions> = {}): Replica {
    const wakeUps = createBullmqWakeUps({
      url: redis.url,
      epoch: () => 'epoch',
      clock: systemClock,
      logger: silentLogger,
      ...options,
    });
    open.add(wakeUps);
    const calls: string[] = [];
    wakeUps.run(({ account, service }) => {
      calls.push(`${account} ${service}`);
      return Promise.resolve();
    });
    return { wakeUps, calls };
  }

  /** Resolves when these replicas together have been called so often from now on. */
  async function called(times: number, ...replicas: readonly Replica[]): Promise<void> {
    const count = (): number => replicas.reduce((sum, { calls }) => sum + calls.length, 0);
    const enough = count() + times;
    const deadline = Date.now() + PATIENCE_MS;
    while (count() < enough) {
      if (Date.now() > deadline) throw new Error(`Called ${count()} times, not ${enough}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('each group is called again and again, in one replica of the store or another', async () => {
    const [one, other, foreign] = [replica(), replica(), replica({ epoch: () => 'another' })];
    one.wakeUps.schedule(GROUPS);
    other.wakeUps.schedule(GROUPS);
    await called(4, one, other);
    expect(new Set([...one.calls, ...other.calls])).toEqual(new Set(['prod SFS', 'a:b:c:d:e ECS']));
    expect(foreign.calls).toEqual([]);
  });

  test('a group that is scheduled by one replica is called by whoever is there', async () => {
    const [one, other] = [replica(), replica()];
    one.wakeUps.schedule(GROUPS);
    await called(1, one, other);
    await one.wakeUps.close();
    await called(2, other);
  });

  test('after a FLUSHALL, and after Redis came back empty, groups are called again', async () => {
    const one = replica();
    one.wakeUps.schedule(GROUPS);
    await called(1, one);
    await redis.flushAll();
    await called(2, one);
    await redis.kill();
    await redis.start();
    await called(2, one);
  });

  test('a schedule that a clock ten minutes ahead has put off is put right', async () => {
    const { now } = Date;
    try {
      Date.now = () => now() + 600_000;
      const ahead = replica();
      ahead.wakeUps.schedule(GROUPS);
      await called(3, ahead);
      await ahead.wakeUps.close();
    } finally {
      Date.now = now;
    }
    const one = replica();
    one.wakeUps.schedule(GROUPS);
    await called(2, one);
  });

  test('Redis may be away at first, and the name of the store unknown', async () => {
    await redis.kill();
    let known = false;
    const one = replica({
      epoch() {
        if (!known) throw new StoreUnavailableError('not yet');
        return 'epoch';
      },
    });
    one.wakeUps.schedule(GROUPS);
    await redis.start();
    known = true;
    await called(2, one);
  });

  test('closing waits for nothing while Redis is dead, frozen, or was never there', async () => {
    const [one, frozen] = [replica(), replica()];
    one.wakeUps.schedule(GROUPS);
    frozen.wakeUps.schedule(GROUPS);
    await called(1, one, frozen);
    redis.freeze();
    await frozen.wakeUps.close();
    redis.thaw();
    await redis.kill();
    const late = replica();
    late.wakeUps.schedule(GROUPS);
    await Promise.all([one.wakeUps.close(), late.wakeUps.close()]);
    late.wakeUps.schedule(GROUPS);
    await late.wakeUps.close();
    await redis.start();
  });
});
