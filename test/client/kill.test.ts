import WebSocket from 'ws';
import { createTaskgate, type TaskUpdate } from '../../src/client/index.js';
import { startKillableGateway, type KillableGateway } from '../support/killable-gateway.js';

describe('the client, when the gateway is killed', () => {
  let gateway: KillableGateway;

  beforeEach(async () => {
    gateway = await startKillableGateway('--import', '@swc-node/register/esm-register', 'src/main.ts');
  });
  afterEach(() => gateway.stop());

  it('goes on in its iterators, and loses and repeats no change', async () => {
    const taskgate = createTaskgate({
      url: `${gateway.url}/graphql`,
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

      await gateway.kill();
      // It ends while there is no gateway.
      gateway.simulator.control.hurryAll();
      await gateway.serve();

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
