import type { FastifyInstance } from 'fastify';

/** One thing that the gateway needs to be ready; says what is wrong, or nothing. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<string | undefined>;
}

export interface HealthOptions {
  readonly checks: readonly HealthCheck[];
  readonly draining: () => boolean;
}

/**
 * `/livez`: the process answers. `/readyz`: it should be sent requests; says what is missing. Both are open, and what they
 * say holds no name of a host, a file or an account.
 */
export function registerHealth(app: FastifyInstance, { checks, draining }: HealthOptions): void {
  app.get('/livez', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const results = await Promise.all(checks.map(async (check) => [check.name, await problemOf(check)] as const));
    const reasons = Object.fromEntries(results.filter(([, problem]) => problem !== undefined));
    if (draining()) reasons['shutdown'] = 'the gateway is going away';
    const ready = Object.keys(reasons).length === 0;
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ok' : 'unavailable', reasons });
  });
}

async function problemOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return await check.check();
  } catch {
    return 'does not answer';
  }
}
