import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';

const CANARY = 'canary-7f3a9';

/** What an upstream might say beside what it has documented; each under a key that names a secret. */
const SECRETS = {
  password: CANARY,
  link_token: CANARY,
  auth: { type: 'password', key: CANARY },
  accessToken: CANARY,
  secret_key: CANARY,
};

describe('a secret in an answer that is otherwise good', () => {
  let gateway: RunningGateway;
  beforeEach(async () => {
    gateway = await startGateway({
      config: { polling: { youngSeconds: 0.1, unwatchedSeconds: 0.1, discoverSeconds: 0 } },
    });
  });
  afterEach(() => gateway.stop());

  const found = (): string[] =>
    readdirSync(gateway.folder).filter((file) => readFileSync(join(gateway.folder, file)).includes(CANARY));

  it.each([
    ['SFS', { status: 'success', job_type: 'bind_ldap' }, 'job_id'],
    ['BCS', { status: 'Success', type: 'CreateInstance', progress: 100 }, 'id'],
    ['ECS', { task_status: 'SUCCESS_RESET', server_id: 's' }, 'task_id'],
  ])('of %s is neither stored nor shown', async (service, answer, idKey) => {
    const [job] = gateway.simulator.control.createTasks({ service, runMs: 3_600_000 });
    const body = { ...answer, [idKey]: job!.id, ...SECRETS };
    gateway.simulator.control.addFault({ match: { service }, effect: { kind: 'status', status: 200, body } });
    const input = { service, account: 'demo', upstreamId: job!.id };
    const { data } = await gateway.query(
      'mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { status raw } userErrors { message } } }',
      { input },
    );
    expect(data).toMatchObject({ trackTask: { task: { status: 'SUCCEEDED' } } });
    expect(JSON.stringify(data)).not.toContain(CANARY);
    expect(found()).toEqual([]);
  });
});
