import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startChild, type Child } from './child.js';
import { ACCOUNT, PROJECT_ID, REGION, STORE_FILE } from './tasks.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROBE = new URL('./peers/probe.mjs', import.meta.url).href;

export interface GatewayOptions {
  /** Its own; the store lies in it. */
  readonly folder: string;
  readonly core: number | undefined;
  readonly upstreamUrl: string;
  readonly accounts?: readonly string[];
  readonly services?: readonly string[];
  /** Laid over intervals so long that nothing is polled. */
  readonly polling?: Record<string, number>;
  /** The built server, or its sources. */
  readonly main: string;
  readonly probe?: boolean;
}

/** Never in the time of a bench. */
const NEVER_SECONDS = 86_400 * 30;

/** The gateway as it is shipped, by its own command and configuration file. */
export async function startGateway(options: GatewayOptions): Promise<Child> {
  const { folder, core, upstreamUrl, main, accounts = [ACCOUNT], services = SERVICES, polling = {}, probe } = options;
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'taskgate.yaml');
  const endpoints = Object.fromEntries([...services, 'IAM'].map((service) => [service, upstreamUrl]));
  const text = {
    server: { port: 0, introspection: true },
    store: { url: `sqlite:${STORE_FILE}` },
    polling: {
      youngSeconds: NEVER_SECONDS,
      watchedSeconds: NEVER_SECONDS,
      unwatchedSeconds: NEVER_SECONDS,
      discoverSeconds: 0,
      requestsPerSecond: 100_000,
      ...polling,
    },
    accounts: accounts.map((name) => ({
      name,
      region: REGION,
      projectId: PROJECT_ID,
      auth: { token: 'bench' },
      services,
      endpoints,
    })),
  };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(text));
  const loader = main.endsWith('.ts') ? ['--import', SOURCE_LOADER] : [];
  const probing = probe ? ['--expose-gc', '--import', PROBE] : [];
  const args = ['--enable-source-maps', ...loader, ...probing, main, 'serve', '--config', config];
  return startChild({ args, core, cwd: ROOT, says: 'log' });
}

const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'];
const SOURCE_LOADER = pathToFileURL(join(ROOT, 'node_modules/@swc-node/register/esm/esm-register.mjs')).href;

export const BUILT_MAIN = join(ROOT, 'dist/main.js');
export const SOURCE_MAIN = join(ROOT, 'src/main.ts');
