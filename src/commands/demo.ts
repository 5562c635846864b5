import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { DEMO_STORE, parseConfig, type Config } from '../config.js';
import { createDemoLife, type DemoLife } from '../simulator/demo-life.js';
import type { SimulatedTask } from '../simulator/simulated-service.js';
import { createSimulator } from '../simulator/simulator.js';
import { DEMO_TENANT } from '../simulator/tenants.js';
import type { SourceDefinition } from '../sources/source.js';
import { newKey, sha256, type DemoAccess } from './first-key.js';

export interface Demo {
  readonly config: Config;
  /** Lets tasks appear, and tells the gateway of them. */
  begin(gatewayUrl: string): void;
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly definitions: readonly SourceDefinition[];
  /** Where `data/` is. */
  readonly folder: string;
  readonly port: number;
  /** Left out: no login, on this machine alone. */
  readonly access: DemoAccess | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
}

/** One account on a built-in simulator with life in it; both keep their state in `data/`. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { definitions, folder, port, access, clock, logger, random } = options;
  const services = await Promise.all(definitions.map((definition) => definition.simulate()));
  const stateFile = join(folder, 'data', 'simulator.jsonl');
  const simulator = createSimulator({ services, stateFile, seed: 'demo', clock, logger });
  const { url } = await simulator.listen();
  const [project] = DEMO_TENANT.projects;
  const [key] = DEMO_TENANT.accessKeys;
  if (!project || !key) throw new Error('The demo tenant has no project or no key');
  const ownKey = newKey();
  const names = definitions.map(({ service }) => service);
  const text = JSON.stringify({
    server: { port, introspection: true, graphiql: true, ...access?.server },
    ...(access && { clients: withOwnKey(access.clients, ownKey) }),
    store: { url: DEMO_STORE },
    polling: { discoverSeconds: 3 },
    accounts: [
      {
        name: 'demo',
        region: project.name,
        projectId: project.id,
        auth: key,
        endpoints: Object.fromEntries([...names, 'IAM'].map((service) => [service, url])),
      },
    ],
  });
  const scoped = new Set(definitions.filter((definition) => definition.scoped).map(({ service }) => service));
  let life: DemoLife | undefined;
  return {
    config: parseConfig(text, join(folder, 'demo'), names, {}),
    begin(gatewayUrl) {
      const url = gatewayUrl.replace('//0.0.0.0:', '//127.0.0.1:');
      const gateway = { url, authorization: access && `Bearer ${ownKey}` };
      const announce = (task: SimulatedTask): void => void track(task, scoped, gateway, logger);
      life = createDemoLife({ world: simulator.world, services, projectId: project.id, clock, random, announce });
      life.start();
    },
    async close() {
      life?.stop();
      await simulator.close();
    },
  };
}

/** The demo's own tasks are told to the gateway as anybody would tell it, with a key that lives as long as the process. */
function withOwnKey(clients: DemoAccess['clients'], key: string): DemoAccess['clients'] {
  const own = { name: 'demo', role: 'operator', accounts: ['demo'], keySha256: sha256(key) };
  return { ...clients, apiKeys: [...clients.apiKeys, own] };
}

const TRACK_TASK = 'mutation Track($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }';

/** Has the gateway follow a task as its users would: SFS and APIG list none, and lists bring no tasks that have ended. */
async function track(
  { service, id, fields }: SimulatedTask,
  scoped: ReadonlySet<string>,
  { url, authorization }: { readonly url: string; readonly authorization: string | undefined },
  logger: Logger,
): Promise<void> {
  const { instanceId } = fields;
  const scope = scoped.has(service) && typeof instanceId === 'string' ? { instanceId } : {};
  try {
    await fetch(new URL('/graphql', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({
        query: TRACK_TASK,
        variables: { input: { service, account: 'demo', upstreamId: id, ...scope } },
      }),
    });
  } catch (error) {
    logger.debug({ err: error }, 'a task of the demo was not tracked');
  }
}
