import { PROJECT, SECOND_PROJECT, startSimulator, type Answer } from './start-simulator.js';

const TOYS = `/v1/${PROJECT}/toys`;
const NOW = Date.UTC(2026, 0, 1);

interface Shown {
  readonly id: string;
  readonly phase: string;
  readonly [key: string]: unknown;
}

const tasksOf = (answer: Answer) => answer.json()['tasks'] as readonly Shown[];

describe('tasks by the control API', () => {
  it('creates one in the past that still runs, which the service then shows', async () => {
    const { control, call } = await startSimulator();
    const wish = {
      service: 'TOY',
      outcome: 'broken',
      createdAt: NOW - 60_000,
      waitMs: 0,
      runMs: 70_000,
      fields: { a: [1] },
    };
    const made = await control('POST', '/__sim/tasks', wish);
    expect(made.status).toBe(201);
    const [task] = tasksOf(made);
    expect(task).toEqual({
      ...{ service: 'TOY', outcome: 'broken', createdAt: NOW - 60_000, waitMs: 0, runMs: 70_000 },
      ...{ id: task!.id, projectId: PROJECT, fields: { reason: 'wheel came off', a: [1] } },
    });
    expect((await control('GET', `/__sim/tasks/TOY/${task!.id}`)).json()).toMatchObject({
      phase: 'running',
      endsAt: NOW + 10_000,
    });
    expect((await call(`${TOYS}/${task!.id}`)).json()['status']).toBe('running');
  });

  it('creates many, lists them by service and project, and the newest first to stay', async () => {
    const { control } = await startSimulator();
    await control('POST', '/__sim/tasks', { service: 'TOY', count: 3 });
    const other = tasksOf(await control('POST', '/__sim/tasks', { service: 'TOY', projectId: SECOND_PROJECT }));
    const all = await control('GET', '/__sim/tasks');
    expect([all.json()['total'], new Set(tasksOf(all).map(({ id }) => id)).size]).toEqual([4, 4]);
    expect((await control('GET', `/__sim/tasks?service=TOY&projectId=${PROJECT}`)).json()['total']).toBe(3);
    expect(tasksOf(await control('GET', '/__sim/tasks?limit=1')).map(({ id }) => id)).toEqual([other[0]!.id]);
  });

  it.each([
    ['waiting', 500],
    ['running', 3_000],
  ])('ends a %s task now', async (phase, age) => {
    const { control, simulator, clock } = await startSimulator();
    const { id } = simulator.control.createTask({ service: 'TOY', waitMs: 1_000, runMs: 9_000 });
    await clock.advance(age);
    expect(simulator.control.task('TOY', id).phase).toBe(phase);
    const hurried = (await control('POST', `/__sim/tasks/TOY/${id}/hurry`)).json();
    expect(hurried).toMatchObject({ phase: 'ended', endsAt: NOW + age, createdAt: NOW });
    await clock.advance(1_000);
    expect((await control('POST', `/__sim/tasks/TOY/${id}/hurry`)).json()['endsAt']).toBe(NOW + age);
  });

  it('ends all at the same instant', async () => {
    const { control, simulator } = await startSimulator();
    simulator.control.createTasks({ service: 'TOY', count: 50 });
    expect((await control('POST', '/__sim/hurry', { service: 'TOY' })).json()).toEqual({ hurried: 50 });
    expect(new Set(simulator.control.tasks().map(({ endsAt }) => endsAt))).toEqual(new Set([NOW]));
    expect((await control('POST', '/__sim/hurry')).json()).toEqual({ hurried: 0 });
  });

  it('gives a task another outcome, with what the service tells about it, and other fields', async () => {
    const { control, simulator } = await startSimulator();
    const { id } = simulator.control.createTask({ service: 'TOY', outcome: 'done', fields: { owner: 'me' } });
    const changed = await control('POST', `/__sim/tasks/TOY/${id}`, {
      outcome: 'broken',
      runMs: 5,
      fields: { extra: 1 },
    });
    expect(changed.json()).toMatchObject({
      id,
      outcome: 'broken',
      waitMs: 1_000,
      runMs: 5,
      fields: { owner: 'me', extra: 1 },
    });
    expect(simulator.control.tasks()).toHaveLength(1);
  });

  it('lets a service say a word that it does not list, for clients that must take unknown words', async () => {
    const { control, call } = await startSimulator();
    const [task] = tasksOf(
      await control('POST', '/__sim/tasks', { service: 'TOY', outcome: 'melted', waitMs: 0, runMs: 0 }),
    );
    expect((await call(`${TOYS}/${task!.id}`)).json()['status']).toBe('melted');
  });

  it('refuses an outcome that the service cannot have, and leaves the task as it was', async () => {
    const { control, simulator } = await startSimulator();
    const { id } = simulator.control.createTask({ service: 'TOY', outcome: 'done' });
    const answer = await control('POST', `/__sim/tasks/TOY/${id}`, { outcome: 'nope' });
    expect(answer.json()).toEqual({ error: { message: 'toys do not end so', field: 'outcome' } });
    expect(simulator.control.task('TOY', id).outcome).toBe('done');
  });

  it('makes the upstream forget one, or all', async () => {
    const { control, call, simulator } = await startSimulator();
    const [first] = simulator.control.createTasks({ service: 'TOY', count: 3 });
    expect((await control('DELETE', `/__sim/tasks/TOY/${first!.id}`)).status).toBe(204);
    expect((await call(`${TOYS}/${first!.id}`)).status).toBe(404);
    expect((await control('DELETE', `/__sim/tasks/TOY/${first!.id}`)).status).toBe(404);
    expect((await control('DELETE', '/__sim/tasks?service=TOY')).json()).toEqual({ forgotten: 2 });
    expect(simulator.world.tasks.size).toBe(0);
  });
});

describe('mistakes in the control API', () => {
  it.each([
    ['/__sim/tasks', {}, 'service'],
    ['/__sim/tasks', { service: 'NOPE' }, 'service'],
    ['/__sim/tasks', { service: 'TOY', outcome: 'nope' }, 'outcome'],
    ['/__sim/tasks', { service: 'TOY', projectId: 'nope' }, 'projectId'],
    ['/__sim/tasks', { service: 'TOY', runMs: -1 }, 'runMs'],
    ['/__sim/tasks', { service: 'TOY', runms: 1 }, 'runms'],
    ['/__sim/tasks', { service: 'TOY', count: 0 }, 'count'],
    ['/__sim/hurry', { service: 7 }, 'service'],
    ['/__sim/faults', {}, 'effect'],
    ['/__sim/faults', { effect: { kind: 'nope' } }, 'effect.kind'],
    ['/__sim/faults', { effect: { kind: 'status', status: 99 } }, 'effect.status'],
    ['/__sim/faults', { effect: { kind: 'status', status: 500, headers: { 'X-A': 'a\r\nb' } } }, 'effect.headers.X-A'],
    ['/__sim/faults', { effect: { kind: 'redirect', to: 'nowhere' } }, 'effect.to'],
    ['/__sim/faults', { effect: { kind: 'hangAfter', more: 1 } }, 'effect.more'],
    ['/__sim/faults', { effect: { kind: 'hangAfter' }, match: { path: '(' } }, 'match.path'],
    ['/__sim/faults', { effect: { kind: 'hangAfter' }, match: { service: 'NOPE' } }, 'match.service'],
    ['/__sim/faults', { effect: { kind: 'hangAfter' }, times: 1.5 }, 'times'],
    ['/__sim/settings', { tokenBytes: 30_000 }, 'tokenBytes'],
    ['/__sim/settings', { skew: 1 }, 'skew'],
  ])('POST %s with %j is refused by the name of the field', async (path, body, field) => {
    const { control, simulator } = await startSimulator();
    const answer = await control('POST', path, body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error: { message: expect.any(String) as string, field } });
    expect([simulator.world.tasks.size, simulator.control.faults()]).toEqual([0, []]);
  });

  it('refuses what is not JSON, a wrong query, and what does not exist', async () => {
    const { control, call } = await startSimulator();
    expect((await call('/__sim/tasks', { method: 'POST', body: '{"service":' })).status).toBe(400);
    expect((await control('GET', '/__sim/log?since=x')).json()).toMatchObject({ error: { field: 'since' } });
    for (const [method, path] of [
      ['GET', '/__sim/nope'],
      ['PUT', '/__sim/tasks'],
      ['GET', '/__sim/tasks/TOY/nope'],
      ['POST', '/__sim/tasks/TOY/nope/hurry'],
      ['DELETE', '/__sim/faults/nope'],
    ] as const) {
      const answer = await control(method, path);
      expect([answer.status, answer.json()]).toEqual([
        404,
        { error: { message: expect.any(String) as string, field: null } },
      ]);
    }
  });
});

describe('the rest of the control API', () => {
  it('arms, shows and disarms faults', async () => {
    const { control, call } = await startSimulator();
    const armed = await control('POST', '/__sim/faults', { effect: { kind: 'status', status: 500 }, times: 9 });
    const { id } = armed.json() as { id: string };
    expect(armed.status).toBe(201);
    await call(TOYS);
    expect((await control('GET', '/__sim/faults')).json()).toEqual({
      faults: [{ id, rule: { effect: { kind: 'status', status: 500 }, times: 9 }, applied: 1 }],
    });
    expect((await control('DELETE', `/__sim/faults/${id}`)).status).toBe(204);
    expect((await call(TOYS)).status).toBe(200);
    await control('POST', '/__sim/faults', { effect: { kind: 'html' } });
    await control('DELETE', '/__sim/faults');
    expect((await call(TOYS)).status).toBe(200);
  });

  it('changes the settings that it is given and shows all', async () => {
    const { control } = await startSimulator();
    const before = (await control('GET', '/__sim/settings')).json();
    const after = (await control('POST', '/__sim/settings', { clockSkewMs: 60_000 })).json();
    expect(after).toEqual({ ...before, clockSkewMs: 60_000 });
    expect((await control('GET', '/__sim/health')).headers['date']).toBe('Thu, 01 Jan 2026 00:01:00 GMT');
  });

  it('tells its health and its services', async () => {
    const { control } = await startSimulator();
    expect((await control('GET', '/__sim/health')).json()).toEqual({ status: 'ok', services: ['TOY'] });
    const { services } = (await control('GET', '/__sim/services')).json() as { services: readonly unknown[] };
    expect(services).toEqual([expect.objectContaining({ service: 'TOY', outcomes: ['done', 'broken'] }) as unknown]);
  });

  it('logs what was asked for, who asked and what came of it, without any secret', async () => {
    const { control, call, simulator } = await startSimulator();
    await call(`${TOYS}?limit=3`);
    await call(TOYS, { headers: { 'X-Auth-Token': 'not-a-token' } });
    await call('/v9/nothing');
    const { id } = simulator.control.addFault({ effect: { kind: 'resetAfter' }, times: 1 });
    await expect(call(TOYS, { method: 'POST', body: 'private-body' })).rejects.toThrow();

    const answer = await control('GET', '/__sim/log');
    const route = { at: NOW, service: 'TOY', path: TOYS, query: '', projectId: PROJECT, faultId: null };
    const requestId = expect.any(String) as string;
    expect(answer.json()).toEqual({
      next: 4,
      dropped: 0,
      requests: [
        {
          ...route,
          number: 1,
          method: 'GET',
          route: '/v1/:projectId/toys',
          query: 'limit=3',
          means: 'fixed token',
          status: 200,
          requestId,
        },
        {
          ...route,
          number: 2,
          method: 'GET',
          route: '/v1/:projectId/toys',
          projectId: null,
          means: null,
          status: 401,
          requestId,
        },
        {
          ...route,
          number: 3,
          method: 'GET',
          route: null,
          service: null,
          path: '/v9/nothing',
          projectId: null,
          means: null,
          status: 404,
          requestId,
        },
        {
          ...route,
          number: 4,
          method: 'POST',
          route: '/v1/:projectId/toys',
          means: 'fixed token',
          status: null,
          faultId: id,
          requestId,
        },
      ],
    });
    for (const secret of ['fixed-corp', 'not-a-token', 'private-body']) expect(answer.text).not.toContain(secret);
    expect((await control('GET', '/__sim/log?since=3')).json()['requests']).toHaveLength(1);
  });

  it('counts requests by route and status, and forgets them with the log', async () => {
    const { control, call } = await startSimulator();
    await call(TOYS);
    await call(TOYS);
    await call(TOYS, { headers: {} });
    expect((await control('GET', '/__sim/counters')).json()).toEqual({
      counters: [
        { service: 'TOY', method: 'GET', route: '/v1/:projectId/toys', requests: 3, byStatus: { 200: 2, 401: 1 } },
      ],
    });
    expect((await control('DELETE', '/__sim/log')).status).toBe(204);
    expect((await control('GET', '/__sim/counters')).json()).toEqual({ counters: [] });
    expect((await control('GET', '/__sim/log')).json()).toEqual({ requests: [], next: 3, dropped: 0 });
  });
});
