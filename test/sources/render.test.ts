import type { JsonObject } from '../../src/base/json.js';
import { render } from '../../src/sources/render/index.js';
import { normaliseRow } from '../../src/sources/render/normalise.js';
import { parsePage } from '../../src/sources/render/wire.js';
import type { SimulatedTask } from '../../src/simulator/simulated-service.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { PROJECT_ID } from '../support/direct-client.js';
import { createScene, factsOf, POLL, sent, type Scene } from './source-kit.js';

const LIST = '/v2/cvr/render-tasks';
const APP = 'a'.repeat(36);
const active = (offset: number) => `GET ${LIST}?status=active&limit=1000&offset=${offset}`;

function add(scene: Scene, wish: { outcome?: string; fields?: JsonObject; runMs?: number; createdAt?: number } = {}) {
  return scene.service.create(scene.world, { projectId: PROJECT_ID, runMs: 10_000, outcome: 'normal', ...wish });
}

function addMany(scene: Scene, count: number, wish: Parameters<typeof add>[1] = {}): readonly SimulatedTask[] {
  return Array.from({ length: count }, () => add(scene, wish));
}

/** The task as the gateway knows it once the list has shown it. */
function known(scene: Scene, { id, fields }: SimulatedTask) {
  const page = { count: 1, render_tasks: [{ ...fields, task_id: id, status: 'active' }] };
  return scene.ref(id, normaliseRow(parsePage(page).rows[0]!, null));
}

describe('reading', () => {
  it('finds 1,000 active tasks by one call', async () => {
    const scene = await createScene(render);
    const tasks = addMany(scene, 1_000);
    const readings = await scene.read(...tasks.map((task) => known(scene, task)));
    expect(readings.every((reading) => factsOf(reading).status === 'RUNNING')).toBe(true);
    expect(sent(scene.client)).toEqual([active(0)]);
    expect(scene.source.callsFor(1_000)).toBe(1);
  });

  it('takes two calls when some of 1,000 have ended, or one has', async () => {
    for (const endedCount of [1, 20]) {
      const scene = await createScene(render);
      addMany(scene, 2_500, { createdAt: scene.clock.now() - 1e9 });
      const tasks = [...addMany(scene, 1_000 - endedCount, { runMs: 1e6 }), ...addMany(scene, endedCount)];
      const refs = tasks.map((task) => known(scene, task));
      await scene.clock.advance(20_000);
      const statuses = (await scene.read(...refs)).map((reading) => factsOf(reading).status);
      expect(statuses.filter((status) => status === 'SUCCEEDED')).toHaveLength(endedCount);
      expect(sent(scene.client)).toHaveLength(2);
    }
  });

  it('reads both reachable pages', async () => {
    const scene = await createScene(render);
    const refs = addMany(scene, 1_500).map((task) => known(scene, task));
    expect((await scene.read(...refs)).every(({ type }) => type === 'seen')).toBe(true);
    expect(sent(scene.client)).toEqual([active(0), active(1000)]);
    expect(scene.source.callsFor(1_500)).toBe(2);
  });

  it('asks for one known task by what is known of it', async () => {
    const scene = await createScene(render);
    addMany(scene, 3_000);
    const task = add(scene);
    const ref = known(scene, task);
    addMany(scene, 3_000);
    const { application_id, server_id, device_id } = task.fields;
    expect(factsOf((await scene.read(ref))[0]).status).toBe('RUNNING');
    expect(scene.client.requests).toMatchObject([
      { query: { application_id, server_id, device_id, limit: 1000, offset: 0 } },
    ]);
  });

  it('finds tasks beyond the reachable rows by application', async () => {
    const scene = await createScene(render);
    const old = addMany(scene, 5, { fields: { application_id: APP } });
    addMany(scene, 2_500);
    const readings = await scene.read(...old.map((task) => known(scene, task)));
    expect(readings.every((reading) => factsOf(reading).status === 'RUNNING')).toBe(true);
    const requests = sent(scene.client);
    expect(requests.at(-1)).toBe(`GET ${LIST}?application_id=${APP}&limit=1000&offset=0`);
    expect(requests.length).toBeLessThanOrEqual(5);
  });

  it('finds tasks one by one where even their application has too many', async () => {
    const scene = await createScene(render);
    const fields = { application_id: APP };
    const old = addMany(scene, 2, { fields });
    addMany(scene, 2_500, { fields });
    const readings = await scene.read(...old.map((task) => known(scene, task)));
    expect(readings.every((reading) => factsOf(reading).status === 'RUNNING')).toBe(true);
  });

  it('takes absence from a complete list, or under a filter, for gone', async () => {
    const scene = await createScene(render);
    addMany(scene, 1_200);
    const task = add(scene);
    const refs = [known(scene, task), known(scene, add(scene)), scene.ref(scene.world.newId('uuid'), null)];
    for (const { identity } of refs) scene.world.tasks.remove('RENDER', identity.upstreamId);
    expect((await scene.read(...refs)).map(({ type }) => type)).toEqual(['gone', 'gone', 'gone']);
    expect((await scene.read(refs[0]!)).map(({ type }) => type)).toEqual(['gone']);
  });

  it('takes absence from a list that cannot be read to its end for no news', async () => {
    const scene = await createScene(render);
    addMany(scene, 2_500);
    const unheardOf = scene.ref(scene.world.newId('uuid'), null);
    const [reading] = await scene.read(unheardOf);
    expect(reading).toMatchObject({
      type: 'unread',
      error: { code: 'UPSTREAM_BAD_RESPONSE', retryable: true, message: expect.stringContaining('2500') as string },
    });
  });

  it('is no news either when rows slip between two pages, or one cannot be read', async () => {
    const scene = await createScene(render);
    const rows = addMany(scene, 1_000).map(({ id }) => ({ task_id: id, status: 'active' }));
    const unheardOf = scene.ref(scene.world.newId('uuid'), null);
    const slipping = [
      { status: 200, body: { count: 1_002, render_tasks: rows } },
      { status: 200, body: { count: 1_001, render_tasks: [{ task_id: 'new', status: 'active' }] } },
      { status: 200, body: { count: 0, render_tasks: [] } },
    ];
    scene.client.script(LIST, ...slipping);
    expect((await scene.read(unheardOf))[0]!.type).toBe('unread');
    scene.client.script(LIST, { status: 200, body: { count: 1, render_tasks: [null] } });
    expect((await scene.read(unheardOf))[0]!.type).toBe('unread');
  });

  it('of a row in an unknown shape hurts that task alone', async () => {
    const scene = await createScene(render);
    const refs = ['good', 'bad'].map((id) => scene.ref(id));
    const render_tasks = [{ task_id: 'good', status: 'active' }, { task_id: 'bad' }];
    scene.client.script(LIST, { status: 200, body: { count: 2, render_tasks } });
    expect(await scene.read(...refs)).toMatchObject([
      { type: 'seen' },
      { type: 'unread', error: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
  });

  it('keeps what it found when a later call fails', async () => {
    const scene = await createScene(render);
    const ended = addMany(scene, 2);
    await scene.clock.advance(20_000);
    const running = add(scene);
    const refs = [...ended, running].map((task) => known(scene, task));
    const page = { count: 1, render_tasks: [{ ...running.fields, task_id: running.id, status: 'active' }] };
    scene.client.script(LIST, { status: 200, body: page }, new UpstreamError('UPSTREAM_THROTTLED', 'slow down'));
    expect(await scene.read(...refs)).toMatchObject([
      { type: 'unread', error: { code: 'UPSTREAM_THROTTLED' } },
      { type: 'unread', error: { code: 'UPSTREAM_THROTTLED' } },
      { type: 'seen' },
    ]);
  });

  it('of nothing asks for nothing', async () => {
    const scene = await createScene(render);
    expect(await scene.read()).toEqual([]);
    expect(scene.client.requests).toEqual([]);
  });
});

describe('stopRenderTask', () => {
  const [stop] = render.actions;

  it('stops a running task, which ends as cancelled', async () => {
    const scene = await createScene(render);
    const task = add(scene, { runMs: 1e6 });
    const ref = known(scene, task);
    await scene.clock.advance(5_000);
    expect(await stop!.run(scene.connection, [ref.task!])).toBe('done');
    expect(scene.client.requests).toMatchObject([{ call: 'start', method: 'POST', path: `${LIST}/${task.id}/stop` }]);
    expect(factsOf((await scene.read(ref))[0])).toMatchObject({
      status: 'CANCELLED',
      finishedAt: scene.clock.now(),
      details: { finishReason: 'cancel' },
    });
  });

  it('hands on the upstream’s no, which is a 400 for a task that is not there', async () => {
    const scene = await createScene(render);
    const ref = known(scene, add(scene));
    await scene.clock.advance(20_000);
    expect(await stop!.run(scene.connection, [ref.task!])).toEqual({
      type: 'refusal',
      status: 400,
      upstreamCode: 'CVR.0025',
      message: 'Task ID is error, specified task is not found.',
    });
  });
});

describe('discovery', () => {
  it('brings active tasks, and those that finished since', async () => {
    const scene = await createScene(render);
    const long = add(scene, { runMs: 1e6 });
    add(scene);
    await scene.clock.advance(20_000);
    const since = scene.clock.now();
    const late = add(scene, { outcome: 'error', runMs: 5_000 });
    await scene.clock.advance(20_000);
    const discovered = await scene.source.discover!(since, POLL);
    expect(discovered.map(({ identity, facts }) => [identity.upstreamId, facts.status])).toEqual([
      [long.id, 'RUNNING'],
      [late.id, 'FAILED'],
    ]);
  });

  it('throws what the upstream answers', async () => {
    const scene = await createScene(render);
    scene.client.script(LIST, { status: 503 });
    await expect(scene.source.discover!(0, POLL)).rejects.toBeInstanceOf(UpstreamError);
  });
});

describe('the simulated platform', () => {
  it.each([
    [{ limit: 0 }, 'CVR.0002'],
    [{ limit: 1001 }, 'CVR.0002'],
    [{ offset: 1001 }, 'CVR.0003'],
    [{ offset: -1 }, 'CVR.0003'],
  ])('refuses %j with %s', async (query, upstreamCode) => {
    const { client } = await createScene(render);
    await expect(client.read({ method: 'GET', path: LIST, query, priority: 'poll' })).rejects.toMatchObject({
      details: { status: 400, upstreamCode },
    });
  });

  it('starts a task, gives out a link token, and keeps it nowhere', async () => {
    const scene = await createScene(render);
    const body = { application_id: APP, device_id: '0FBCA6', resolution: '4k' };
    const request = { method: 'POST', path: LIST, body, priority: 'request' } as const;
    const reply = await scene.client.start(request);
    if (reply.type === 'refusal') throw new Error('refused');
    const { link_token, task_id } = reply.body as { readonly link_token: string; readonly task_id: string };
    expect(JSON.stringify(scene.world.tasks.list('RENDER', PROJECT_ID))).not.toContain(link_token);
    expect(factsOf((await scene.read(scene.ref(task_id)))[0])).toMatchObject({ details: { resolution: '4k' } });
    expect(await scene.client.start(request)).toMatchObject({ upstreamCode: 'CVR.0266' });
  });

  it.each([
    [null, 'CVR.0001'],
    [{ application_id: 'x', device_id: 'd' }, 'CVR.0010'],
    [{ application_id: APP, device_id: 'd d' }, 'CVR.0005'],
    [{ application_id: APP, device_id: 'd', resolution: '8k' }, 'CVR.0001'],
  ])('refuses to start %j with %s', async (body, upstreamCode) => {
    const { client } = await createScene(render);
    expect(await client.start({ method: 'POST', path: LIST, body, priority: 'request' })).toMatchObject({
      upstreamCode,
    });
  });

  it('forgets what ended more than ninety days ago', async () => {
    const scene = await createScene(render);
    const ref = known(scene, add(scene, { createdAt: scene.clock.now() - 91 * 86_400_000 }));
    expect((await scene.read(ref))[0]!.type).toBe('gone');
  });
});
