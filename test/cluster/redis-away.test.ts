import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { findPostgres, startPostgres, type RunningPostgres } from '../support/start-postgres.js';
import { findRedis, startRedis, type RunningRedis } from '../support/start-redis.js';

const usable = (findPostgres() !== undefined && findRedis()) || process.env['CI'] === 'true';

(usable ? describe : describe.skip)('A replica, where PostgreSQL and Redis are installed', () => {
  let postgres: RunningPostgres;
  let redis: RunningRedis;
  let gateway: RunningGateway | undefined;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  });
  afterEach(() => gateway?.stop());
  afterAll(async () => {
    postgres.stop();
    await redis.stop();
  });

  async function start(): Promise<RunningGateway> {
    const store = { url: await postgres.createDatabase() };
    gateway = await startGateway({ config: { store, cluster: { redis: redis.url } } });
    return gateway;
  }

  async function readiness(): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${gateway!.url}/readyz`);
    return { status: response.status, body: await response.json() };
  }

  async function untilStatus(wanted: string): Promise<Awaited<ReturnType<typeof readiness>>> {
    for (;;) {
      const answer = await readiness();
      if ((answer.body as { status: string }).status === wanted) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('starts without Redis, serves, says that it is degraded, and is well once Redis is there', async () => {
    await redis.kill();
    await start();
    const { status, body } = await untilStatus('degraded');
    expect(status).toBe(200);
    expect(Object.keys((body as { reasons: object }).reasons)).toEqual(['redis']);
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
    expect(await gateway!.query('{ tasks(first: 1) { totalCount } }')).toMatchObject({ status: 200 });
    await redis.start();
    expect((await untilStatus('ok')).status).toBe(200);
  });

  test('starts tasks and reads them while Redis is dead', async () => {
    await start();
    await untilStatus('ok');
    await redis.kill();
    await untilStatus('degraded');
    const { data } = await gateway!.query(
      'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } userErrors { __typename } } }',
      { input: { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
    );
    expect(data).toMatchObject({ bindLdap: { task: { id: expect.any(String) as string } } });
    await redis.start();
    await untilStatus('ok');
  });
});
