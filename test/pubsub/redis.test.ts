import { systemClock, type Clock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import type { PubSub } from '../../src/pubsub/pubsub.js';
import { createRedisPubSub } from '../../src/pubsub/redis.js';
import { ManualClock } from '../support/manual-clock.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';
import { describePubSub, listen } from './contract.js';
import { until } from '../support/until.js';

const usable = findRedis() || process.env['CI'] === 'true';

(usable ? describe : describe.skip)('Redis, where it is installed', () => {
  let redis: RunningRedis;
  const opened: PubSub[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pubsub) => pubsub.close()));
  });

  function create(clock: Clock = systemClock, metrics = createMetrics()): PubSub {
    const pubsub = createRedisPubSub({ url: redis.url, clock, logger: silentLogger, metrics });
    opened.push(pubsub);
    return pubsub;
  }

  async function open(clock?: Clock): Promise<PubSub> {
    const pubsub = create(clock);
    await until(() => pubsub.connected());
    return pubsub;
  }

  describePubSub('Redis', open);

  test('the way of a hint is measured to Redis and back, once a hint', async () => {
    const metrics = createMetrics();
    const pubsub = create(systemClock, metrics);
    await until(() => pubsub.connected());
    const count = async (): Promise<number | undefined> =>
      (await metrics.busLatency.get()).values.find(({ metricName }) => metricName?.endsWith('_count'))?.value;
    pubsub.publish('nobody listens');
    await listen(pubsub, 'prod');
    expect(await count()).toBe(0);
    pubsub.publish('prod');
    await until(async () => (await count()) === 1);
  });

  test('a hint reaches the listeners of other replicas, and each of them once', async () => {
    const [here, there] = [await open(), await open()];
    const [mine, theirs] = [await listen(here, 'prod'), await listen(there, 'prod')];
    here.publish('prod');
    await theirs.heard(1);
    there.publish('prod');
    await mine.heard(2);
    await theirs.heard(2);
    expect([mine.hints(), theirs.hints()]).toEqual([2, 2]);
  });

  test.each(['half \ud800 a pair', 'new\r\nline', '账户', '', '{shard}', '"quoted\\'])(
    'the account %j has a topic of its own on every replica',
    async (topic) => {
      const [here, there] = [await open(), await open()];
      const [other, theirs] = [await listen(there, `${topic}?`), await listen(there, topic)];
      here.publish(topic);
      await theirs.heard(1);
      expect(other.hints()).toBe(0);
    },
  );

  test('a burst on one topic is one hint at once and one behind it', async () => {
    const clock = new ManualClock();
    const [here, there] = [await open(clock), await open()];
    const theirs = await listen(there, 'prod');
    const before = await redis.calls('publish');
    for (let count = 0; count < 1_000; count++) here.publish('prod');
    await theirs.heard(1);
    await clock.advance(5);
    await theirs.heard(2);
    await clock.advance(5);
    here.publish('prod');
    await theirs.heard(3);
    expect((await redis.calls('publish')) - before).toBe(3);
  });

  test('a channel is subscribed to once, and left with its last listener', async () => {
    const pubsub = await open();
    const before = await redis.calls('unsubscribe');
    const [first, second] = [await listen(pubsub, 'prod'), await listen(pubsub, 'prod')];
    await first.release();
    expect(await redis.calls('unsubscribe')).toBe(before);
    await second.release();
    expect(await redis.calls('unsubscribe')).toBe(before + 1);
  });

  test('while Redis is dead its own listeners are told, nothing throws, and nothing is saved up', async () => {
    const pubsub = await open();
    const mine = await listen(pubsub, 'prod');
    await redis.kill();
    await until(() => !pubsub.connected());
    for (let count = 0; count < 5_000; count++) pubsub.publish('prod');
    expect(mine.hints()).toBe(5_000);
    await redis.start();
    await until(() => pubsub.connected());
    expect(await redis.calls('publish')).toBe(0);
  });

  test('when Redis is back, subscriptions are too, also those made meanwhile, and each is told once', async () => {
    const [here, there] = [await open(), await open()];
    const old = await listen(there, 'prod');
    await redis.kill();
    await until(() => !there.connected() && !here.connected());
    const late = await listen(there, 'test');
    await redis.start();
    await Promise.all([old.heard(1), late.heard(1)]);
    await until(() => there.connected() && here.connected());
    here.publish('prod');
    here.publish('test');
    await Promise.all([old.heard(2), late.heard(2)]);
  });

  test('a pubsub made while Redis is dead begins when it is there', async () => {
    await redis.kill();
    const pubsub = create();
    const mine = await listen(pubsub, 'prod');
    expect(pubsub.connected()).toBe(false);
    pubsub.publish('prod');
    expect(mine.hints()).toBe(1);
    await redis.start();
    await mine.heard(2);
    await until(() => pubsub.connected());
  });

  test('a Redis that does not answer any more counts as away, until it does', async () => {
    const clock = new ManualClock();
    const pubsub = await open(clock);
    const mine = await listen(pubsub, 'prod');
    redis.freeze();
    await clock.advance(5_000);
    await until(() => !pubsub.connected());
    expect(() => pubsub.publish('prod')).not.toThrow();
    redis.thaw();
    await mine.heard(2);
    await until(() => pubsub.connected());
  });

  test('closing while Redis is dead ends at once and leaves no timer', async () => {
    const clock = new ManualClock();
    const pubsub = await open(clock);
    pubsub.publish('prod');
    await redis.kill();
    await until(() => !pubsub.connected());
    await pubsub.close();
    expect(clock.pendingTimers).toBe(0);
    await redis.start();
  });
});
