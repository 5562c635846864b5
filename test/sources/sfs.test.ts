import type { JsonObject } from '../../src/base/json.js';
import { sfs } from '../../src/sources/sfs/index.js';
import type { SourceConnection, Started, StartInput, TaskSource } from '../../src/sources/source.js';
import type { World } from '../../src/simulator/simulated-service.js';
import type { Reading } from '../../src/task/reading.js';
import { formatTaskId, type TaskIdentity } from '../../src/task/task-id.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import {
  createConnection,
  createDirectClient,
  createTestWorld,
  PROJECT_ID,
  type DirectClient,
} from '../support/direct-client.js';
import { ManualClock } from '../support/manual-clock.js';
import { vendorFixture } from './vendor-fixtures/fixture.js';

const SHARE = '3b9c2a60-0f6b-4cb0-9c26-2a5b8f0d7a11';
const LDAP_PATH = `/v1/${PROJECT_ID}/sfs-turbo/shares/${SHARE}/fs/ldap`;
const BIND = { account: 'team-a', shareId: SHARE, url: 'ldap://192.168.0.7:389', baseDn: 'dc=example,dc=com' };

let clock: ManualClock;
let world: World;
let client: DirectClient;
let connection: SourceConnection;
let source: TaskSource;

beforeEach(async () => {
  clock = new ManualClock();
  world = createTestWorld(clock);
  client = createDirectClient(await sfs.simulate(), world);
  connection = createConnection(client, clock);
  source = sfs.create(connection);
});

const startNamed = (name: string) => sfs.starts.find((start) => start.name === name)!;
const identityOf = (upstreamId: string): TaskIdentity => ({ service: 'SFS', account: 'team-a', scope: '', upstreamId });
const jobPath = (id: string): string => `/v1/${PROJECT_ID}/sfs-turbo/jobs/${id}`;

async function start(name: string, input: StartInput): Promise<Started> {
  const outcome = await startNamed(name).start(connection, input);
  if (outcome.type !== 'started') throw new Error(`refused: ${outcome.message}`);
  return outcome;
}

async function read(upstreamId: string): Promise<Reading> {
  const identity = identityOf(upstreamId);
  const readings = await source.read([{ identity, task: null }], { priority: 'poll' });
  return readings.get(formatTaskId(identity))!;
}

describe('binding, changing and unbinding LDAP', () => {
  it.each([
    ['bindLdap', 'POST', 'bind_ldap', BIND, { url: BIND.url, base_dn: BIND.baseDn }],
    [
      'updateLdap',
      'PUT',
      'update_ldap',
      { account: 'team-a', shareId: SHARE, searchTimeout: 5 },
      { search_timeout: 5 },
    ],
    ['unbindLdap', 'DELETE', 'unbind_ldap', { account: 'team-a', shareId: SHARE }, undefined],
  ])('%s sends a %s once and knows kind and share of the task', async (name, method, kind, input, body) => {
    const { upstreamId, scope, facts } = await start(name, input);

    expect(client.requests).toEqual([
      { call: 'start', method, path: LDAP_PATH, priority: 'request', ...(body && { body }) },
    ]);
    expect(scope).toBe('');
    expect(facts).toEqual({
      kind,
      resource: { type: 'share', id: SHARE, name: null },
      details: { shareId: SHARE, subTasks: [] },
    });
    expect(await read(upstreamId)).toMatchObject({ type: 'seen', facts: { status: 'PENDING', kind } });
  });

  it('sends every given field under its wire name, and none that is null', async () => {
    const all = {
      ...BIND,
      userDn: 'cn=admin',
      password: 'hush',
      vpcId: 'vpc-1',
      backupUrl: 'ldaps://10.0.0.1:636',
      schema: 'RFC2307',
      searchTimeout: 9,
      clientRequestId: 'once',
    };
    await start('bindLdap', all);
    await start('bindLdap', { ...BIND, userDn: null, password: null, searchTimeout: null });
    expect(client.requests.map(({ body }) => body)).toEqual([
      {
        url: BIND.url,
        base_dn: BIND.baseDn,
        user_dn: 'cn=admin',
        password: 'hush',
        vpc_id: 'vpc-1',
        backup_url: 'ldaps://10.0.0.1:636',
        schema: 'RFC2307',
        search_timeout: 9,
      },
      { url: BIND.url, base_dn: BIND.baseDn },
    ]);
  });

  it('names the password as secret', () => {
    expect(sfs.starts.map(({ name, secrets }) => [name, secrets])).toEqual([
      ['bindLdap', ['password']],
      ['updateLdap', ['password']],
      ['unbindLdap', []],
    ]);
  });

  it('passes a refusal on with the upstream’s code', async () => {
    client.script(LDAP_PATH, { status: 400, body: vendorFixture('sfs.error.400.json') });
    expect(await startNamed('bindLdap').start(connection, BIND)).toEqual({
      type: 'refusal',
      status: 400,
      upstreamCode: 'SFS.TURBO.0001',
      message: 'parameter error',
    });
  });

  it.each([{}, { jobId: '' }, { jobId: 7 }, { jobId: '../other' }])(
    'does not know what an accepted start that answers %j has done',
    async (body) => {
      client.script(LDAP_PATH, { status: 200, body: body as JsonObject });
      await expect(startNamed('bindLdap').start(connection, BIND)).rejects.toMatchObject({
        code: 'UPSTREAM_UNKNOWN_OUTCOME',
        retryable: false,
      });
    },
  );
});

describe('the check of an LDAP start', () => {
  it('finds nothing wrong with what is documented', () => {
    for (const url of ['ldap://10.0.0.1:389', 'ldaps://10.0.0.1:636', 'ldap://[fd00::1]:389', 'ldap://ldap.corp:389']) {
      expect(startNamed('bindLdap').check({ ...BIND, url, backupUrl: url, searchTimeout: 1 })).toEqual([]);
    }
    expect(startNamed('updateLdap').check({ account: 'team-a', shareId: SHARE, url: null })).toEqual([]);
    expect(startNamed('unbindLdap').check({ account: 'team-a', shareId: SHARE })).toEqual([]);
  });

  it.each([
    ['shareId', ''],
    ['shareId', '../jobs'],
    ['url', ''],
    ['url', 'http://10.0.0.1:389'],
    ['url', 'ldap://10.0.0.1'],
    ['url', 'ldap://10.0.0.300:389'],
    ['url', 'ldap://10.0.0.1:0'],
    ['url', 'ldap://10.0.0.1:70000'],
    ['url', 'ldap://10.0.0.1:389/dc=x'],
    ['url', 'ldap://[zz]:389'],
    ['backupUrl', 'ldap://-x-:389'],
    ['baseDn', '  '],
    ['userDn', ''],
    ['password', ''],
    ['vpcId', 'a b'],
    ['schema', ''],
    ['searchTimeout', 0],
    ['searchTimeout', -1],
  ])('finds %s wrong when it is %j, without repeating it', (field, value) => {
    const found = startNamed('bindLdap').check({ ...BIND, [field]: value });
    expect(found).toEqual([{ path: [field], message: expect.stringMatching(/^Must /) as string }]);
    expect(startNamed('updateLdap').check({ ...BIND, [field]: value })).toEqual(found);
  });

  it('finds everything that is wrong at once', () => {
    const found = startNamed('bindLdap').check({ ...BIND, url: 'x', baseDn: '' });
    expect(found.map(({ path }) => path)).toEqual([['url'], ['baseDn']]);
  });
});

describe('reading SFS jobs', () => {
  it('follows a job from its start to its end, sub-job by sub-job', async () => {
    const { id } = (await sfs.simulate()).create(world, {
      projectId: PROJECT_ID,
      outcome: 'success',
      waitMs: 1_000,
      runMs: 8_000,
      fields: { jobType: 'bind_ldap', shareId: SHARE },
    });
    const seen: unknown[] = [];
    for (let step = 0; step < 6; step++) {
      const reading = await read(id);
      if (reading.type !== 'seen') throw new Error('not seen');
      const { status, progress } = reading.facts;
      seen.push([status, progress?.done, progress?.total]);
      await clock.advance(2_000);
    }
    expect(seen).toEqual([
      ['PENDING', 0, 4],
      ['RUNNING', 0, 4],
      ['RUNNING', 1, 4],
      ['RUNNING', 2, 4],
      ['RUNNING', 3, 4],
      ['SUCCEEDED', 4, 4],
    ]);
  });

  it('tells how a job failed, with the FAIL of its sub-job', async () => {
    const { id } = (await sfs.simulate()).create(world, {
      projectId: PROJECT_ID,
      outcome: 'failed',
      waitMs: 0,
      runMs: 0,
      fields: { jobType: 'unbind_ldap', errorCode: 'SFS.TURBO.0005', failReason: 'server error' },
    });
    const error = { code: 'INTERNAL', message: 'server error', upstreamCode: 'SFS.TURBO.0005' };
    expect(await read(id)).toMatchObject({
      type: 'seen',
      from: 'query',
      facts: {
        status: 'FAILED',
        error,
        progress: { done: 2, total: 2, percent: 100 },
        details: { subTasks: [{ status: 'SUCCEEDED' }, { status: 'FAILED', upstreamStatus: 'FAIL', error }] },
        raw: { job_id: id, status: 'failed' },
      },
    });
  });

  it('has every field of a task that is seen for the first time', async () => {
    client.script(jobPath('j1'), { status: 200, body: { job_id: 'j1', status: 'running' } });
    const reading = await read('j1');
    expect(reading).toMatchObject({ type: 'seen', facts: { details: { shareId: null, subTasks: [] } } });
  });

  it('leaves sub-tasks of a known task alone when an answer does not speak of them', async () => {
    const { upstreamId, facts } = await start('bindLdap', BIND);
    const { createTask } = await import('../../src/task/apply-reading.js');
    const identity = identityOf(upstreamId);
    const { task } = createTask(identity, 'cn-north-4', facts, clock.now());
    client.script(jobPath(upstreamId), { status: 200, body: { job_id: upstreamId, status: 'running' } });
    const reading = (await source.read([{ identity, task }], { priority: 'poll' })).get(task.id)!;
    expect(reading).toMatchObject({ type: 'seen', facts: { status: 'RUNNING' } });
    expect(reading.type === 'seen' && reading.facts.details).toEqual({});
  });

  it('asks once for each task, and lets each have its own reading', async () => {
    const { upstreamId } = await start('bindLdap', BIND);
    client.script(jobPath('broken'), { status: 200, body: { job_id: 'other', status: 'success' } });
    client.script(jobPath('down'), { status: 500, body: vendorFixture('sfs.error.500.json') });
    client.script(jobPath('refused'), { status: 400, body: vendorFixture('sfs.error.400.json') });
    client.script(jobPath('gone'), { status: 404, body: vendorFixture('sfs.error.404.json') });
    const timeout = new UpstreamError('UPSTREAM_TIMEOUT', 'The upstream took too long');
    client.script(jobPath('slow'), timeout);
    const ids = [upstreamId, 'broken', 'down', 'refused', 'gone', 'unknown', 'slow'];

    const refs = ids.map((id) => ({ identity: identityOf(id), task: null }));
    const readings = await source.read(refs, { priority: 'request' });

    const outcomes = refs.map(({ identity }) => {
      const reading = readings.get(formatTaskId(identity))!;
      return reading.type === 'unread' ? [reading.error.code, reading.error.retryable] : reading.type;
    });
    expect(outcomes).toEqual([
      'seen',
      ['UPSTREAM_BAD_RESPONSE', true],
      ['UPSTREAM_UNAVAILABLE', true],
      ['UPSTREAM_REFUSED', false],
      'gone',
      'gone',
      ['UPSTREAM_TIMEOUT', true],
    ]);
    const reads = client.requests.filter(({ call }) => call === 'read');
    expect(reads.map(({ path }) => path)).toEqual(ids.map(jobPath));
    expect(new Set(reads.map(({ priority }) => priority))).toEqual(new Set(['request']));
    expect(source.callsFor(ids.length)).toBe(ids.length);
  });

  it('takes SFS.TURBO.0019 for gone under any status, and no answer of the front gateway', async () => {
    client.script(jobPath('a'), { status: 400, body: { errCode: 'SFS.TURBO.0019', errMsg: 'Invalid Job Id' } });
    client.script(jobPath('b'), { status: 404, body: { error_code: 'SFS.TURBO.0019', error_msg: 'Invalid Job Id' } });
    client.script(jobPath('c'), { status: 404, body: { error_code: 'APIGW.0101', error_msg: 'no such API' } });
    expect(await read('a')).toMatchObject({ type: 'gone', askedAt: clock.now() });
    expect(await read('b')).toMatchObject({ type: 'gone' });
    expect(await read('c')).toMatchObject({ type: 'unread', error: { code: 'UPSTREAM_NOT_FOUND' } });
  });
});

describe('the simulated SFS Turbo', () => {
  it.each([
    ['no body', undefined],
    ['no url', { base_dn: 'dc=x' }],
    ['no base_dn', { url: 'ldap://10.0.0.1:389' }],
    ['another scheme', { url: 'http://10.0.0.1:389', base_dn: 'dc=x' }],
    ['a timeout that is text', { url: 'ldap://10.0.0.1:389', base_dn: 'dc=x', search_timeout: '3' }],
  ])('refuses a configuration with %s', async (_name, body) => {
    const path = LDAP_PATH;
    const outcome = await client.start({ method: 'POST', path, priority: 'request', ...(body && { body }) });
    expect(outcome).toMatchObject({ type: 'refusal', status: 400, upstreamCode: 'SFS.TURBO.0001' });
  });

  it('hides jobs of another project', async () => {
    const { upstreamId } = await start('bindLdap', BIND);
    const path = `/v1/${'f'.repeat(32)}/sfs-turbo/jobs/${upstreamId}`;
    await expect(client.read({ method: 'GET', path, priority: 'poll' })).rejects.toMatchObject({
      code: 'UPSTREAM_NOT_FOUND',
      details: { status: 404, upstreamCode: 'SFS.TURBO.0019' },
    });
  });

  it('ends with the asked-for word, also one that is not documented', async () => {
    const simulated = await sfs.simulate();
    for (const outcome of ['success', 'failed', 'evaporated']) {
      const { id } = simulated.create(world, { projectId: PROJECT_ID, outcome, waitMs: 0, runMs: 0 });
      expect(await read(id)).toMatchObject({ facts: { upstreamStatus: outcome } });
    }
  });
});
