import type { Redis } from 'ioredis';
import { silentLogger } from '../../src/base/logger.js';
import { closeRedis, connectRedis } from '../../src/base/redis.js';
import type { Principal } from '../../src/graphql/principal.js';
import { createAdmission, type Admission } from '../../src/server/admission.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';
import { until } from '../support/until.js';

const usable = findRedis() || process.env['CI'] === 'true';

(usable ? describe : describe.skip)('Limits of principals over replicas, where Redis is installed', () => {
  let redis: RunningRedis;
  let connections: Redis[];
  let replicas: Admission[];
  beforeEach(async () => {
    redis = await startRedis();
    connections = [1, 2].map(() => connectRedis({ url: redis.url, logger: silentLogger }));
    await until(() => connections.every(({ status }) => status === 'ready'));
    replicas = connections.map((connection) =>
      createAdmission({
        requestsPerSecond: 6,
        costPerSecond: 100,
        mostInFlight: 100,
        shuttingDown: () => false,
        counted: () => true,
        redis: connection,
      }),
    );
  });
  afterEach(async () => {
    await Promise.all(connections.map(closeRedis));
    await redis.stop();
  });

  async function admitted(who: string, requests: number): Promise<number> {
    const asked = Array.from({ length: requests }, (_, n) => replicas[n % 2]!.admit(principal(who)));
    return (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled').length;
  }

  test('requests count together, each principal by itself', async () => {
    const [one, other] = await Promise.all([admitted('one', 20), admitted('other', 4)]);
    expect([one, other]).toEqual([6, 4]);
  });

  test('cost counts together, and a refusal says when to come again', async () => {
    const [here, there] = replicas;
    await here!.charge(principal('one'), 60);
    const refusal = await there!.charge(principal('one'), 60).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect((refusal as { extensions: { retryAfterMs: number } }).extensions.retryAfterMs).toBeGreaterThan(0);
  });

  test('while Redis is dead each replica counts by itself, and nobody is kept waiting', async () => {
    await redis.kill();
    await until(() => connections.every(({ status }) => status !== 'ready'));
    expect(await admitted('one', 40)).toBe(12);
  });
});

function principal(name: string): Principal {
  return { name, role: 'READER', accounts: null, expiresAt: null, stillValid: () => true };
}
