import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { createDemoLife } from './demo-life.js';
import { createRandom } from './random.js';
import type { SimulatedService } from './simulated-service.js';
import { createSimulator, type Simulator } from './simulator.js';
import type { Tenant } from './tenants.js';

export interface RunOptions {
  readonly services: readonly SimulatedService[];
  readonly port: number;
  readonly host?: string;
  readonly stateFile: string | null;
  /** `taskgate` by default. */
  readonly seed?: string;
  readonly tenants?: readonly Tenant[];
  /** Whether tasks appear by themselves; a still world by default. */
  readonly life?: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A line for a person. */
  readonly say: (line: string) => void;
}

export interface RunningSimulator {
  readonly url: string;
  readonly simulator: Simulator;
  close(): Promise<void>;
}

/** The simulator alone, as `taskgate simulate` runs it: listens, and says what it accepts. */
export async function runSimulator(options: RunOptions): Promise<RunningSimulator> {
  const { services, clock, say, life = false, seed = 'taskgate', ...rest } = options;
  const simulator = createSimulator({ ...rest, services, clock, seed });
  const { url } = await listen(simulator);
  const projectId = simulator.tenants[0]?.projects[0]?.id ?? '';
  const random = createRandom(`life ${seed}`);
  const demo = createDemoLife({ world: simulator.world, services, projectId, clock, random: () => random.next() });
  if (life) demo.start();
  for (const line of describe(url, options, simulator.tenants)) say(line);
  return {
    url,
    simulator,
    async close() {
      demo.stop();
      await simulator.close();
    },
  };
}

async function listen(simulator: Simulator): Promise<{ readonly url: string }> {
  try {
    return await simulator.listen();
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

function describe(url: string, { services, stateFile }: RunOptions, tenants: readonly Tenant[]): readonly string[] {
  return [
    `The simulator listens on ${url}`,
    `  services  ${['IAM', ...services.map(({ service }) => service)].join(' ')}, all on this port`,
    `  state     ${stateFile ?? 'in memory only'}`,
    `  control   ${url}/__sim/health`,
    ...tenants.flatMap(({ domain, projects, users, accessKeys, tokens }) => [
      `It accepts, for the domain ${domain.name}`,
      ...projects.map(({ id, name }) => `  project   ${id} (${name})`),
      ...accessKeys.map(({ accessKey, secretKey }) => `  AK/SK     ${accessKey} / ${secretKey}`),
      ...users.map(({ name, password }) => `  user      ${name} / ${password}`),
      ...tokens.map((token) => `  token     ${token}`),
    ]),
  ];
}
