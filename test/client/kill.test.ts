import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createTaskgate, type TaskUpdate } from '../../src/client/index.js';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';
import { sources } from '../../src/sources/registry.js';
import { freePort } from '../support/free-port.js';

describe('the client, when the gateway is killed', () => {
  let folder: string;
  let simulator: Simulator;
  let port: number;
  let gateway: ChildProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'taskgate-kill-'));
    const services = await Promise.all(sources.map((source) => source.simulate()));
    simulator = createSimulator({ services, stateFile: null, seed: 'k', clock: systemClock, logger: silentLogger });
    const { url } = await simulator.listen();
    port = await freePort();
    const [project] = DEMO_TENANT.projects;
    const [auth] = DEMO_TENANT.accessKeys;
    const endpoints = Object.fromEntries([...sources.map(({ service }) => service), 'IAM'].map((name) => [name, url]));
    const account = { name: 'demo', region: 'cn-north-4', projectId: project!.id, auth, endpoints };
    const config = {
      server: { host: '127.0.0.1', port },
      store: { url: 'sqlite:store.db' },
      polling: { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1, discoverSeconds: 0.2 },
      accounts: [account],
    };
    writeFileSync(join(folder, 'taskgate.yaml'), JSON.stringify(config));
    gateway = await serve();
  });
  afterEach(async () => {
    await kill();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(): Promise<ChildProcess> {
    const flags = ['--import', '@swc-node/register/esm-register', 'src/main.ts', 'serve'];
    const child = spawn(process.execPath, [...flags, '--config', join(folder, 'taskgate.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The gateway did not start: ${said}`);
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok) return child;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function kill(): Promise<void> {
    if (gateway.exitCode !== null || gateway.signalCode !== null) return;
    const exit = once(gateway, 'exit');
    gateway.kill('SIGKILL');
    await exit;
  }

  it('goes on in its iterators, and loses and repeats no change', async () => {
    const taskgate = createTaskgate({
      url: `http://127.0.0.1:${port}/graphql`,
      webSocket: WebSocket,
      backoff: { baseMs: 20, capMs: 200 },
      idleCloseMs: 0,
    });
    try {
      const { data } = await taskgate.query<{ bindLdap: { task: { id: string } } }>(
        'mutation ($input: BindLdapInput!) { bindLdap(input: $input) { task { id } } }',
        { input: { account: 'demo', shareId: 's-1', url: 'ldap://192.168.0.10:389', baseDn: 'dc=example' } },
      );
      const { id } = data!.bindLdap.task;
      const all = taskgate.followTasks({ ids: [id] });
      const listed = (await all.next()).value as { readonly tasks: readonly { readonly seq: number }[] };
      const one = taskgate.followTask(id);
      const first = (await one.next()).value as TaskUpdate;
      expect(first.task.done).toBe(false);

      await kill();
      // It ends while there is no gateway.
      simulator.control.hurryAll();
      gateway = await serve();

      const seqs = [first.task.seq];
      for await (const update of one) {
        expect(update.kind).toBe('changed');
        seqs.push((update as TaskUpdate).task.seq);
      }
      expect(seqs.length).toBeGreaterThan(1);
      expect(seqs).toEqual(seqs.map((_, index) => first.task.seq + index));
      for (let seq = listed.tasks[0]!.seq + 1; seq <= seqs.at(-1)!; seq++) {
        const { value } = await all.next();
        expect(value).toMatchObject({ kind: 'changed', task: { id, seq } });
      }
      expect(taskgate.status.get().state).toBe('live');
      await all.return();
    } finally {
      await taskgate.close();
    }
  });
});
