import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';
import { sources } from '../../src/sources/registry.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** A gateway in a process of its own, whose upstreams and store outlive it. */
export interface KillableGateway {
  readonly url: string;
  readonly simulator: Simulator;
  kill(): Promise<void>;
  /** Again, on the same store and port. */
  serve(): Promise<void>;
  stop(): Promise<void>;
}

/** `program`: what Node is given before `serve`. */
export async function startKillableGateway(...program: readonly string[]): Promise<KillableGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-kill-'));
  const services = await Promise.all(sources.map((source) => source.simulate()));
  const simulator = createSimulator({ services, stateFile: null, seed: 'k', clock: systemClock, logger: silentLogger });
  const upstream = await simulator.listen();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [project] = DEMO_TENANT.projects;
  const [auth] = DEMO_TENANT.accessKeys;
  const names = [...sources.map(({ service }) => service), 'IAM'];
  const endpoints = Object.fromEntries(names.map((name) => [name, upstream.url]));
  const config = {
    server: { host: '127.0.0.1', port },
    store: { url: 'sqlite:store.db' },
    polling: { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1, discoverSeconds: 0.2 },
    accounts: [{ name: 'demo', region: 'cn-north-4', projectId: project!.id, auth, endpoints }],
  };
  const file = join(folder, 'taskgate.yaml');
  writeFileSync(file, JSON.stringify(config));
  let child: ChildProcess | undefined;

  async function serve(): Promise<void> {
    const started = spawn(process.execPath, [...program, 'serve', '--config', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let said = '';
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (text: Buffer) => (said += String(text)));
    await until(async () => {
      if (started.exitCode !== null) throw new Error(`The gateway did not start: ${said}`);
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      await answer?.body?.cancel();
      return answer?.ok;
    });
  }
  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  await serve();
  return {
    url,
    simulator,
    kill,
    serve,
    async stop() {
      await kill();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
