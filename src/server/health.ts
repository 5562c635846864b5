import type { FastifyInstance } from 'fastify';
import { delay, type Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';

/** One thing that the gateway stands on; says what is wrong, or nothing. */
export interface HealthCheck {
  readonly name: string;
  /**
   * `required` (default): without it the gateway is not ready. `degraded`: it serves on, worse; it stays ready and says
   * why it is not well.
   */
  readonly weight?: 'required' | 'degraded';
  check(): Promise<string | undefined>;
}

export interface Health {
  /** Runs every check; one that does not answer in time has failed. */
  look(): Promise<readonly CheckResult[]>;
}

export interface CheckResult {
  readonly name: string;
  readonly weight: 'required' | 'degraded';
  readonly problem: string | undefined;
}

/** Probes ask every few seconds, and give up soon. */
const LONGEST_CHECK_MS = 2_000;

export function createHealth(parts: {
  readonly checks: readonly HealthCheck[];
  readonly clock: Clock;
  readonly logger: Logger;
}): Health {
  const { checks, clock, logger } = parts;
  const failing = new Set<string>();

  /** One line when a check begins to fail, and one when it passes again, however often it is asked. */
  function tell(name: string, problem: string | undefined): void {
    if (problem !== undefined && !failing.has(name)) {
      failing.add(name);
      logger.error({ check: name, problem }, 'a health check fails');
    } else if (problem === undefined && failing.delete(name)) {
      logger.info({ check: name }, 'a health check passes again');
    }
  }

  return {
    look: () =>
      Promise.all(
        checks.map(async (each) => {
          const problem = await problemOf(each, clock);
          tell(each.name, problem);
          return { name: each.name, weight: each.weight ?? 'required', problem };
        }),
      ),
  };
}

/**
 * `/livez`: the process answers. `/readyz`: it should be sent requests; says what is missing. Both are open, and what they
 * say holds no name of a host, a file or an account.
 */
export function registerHealth(
  app: FastifyInstance,
  { health, draining }: { readonly health: Health; readonly draining: () => boolean },
): void {
  app.get('/livez', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const problems = (await health.look()).filter(({ problem }) => problem !== undefined);
    const reasons = Object.fromEntries(problems.map(({ name, problem }) => [name, problem]));
    if (draining()) reasons['shutdown'] = 'the gateway is going away';
    const ready = !draining() && problems.every(({ weight }) => weight === 'degraded');
    const well = Object.keys(reasons).length === 0;
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: well ? 'ok' : ready ? 'degraded' : 'unavailable', reasons });
  });
}

async function problemOf(check: HealthCheck, clock: Clock): Promise<string | undefined> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      check.check(),
      delay(clock, LONGEST_CHECK_MS, patience.signal).then(() => 'does not answer'),
    ]);
  } catch {
    return 'does not answer';
  } finally {
    patience.abort();
  }
}
