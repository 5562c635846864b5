import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../src/base/json.js';
import { ecs } from '../../src/sources/ecs/index.js';
import { NO_REASON } from '../../src/sources/ecs/normalise.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { PROJECT_ID } from '../support/direct-client.js';
import { createScene, factsOf, POLL, sent, type Scene } from './source-kit.js';

const SERVER = 'd76baba7-ef09-40a2-87ff-3eafec0696e7';
const BASE = `/v3/${PROJECT_ID}`;
const [disassociate, associate] = ecs.starts;

const vendor = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../fixtures/vendor/${name}.json`, import.meta.url), 'utf8')) as JsonObject;

function add(scene: Scene, wish: { outcome?: string; fields?: JsonObject; runMs?: number; createdAt?: number } = {}) {
  return scene.service.create(scene.world, { projectId: PROJECT_ID, waitMs: 1_000, runMs: 10_000, ...wish });
}

describe('disassociateKeypair', () => {
  it.each([
    ['kps.disassociate.request.keypair-auth', { type: 'KEYPAIR', key: '-----BEGINRSAPRIVATEKEY-----\nM...' }],
    ['kps.disassociate.request.reset', undefined],
  ])('sends %s as the vendor prints it', async (fixture, auth) => {
    const scene = await createScene(ecs);
    const request = vendor(fixture);
    const serverId = (request.server as JsonObject).id;
    const input = { account: 'team-a', serverId, ...(auth && { auth }) };
    expect(disassociate!.check(input)).toEqual([]);
    const started = await disassociate!.start(scene.connection, input);
    expect(scene.client.requests).toMatchObject([
      { call: 'start', method: 'POST', path: `${BASE}/keypairs/disassociate`, body: request, priority: 'request' },
    ]);
    expect(started).toEqual({
      type: 'started',
      upstreamId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      scope: '',
      facts: {
        kind: 'keypair_unbind',
        resource: { type: 'server', id: serverId, name: null },
        details: { operation: 'UNBIND', serverId },
      },
    });
  });

  it('starts a task that can be followed to its end', async () => {
    const scene = await createScene(ecs);
    const started = await disassociate!.start(scene.connection, { account: 'team-a', serverId: SERVER });
    if (started.type !== 'started') throw new Error('refused');
    const ref = scene.ref(started.upstreamId, started.facts);
    const words = new Set<string | undefined>();
    for (let second = 0; second < 90; second++) {
      words.add(factsOf((await scene.read(ref))[0]).upstreamStatus);
      await scene.clock.advance(1_000);
    }
    expect([...words]).toEqual(['READY_UNBIND', 'RUNNING_UNBIND', expect.stringMatching(/^(SUCCESS|FAILED)_UNBIND$/)]);
  });

  it('leaves nothing of the secret in the cloud’s book', async () => {
    const scene = await createScene(ecs);
    const auth = { type: 'PASSWORD', key: 'canary-4711' };
    await disassociate!.start(scene.connection, { account: 'team-a', serverId: SERVER, auth });
    expect(JSON.stringify(scene.world.tasks.list('ECS', PROJECT_ID))).not.toContain('canary');
  });
});

describe('associateKeypair', () => {
  const input = { account: 'team-a', keypairName: 'KeyPair-xt', serverId: SERVER };

  it('sends what is given and no more', async () => {
    const scene = await createScene(ecs);
    const all = { ...input, auth: { type: 'PASSWORD', key: 'pw' }, disablePassword: true, port: 2222 };
    await associate!.start(scene.connection, all);
    const other = { ...input, serverId: 'other', auth: null, disablePassword: null, port: null };
    await associate!.start(scene.connection, other);
    expect(scene.client.requests.map(({ body }) => body)).toEqual([
      {
        keypair_name: 'KeyPair-xt',
        server: { id: SERVER, auth: { type: 'password', key: 'pw' }, disable_password: true, port: 2222 },
      },
      { keypair_name: 'KeyPair-xt', server: { id: 'other' } },
    ]);
  });

  it.each([
    ['KEYPAIR', 'keypair_replace'],
    ['PASSWORD', 'keypair_bind'],
    [null, 'keypair_reset'],
  ])('entered by %s learns what it is from the upstream: %s', async (type, kind) => {
    const scene = await createScene(ecs);
    const started = await associate!.start(scene.connection, { ...input, auth: type && { type, key: 'k' } });
    if (started.type !== 'started') throw new Error('refused');
    expect(started.facts).toEqual({
      resource: { type: 'server', id: SERVER, name: null },
      details: { serverId: SERVER, keypairName: 'KeyPair-xt' },
    });
    const [reading] = await scene.read(scene.ref(started.upstreamId, started.facts));
    expect(factsOf(reading).kind).toBe(kind);
  });

  it.each([
    [{ serverId: '' }, ['serverId']],
    [{ serverId: 'a'.repeat(65) }, ['serverId']],
    [{ serverId: 'a/../b' }, ['serverId']],
    [{ keypairName: '' }, ['keypairName']],
    [{ keypairName: 'a b' }, ['keypairName']],
    [{ keypairName: 'a'.repeat(256) }, ['keypairName']],
    [{ port: 0 }, ['port']],
    [{ port: 65_536 }, ['port']],
    [{ auth: { type: 'PASSWORD', key: '' } }, ['auth', 'key']],
    [{ auth: { type: 'KEYPAIR', key: 'k'.repeat(65_536) } }, ['auth', 'key']],
  ])('finds the fault in %j', (change, path) => {
    expect(associate!.check({ ...input, ...change }).map((error) => error.path)).toEqual([path]);
  });

  it('finds no fault where there is none', () => {
    expect(associate!.check({ ...input, port: 65_535, auth: { type: 'PASSWORD', key: 'x' } })).toEqual([]);
  });

  it('names its secrets', () => {
    expect(ecs.starts.map(({ secrets }) => secrets)).toEqual([['auth.key'], ['auth.key']]);
  });
});

describe('a 202', () => {
  const input = { account: 'team-a', serverId: SERVER, auth: { type: 'PASSWORD', key: 'pass"word/7' } };
  const start = async (body: Json | undefined) => {
    const scene = await createScene(ecs);
    scene.client.script(`${BASE}/keypairs/disassociate`, { status: 202, ...(body !== undefined && { body }) });
    return disassociate!.start(scene.connection, input);
  };

  it.each(['FAILED', 'Failed', 'failed'])('that says %s is a refusal, with or without an id', async (status) => {
    const refused = { status, error_code: 'KPS.1001', error_msg: 'busy' };
    const refusal = { type: 'refusal', status: 202, upstreamCode: 'KPS.1001', message: 'busy' };
    expect(await start(refused)).toEqual(refusal);
    expect(await start({ ...refused, task_id: 'aee8d2fe-5484-4753-9177-5a38dc15546c' })).toEqual(refusal);
  });

  it.each([
    undefined,
    null,
    7,
    'ok',
    [],
    {},
    { status: 'SUCCESS' },
    { task_id: '' },
    { task_id: null },
    { task_id: '../x' },
  ])('that says %j leaves the outcome unknown', async (body) => {
    await expect(start(body)).rejects.toMatchObject({ code: 'UPSTREAM_UNKNOWN_OUTCOME', retryable: false });
  });

  it('with an id and nothing else is a start', async () => {
    expect(await start({ task_id: 'aee8d2fe-5484-4753-9177-5a38dc15546c' })).toMatchObject({ type: 'started' });
  });

  it('refuses a second task of a busy server', async () => {
    const scene = await createScene(ecs);
    await disassociate!.start(scene.connection, input);
    expect(await disassociate!.start(scene.connection, input)).toMatchObject({
      type: 'refusal',
      upstreamCode: 'KPS.1001',
    });
  });
});

describe('reading', () => {
  it('asks for one task by its id', async () => {
    const scene = await createScene(ecs);
    const { id } = add(scene);
    await scene.read(scene.ref(id));
    expect(sent(scene.client)).toEqual([`GET ${BASE}/tasks/${id}`]);
  });

  it('reads 1,000 running tasks by one list', async () => {
    const scene = await createScene(ecs);
    const tasks = Array.from({ length: 1_000 }, () => add(scene));
    await scene.clock.advance(5_000);
    const readings = await scene.read(...tasks.map(({ id }) => scene.ref(id)));
    expect(readings.every((reading) => reading.type === 'seen' && reading.from === 'list')).toBe(true);
    expect(new Set(readings.map((reading) => factsOf(reading).status))).toEqual(new Set(['RUNNING']));
    expect(sent(scene.client)).toEqual([`GET ${BASE}/running-tasks?limit=1000&offset=0`]);
    expect(ecs.create(scene.connection).callsFor(1_000)).toBe(1);
  });

  it('asks by id for those that the list has not yet, or no longer', async () => {
    const scene = await createScene(ecs);
    const ended = add(scene, { outcome: 'SUCCESS_BIND' });
    await scene.clock.advance(9_000);
    const running = add(scene);
    await scene.clock.advance(2_500);
    const waiting = add(scene, { outcome: 'SUCCESS_RESET' });
    const readings = await scene.read(...[ended, running, waiting].map(({ id }) => scene.ref(id)));
    expect(readings).toMatchObject([
      { from: 'query', facts: { upstreamStatus: 'SUCCESS_BIND' } },
      { from: 'list', facts: { status: 'RUNNING' } },
      { from: 'query', facts: { upstreamStatus: 'READY_RESET' } },
    ]);
    expect(scene.client.requests).toHaveLength(3);
  });

  it('pages no further than asking by id would cost', async () => {
    const scene = await createScene(ecs);
    const old = [add(scene), add(scene)];
    for (let count = 0; count < 2_500; count++) add(scene);
    await scene.clock.advance(5_000);
    await scene.read(...old.map(({ id }) => scene.ref(id)));
    expect(sent(scene.client)).toEqual([
      `GET ${BASE}/running-tasks?limit=1000&offset=0`,
      ...old.map(({ id }) => `GET ${BASE}/tasks/${id}`),
    ]);
  });

  it('asks by id where the list is refused or broken, and not where the upstream is in trouble', async () => {
    const scene = await createScene(ecs);
    const refs = [add(scene), add(scene)].map(({ id }) => scene.ref(id));
    scene.client.script(`${BASE}/running-tasks`, { status: 403, body: {} }, { status: 200, body: 'html' });
    expect((await scene.read(...refs)).map(({ type }) => type)).toEqual(['seen', 'seen']);
    expect((await scene.read(...refs)).map(({ type }) => type)).toEqual(['seen', 'seen']);
    const before = scene.client.requests.length;
    scene.client.script(`${BASE}/running-tasks`, { status: 503 });
    expect(await scene.read(...refs)).toMatchObject([
      { type: 'unread', error: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
      { type: 'unread', error: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } },
    ]);
    expect(scene.client.requests).toHaveLength(before + 1);
  });

  it.each([
    [400, { error_code: 'KPS.0404', error_msg: 'no' }, 'gone'],
    [404, {}, 'gone'],
    [400, { error_code: 'APIGW.0201', error_msg: 'bad' }, 'unread'],
    [404, { error_code: 'APIGW.0101', error_msg: 'not published' }, 'unread'],
    [403, { error_code: 'KPS.0403', error_msg: 'no' }, 'unread'],
    [500, { error_code: 'KPS.0500', error_msg: 'no' }, 'unread'],
    [200, { task_id: 'b'.repeat(36), task_status: 'SUCCESS_BIND' }, 'unread'],
    [200, [], 'unread'],
  ])('of a task takes %d %j for %s', async (status, body, type) => {
    const scene = await createScene(ecs);
    const { id } = add(scene);
    scene.client.script(`${BASE}/tasks/${id}`, { status, body });
    expect((await scene.read(scene.ref(id)))[0]!.type).toBe(type);
  });

  it('of an id that nobody knows says so, also the first time', async () => {
    const scene = await createScene(ecs);
    expect((await scene.read(scene.ref(scene.world.newId('uuid'), null)))[0]!.type).toBe('gone');
  });
});

describe('a failed task', () => {
  const failedScene = async (count: number, createdBefore = 0) => {
    const scene = await createScene(ecs);
    const fields = { error_code: 'KPS.1002', error_msg: 'Failed to connect to the server', server_name: 'Test' };
    const tasks = Array.from({ length: count }, () => add(scene, { outcome: 'FAILED_RESET', fields }));
    for (let index = 0; index < createdBefore; index++) add(scene, { outcome: 'FAILED_RESET' });
    await scene.clock.advance(20_000);
    return { scene, ids: tasks.map(({ id }) => id) };
  };

  it('finds its reason in the same read', async () => {
    const { scene, ids } = await failedScene(1);
    const [reading] = await scene.read(scene.ref(ids[0]!));
    expect(factsOf(reading)).toMatchObject({
      status: 'FAILED',
      upstreamStatus: 'FAILED_RESET',
      error: { code: 'UNAVAILABLE', message: 'Failed to connect to the server', upstreamCode: 'KPS.1002' },
      details: { serverName: 'Test' },
    });
    expect(sent(scene.client)).toEqual([`GET ${BASE}/tasks/${ids[0]}`, `GET ${BASE}/failed-tasks?limit=1000&offset=0`]);
  });

  it('shares the list with others that failed', async () => {
    const { scene, ids } = await failedScene(30);
    const readings = await scene.read(...ids.map((id) => scene.ref(id)));
    expect(readings.every((reading) => factsOf(reading).error?.upstreamCode === 'KPS.1002')).toBe(true);
    expect(sent(scene.client).filter((request) => request.includes('failed-tasks'))).toHaveLength(1);
  });

  it('is looked for on later pages', async () => {
    const { scene, ids } = await failedScene(1, 1_500);
    const [reading] = await scene.read(scene.ref(ids[0]!));
    expect(factsOf(reading).error?.upstreamCode).toBe('KPS.1002');
    expect(sent(scene.client)).toHaveLength(3);
  });

  it('without a row, or with the list refused, failed for no given reason', async () => {
    const { scene, ids } = await failedScene(1);
    const none = { code: 'UNKNOWN', message: NO_REASON, upstreamCode: null };
    scene.client.script(`${BASE}/failed-tasks`, { status: 200, body: { total: 0, tasks: [] } }, { status: 403 });
    expect(factsOf((await scene.read(scene.ref(ids[0]!)))[0])).toMatchObject({ status: 'FAILED', error: none });
    expect(factsOf((await scene.read(scene.ref(ids[0]!)))[0])).toMatchObject({ status: 'FAILED', error: none });
  });

  it.each(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_THROTTLED', 'UPSTREAM_AUTH_FAILED'] as const)(
    'is read again later when the list answers %s; one call tells all',
    async (code) => {
      const { scene, ids } = await failedScene(20);
      scene.client.script(`${BASE}/failed-tasks`, new UpstreamError(code, 'trouble'));
      const readings = await scene.read(...ids.map((id) => scene.ref(id)));
      expect(new Set(readings.map((reading) => reading.type === 'unread' && reading.error.code))).toEqual(
        new Set([code]),
      );
      expect(sent(scene.client).filter((request) => request.includes('failed-tasks'))).toHaveLength(1);
    },
  );
});

describe('discovery', () => {
  it('brings running tasks, and those that failed since', async () => {
    const scene = await createScene(ecs);
    const old = add(scene, { outcome: 'FAILED_BIND', createdAt: scene.clock.now() - 60_000 });
    const since = scene.clock.now();
    await scene.clock.advance(1);
    const failed = add(scene, { outcome: 'FAILED_BIND', fields: { operation: 'BIND' } });
    const succeeded = add(scene, { outcome: 'SUCCESS_BIND' });
    await scene.clock.advance(11_000);
    const running = add(scene);
    await scene.clock.advance(2_000);
    const discovered = await scene.source.discover!(since, POLL);
    expect(discovered.map(({ identity, facts }) => [identity.upstreamId, facts.status])).toEqual([
      [running.id, 'RUNNING'],
      [failed.id, 'FAILED'],
    ]);
    expect(JSON.stringify(discovered)).not.toContain(old.id);
    expect(JSON.stringify(discovered)).not.toContain(succeeded.id);
    expect(discovered[1]!.facts).toMatchObject({ upstreamStatus: 'FAILED_BIND', startedAt: failed.createdAt });
  });

  it('throws what the upstream answers', async () => {
    const scene = await createScene(ecs);
    scene.client.script(`${BASE}/failed-tasks`, { status: 503 });
    await expect(scene.source.discover!(0, POLL)).rejects.toBeInstanceOf(UpstreamError);
  });
});
