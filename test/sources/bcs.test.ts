import fc from 'fast-check';
import type { JsonObject } from '../../src/base/json.js';
import { bcs } from '../../src/sources/bcs/index.js';
import { NO_REASON, normaliseJob } from '../../src/sources/bcs/normalise.js';
import { parseJob, parseList } from '../../src/sources/bcs/wire.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { PROJECT_ID } from '../support/direct-client.js';
import { createScene, factsOf, POLL, sent, taskWith, type Scene } from './source-kit.js';

const JOBS = `/v2/${PROJECT_ID}/huaweicloudchain/jobs`;
const ID = 'a75e800b-bd4c-11ec-a5fe-0255ac100409';
const JOB = {
  id: ID,
  type: 'CreateInstance',
  status: 'Running',
  failed_message: '',
  progress: 40,
  instance_id: 'instance-1',
  instance_name: 'bcs-trade',
  start_time: '2022-07-07T13:00:29Z',
  end_time: '',
};
const open = (offset: number) => `GET ${JOBS}?status=Initializing%2CRunning&limit=100&offset=${offset}`;

const facts = (change: JsonObject = {}) => normaliseJob(parseJob({ ...JOB, ...change }, ID), null);

function add(scene: Scene, wish: { outcome?: string; fields?: JsonObject; createdAt?: number; runMs?: number } = {}) {
  const defaults = { projectId: PROJECT_ID, waitMs: 1_000, runMs: 10_000, outcome: 'Success' };
  return scene.service.create(scene.world, { ...defaults, ...wish });
}

describe('a job', () => {
  it.each([
    ['Initializing', 'PENDING'],
    ['Running', 'RUNNING'],
    ['Success', 'SUCCEEDED'],
    ['Failed', 'FAILED'],
    ['Paused', 'UNKNOWN'],
    ['success', 'UNKNOWN'],
    ['SUCCESS', 'UNKNOWN'],
  ])('that is %s is %s', (word, status) => {
    expect(facts({ status: word })).toMatchObject({ status, upstreamStatus: word, kind: 'CreateInstance' });
    expect(facts({ status: word }).done).toBeUndefined();
  });

  it('gives resource, times, progress and fields', () => {
    expect(facts()).toEqual({
      status: 'RUNNING',
      upstreamStatus: 'Running',
      kind: 'CreateInstance',
      resource: { type: 'blockchain_instance', id: 'instance-1', name: 'bcs-trade' },
      startedAt: Date.UTC(2022, 6, 7, 13, 0, 29),
      progress: { done: 40, total: 100, percent: 40 },
      details: { instanceId: 'instance-1', instanceName: 'bcs-trade' },
      raw: JOB,
    });
    expect(facts({ status: 'Success', end_time: '2022-07-07T14:00:00Z' }).finishedAt).toBe(Date.UTC(2022, 6, 7, 14));
    expect(facts({ end_time: '0001-01-01T00:00:00Z' }).finishedAt).toBeUndefined();
    expect(facts({ start_time: '2026-02-30T00:00:00Z' }).startedAt).toBeUndefined();
    expect(facts({ start_time: '2028-02-29T00:00:00Z' }).startedAt).toBe(Date.UTC(2028, 1, 29));
  });

  it.each([null, '40', -1, 101, undefined])('has no progress in %j', (progress) => {
    expect(facts({ progress: progress as never })).not.toHaveProperty('progress');
  });

  it.each([
    ['The quota of cloud servers is insufficient.', 'QUOTA_EXCEEDED', null],
    ['BCS.5000500: Internal error.', 'INTERNAL', 'BCS.5000500'],
    ['Timed out while waiting.', 'UNAVAILABLE', null],
    ['The VPC does not exist', 'NOT_FOUND', null],
    ['', 'UNKNOWN', null],
    [null, 'UNKNOWN', null],
  ])('that failed with %j has a code for it', (failed_message, code, upstreamCode) => {
    const message = failed_message || NO_REASON;
    expect(facts({ status: 'Failed', failed_message }).error).toEqual({ code, message, upstreamCode });
    expect(facts({ status: 'Running', failed_message })).not.toHaveProperty('error');
  });

  it('keeps the known name of its instance', () => {
    const known = { ...taskWith({}, 'BCS'), resource: { type: 'blockchain_instance', id: 'instance-1', name: 'old' } };
    const nameless = Object.entries(JOB).filter(([key]) => key !== 'instance_name');
    expect(normaliseJob(parseJob(Object.fromEntries(nameless), ID), known).resource?.name).toBe('old');
  });

  it('of any shape throws nothing but UPSTREAM_BAD_RESPONSE', () => {
    const odd = fc.record(Object.fromEntries(Object.keys(JOB).map((key) => [key, fc.jsonValue()])));
    const row = fc.oneof(
      odd.map((fields) => ({ ...fields, id: ID, status: 'Running' })),
      odd,
      fc.jsonValue(),
    );
    const body = fc.oneof(row, fc.record({ count: fc.jsonValue(), jobs: fc.array(row) }));
    fc.assert(
      fc.property(body, (value) => {
        for (const parse of [() => [parseJob(value as never, ID)], () => parseList(value as never).rows]) {
          try {
            for (const job of parse()) expect(TASK_STATUSES).toContain(normaliseJob(job, null).status);
          } catch (error) {
            expect((error as UpstreamError).code).toBe('UPSTREAM_BAD_RESPONSE');
          }
        }
      }),
    );
  });
});

describe('reading', () => {
  it('asks for one job by its id, and follows it to its end', async () => {
    const scene = await createScene(bcs);
    const ref = scene.ref(add(scene).id);
    const seen: unknown[] = [];
    for (const ms of [500, 5_500, 10_000]) {
      await scene.clock.advance(ms);
      const { upstreamStatus, progress } = factsOf((await scene.read(ref))[0]);
      seen.push([upstreamStatus, progress?.percent]);
    }
    expect(seen).toEqual([
      ['Initializing', 0],
      ['Running', 50],
      ['Success', 100],
    ]);
    expect(new Set(sent(scene.client))).toEqual(new Set([`GET ${JOBS}/${ref.identity.upstreamId}`]));
  });

  it('reads 1,000 open jobs by ten lists', async () => {
    const scene = await createScene(bcs);
    const refs = Array.from({ length: 1_000 }, () => scene.ref(add(scene).id));
    expect((await scene.read(...refs)).every((reading) => factsOf(reading).status === 'PENDING')).toBe(true);
    expect(sent(scene.client)).toEqual(Array.from({ length: 10 }, (_, page) => open(page * 100)));
    expect([0, 1, 2, 1_000, 1_005].map((count) => scene.source.callsFor(count))).toEqual([0, 1, 1, 10, 15]);
  });

  it('asks by id for those that have ended', async () => {
    const scene = await createScene(bcs);
    const failed_message = 'The quota is insufficient';
    const failed = add(scene, { outcome: 'Failed', fields: { failed_message, failed_at: 30 } });
    await scene.clock.advance(20_000);
    const running = add(scene);
    expect(await scene.read(scene.ref(failed.id), scene.ref(running.id))).toMatchObject([
      {
        facts: {
          status: 'FAILED',
          error: { code: 'QUOTA_EXCEEDED', message: failed_message },
          progress: { done: 30, total: 100, percent: 30 },
          finishedAt: failed.createdAt + 11_000,
        },
      },
      { facts: { status: 'PENDING' } },
    ]);
    expect(sent(scene.client)).toEqual([open(0), `GET ${JOBS}/${failed.id}`]);
  });

  it.each([
    [404, { error_code: 'BCS.4040404' }, 'gone'],
    [400, { error_code: 'BCS.4040404' }, 'gone'],
    [404, { error_code: 'APIGW.0101' }, 'unread'],
    [400, { code: '400', error_code: 'BCS.4006005', error_msg: 'm', message: 'n' }, 'unread'],
    [500, { error_code: 'BCS.5000500' }, 'unread'],
    [200, { ...JOB, id: 'another' }, 'unread'],
    [200, { ...JOB, status: 7 }, 'unread'],
  ])('takes %d %j for %s', async (status, body, type) => {
    const scene = await createScene(bcs);
    scene.client.script(`${JOBS}/${ID}`, { status, body });
    expect((await scene.read(scene.ref(ID)))[0]!.type).toBe(type);
  });

  it('of jobs that nobody knows says so', async () => {
    const scene = await createScene(bcs);
    const refs = [scene.ref(scene.world.newId('uuid'), null), scene.ref(scene.world.newId('uuid'))];
    expect((await scene.read(...refs)).map(({ type }) => type)).toEqual(['gone', 'gone']);
  });

  it('asks nobody by id while the upstream is in trouble', async () => {
    const scene = await createScene(bcs);
    scene.client.script(JOBS, { status: 429 });
    expect(await scene.read(scene.ref(add(scene).id), scene.ref(add(scene).id))).toMatchObject([
      { error: { code: 'UPSTREAM_THROTTLED' } },
      { error: { code: 'UPSTREAM_THROTTLED' } },
    ]);
    expect(scene.client.requests).toHaveLength(1);
  });
});

describe('deleteBcsTaskRecords', () => {
  const [action] = bcs.actions;

  it('deletes many records by one call with a body', async () => {
    const scene = await createScene(bcs);
    const refs = [add(scene), add(scene)].map(({ id }) => scene.ref(id));
    const ids = refs.map(({ identity }) => identity.upstreamId);
    expect(
      await action!.run(
        scene.connection,
        refs.map(({ task }) => task!),
      ),
    ).toBe('done');
    expect(scene.client.requests).toMatchObject([{ call: 'start', method: 'DELETE', path: JOBS, body: { jobs: ids } }]);
    expect(scene.world.tasks.list('BCS', PROJECT_ID)).toEqual([]);
    expect(action).toMatchObject({ targets: 'many', effect: 'remove', mostTargets: 100 });
  });

  it('hands on the upstream’s no', async () => {
    const scene = await createScene(bcs);
    const tasks = Array.from({ length: 101 }, () => scene.ref(add(scene).id).task!);
    expect(await action!.run(scene.connection, tasks)).toMatchObject({ type: 'refusal', upstreamCode: 'BCS.4006005' });
  });

  it.each([undefined, {}, { result: 'maybe' }])('does not take %j for a deletion', async (body) => {
    const scene = await createScene(bcs);
    scene.client.script(JOBS, { status: 200, ...(body && { body }) });
    await expect(action!.run(scene.connection, [taskWith({}, 'BCS')])).rejects.toMatchObject({
      code: 'UPSTREAM_UNKNOWN_OUTCOME',
    });
  });
});

describe('discovery', () => {
  it('brings open jobs, and those that ended since', async () => {
    const scene = await createScene(bcs);
    const long = add(scene, { runMs: 1e6 });
    add(scene);
    await scene.clock.advance(20_000);
    const since = scene.clock.now();
    const late = add(scene, { outcome: 'Failed', runMs: 2_000 });
    await scene.clock.advance(20_000);
    const discovered = await scene.source.discover!(since, POLL);
    expect(discovered.map(({ identity, facts: { status } }) => [identity.upstreamId, status])).toEqual([
      [long.id, 'RUNNING'],
      [late.id, 'FAILED'],
    ]);
  });

  it('throws what the upstream answers', async () => {
    const scene = await createScene(bcs);
    scene.client.script(JOBS, { status: 503 });
    await expect(scene.source.discover!(0, POLL)).rejects.toBeInstanceOf(UpstreamError);
  });
});

describe('the simulated engine', () => {
  it.each([{ limit: 101 }, { limit: 0 }, { offset: -1 }, { status: 'x' }, { start_time: 'yesterday' }])(
    'refuses %j',
    async (query) => {
      const { client } = await createScene(bcs);
      await expect(client.read({ method: 'GET', path: JOBS, query, priority: 'poll' })).rejects.toMatchObject({
        details: { status: 400, upstreamCode: 'BCS.4006005' },
      });
    },
  );
});
