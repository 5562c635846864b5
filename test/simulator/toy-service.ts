import {
  endOf,
  phaseOf,
  type SimulatedRequest,
  type SimulatedService,
  type SimulatedTask,
  type World,
} from '../../src/simulator/simulated-service.js';

/** A service with everything that the kit has to carry: start, query, list, stop, and a path without a project. */
export const toyService: SimulatedService = {
  service: 'TOY',
  outcomes: ['done', 'broken'],
  routes: [
    { method: 'POST', path: '/v1/:projectId/toys', handle: start },
    { method: 'GET', path: '/v1/:projectId/toys', handle: list },
    { method: 'GET', path: '/v1/:projectId/toys/:toyId', handle: show },
    { method: 'GET', path: '/v1/:projectId/toys/summary', handle: () => ({ status: 200, body: { summary: true } }) },
    { method: 'DELETE', path: '/v1/:projectId/toys/:toyId', handle: remove },
    {
      method: 'GET',
      path: '/v2/toys',
      handle: ({ params }, world) => ({
        status: 200,
        body: {
          project: params['projectId'] ?? null,
          count: world.tasks.list('TOY', params['projectId'] ?? '').length,
        },
      }),
    },
    {
      method: 'GET',
      path: '/v2/broken-toys',
      handle: () => {
        throw new Error('a bug of the part');
      },
    },
  ],
  create(world, { projectId, outcome, waitMs, runMs, createdAt, fields }) {
    if (outcome === 'nope') throw new Error('toys do not end so');
    const task: SimulatedTask = {
      service: 'TOY',
      projectId,
      id: world.newId('uuid'),
      createdAt: createdAt ?? world.now(),
      waitMs: waitMs ?? 1_000,
      runMs: runMs ?? 9_000,
      outcome: outcome ?? (world.random() < 0.5 ? 'broken' : 'done'),
      fields: { reason: outcome === 'broken' ? 'wheel came off' : null, ...fields },
    };
    world.tasks.add(task);
    return task;
  },
};

function start(request: SimulatedRequest, world: World) {
  const { projectId = '' } = request.params;
  const task = toyService.create(world, { projectId });
  return { status: 202, headers: { 'X-Toy': 'yes' }, body: { task_id: task.id } };
}

function list({ params }: SimulatedRequest, world: World) {
  const toys = world.tasks.list('TOY', params['projectId'] ?? '').map((task) => view(task, world.now()));
  return { status: 200, body: { toys } };
}

function show({ params }: SimulatedRequest, world: World) {
  const task = world.tasks.get('TOY', params['toyId'] ?? '');
  if (task?.projectId !== params['projectId']) return { status: 404, body: { error_code: 'TOY.404' } };
  return task ? { status: 200, body: view(task, world.now()) } : { status: 404, body: { error_code: 'TOY.404' } };
}

function remove({ params }: SimulatedRequest, world: World) {
  return { status: world.tasks.remove('TOY', params['toyId'] ?? '') ? 204 : 404 };
}

function view(task: SimulatedTask, now: number) {
  const ended = phaseOf(task, now) === 'ended';
  return { task_id: task.id, status: ended ? task.outcome : phaseOf(task, now), end: ended ? endOf(task) : 0 };
}
