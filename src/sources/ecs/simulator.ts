import { isRecord, type Json, type JsonObject } from '../../base/json.js';
import {
  phaseOf,
  type SimulatedReply,
  type SimulatedRequest,
  type SimulatedService,
  type SimulatedTask,
  type TaskWish,
  type World,
} from '../../simulator/simulated-service.js';

const SERVICE = 'ECS';

/**
 * KPS as its pages describe it: key pairs of servers are changed by tasks; running and failed ones can be listed,
 * successful ones cannot. A task's outcome is the last word it says: SUCCESS_UNBIND, FAILED_RESET …
 */
export const simulatedKps: SimulatedService = {
  service: SERVICE,
  routes: [
    { method: 'POST', path: '/v3/:projectId/keypairs/disassociate', handle: disassociate },
    { method: 'POST', path: '/v3/:projectId/keypairs/associate', handle: associate },
    { method: 'POST', path: '/v3/:projectId/keypairs/batch-associate', handle: batchAssociate },
    { method: 'GET', path: '/v3/:projectId/tasks/:taskId', handle: showTask },
    { method: 'GET', path: '/v3/:projectId/running-tasks', handle: listRunning },
    { method: 'GET', path: '/v3/:projectId/failed-tasks', handle: listFailed },
    { method: 'DELETE', path: '/v3/:projectId/failed-tasks/:taskId', handle: deleteFailed },
    { method: 'DELETE', path: '/v3/:projectId/failed-tasks', handle: deleteAllFailed },
  ],
  create: createTask,
};

interface Failure {
  readonly code: string | null;
  readonly message: string;
}

/** The first is the page's own example, which has a text but no code. */
const FAILURES: readonly Failure[] = [
  { code: null, message: 'Update public key error' },
  { code: 'KPS.1002', message: 'Failed to connect to the server' },
  { code: 'KPS.1003', message: 'The password or private key of the server is incorrect' },
];
const OPERATIONS = ['UNBIND', 'BIND', 'RESET', 'REPLACE'];
const FAILING_SHARE = 0.15;
const KEYPAIRS = ['KeyPair-ops', 'KeyPair-ci', 'KeyPair-xt'];

function createTask(world: World, wish: TaskWish): SimulatedTask {
  const { fields = {} } = wish;
  const wordOperation = wish.outcome?.replace(/^[A-Z]+_/, '');
  const operation = text(fields.operation) ?? wordOperation ?? pick(world, OPERATIONS);
  const failure = pick(world, FAILURES);
  const serverId = text(fields.server_id) ?? world.newId('uuid');
  const task: SimulatedTask = {
    service: SERVICE,
    projectId: wish.projectId,
    id: world.newId('uuid'),
    createdAt: wish.createdAt ?? world.now(),
    waitMs: wish.waitMs ?? Math.round(1_000 + world.random() * 4_000),
    runMs: wish.runMs ?? Math.round(10_000 + world.random() * 35_000),
    outcome: wish.outcome ?? drawOutcome(world, operation),
    fields: {
      operation,
      server_id: serverId,
      server_name: `ecs-${serverId.slice(0, 4)}`,
      keypair_name: pick(world, KEYPAIRS),
      running_word: drawRunningWord(world, operation),
      error_code: failure.code,
      error_msg: failure.message,
      ...fields,
    },
  };
  world.tasks.add(task);
  return task;
}

/** A replace may end in the words of a reset, as the page prints them. */
function drawOutcome(world: World, operation: string): string {
  const last = operation === 'REPLACE' && world.random() < 0.5 ? 'RESET' : operation;
  return `${world.random() < FAILING_SHARE ? 'FAILED' : 'SUCCESS'}_${last}`;
}

/** `operate_type` of a running task: the page's example, what clients report, or the page's list of values. */
function drawRunningWord(world: World, operation: string): string {
  return pick(world, [`RUNNING_${operation}`, `RUNNING_${operation}`, 'RUNNING', `FAILED_${operation}`]);
}

// ---- starts

function disassociate(request: SimulatedRequest, world: World): SimulatedReply {
  const body = asObject(request.json());
  const server = serverOf(body, ['id', 'auth', 'port']);
  return server ? accept(start(request, world, server, { operation: 'UNBIND' })) : invalid('server');
}

function associate(request: SimulatedRequest, world: World): SimulatedReply {
  const body = asObject(request.json());
  const server = serverOf(body, ['id', 'auth', 'port', 'disable_password']);
  const keypairName = keypairNameOf(body);
  if (keypairName === undefined) return invalid('keypair_name');
  return server ? accept(start(request, world, server, bindingOf(server, keypairName))) : invalid('server');
}

const MOST_IN_BATCH = 10;

function batchAssociate(request: SimulatedRequest, world: World): SimulatedReply {
  const items = asObject(request.json())?.batch_keypairs;
  if (!Array.isArray(items) || items.length > MOST_IN_BATCH) return invalid('batch_keypairs');
  const parsed = (items as readonly Json[]).map((item) => {
    const entry = asObject(item);
    return { server: serverOf(entry, ['id', 'auth', 'port', 'disable_password']), name: keypairNameOf(entry) };
  });
  const tasks: JsonObject[] = [];
  for (const { server, name } of parsed) {
    if (!server || name === undefined) return invalid('batch_keypairs');
    const { status, ...started } = start(request, world, server, bindingOf(server, name));
    // The page's example of a batch writes `Failed`.
    tasks.push({ ...started, status: status === 'FAILED' ? 'Failed' : 'SUCCESS' });
  }
  return { status: 202, body: { tasks } };
}

/** What a bind becomes depends on how the server is entered: shut down, by its old key pair, or by its password. */
function bindingOf({ auth }: Server, keypairName: string): JsonObject {
  const operation = auth === undefined ? 'RESET' : auth === 'keypair' ? 'REPLACE' : 'BIND';
  return { operation, keypair_name: keypairName };
}

function accept({ task_id, ...failed }: JsonObject): SimulatedReply {
  // The page's example of an accepted task has the id and nothing else.
  return { status: 202, body: task_id === undefined ? failed : { task_id } };
}

/** A server with a task under way takes no second one; the answer is a 202 nonetheless. */
function start({ params }: SimulatedRequest, world: World, server: Server, fields: JsonObject): JsonObject {
  const { projectId = '' } = params;
  const isBusy = world.tasks
    .list(SERVICE, projectId)
    .some((task) => task.fields.server_id === server.id && phaseOf(task, world.now()) !== 'ended');
  if (isBusy) {
    const error_msg = 'A key pair task of the server is being processed';
    return { server_id: server.id, status: 'FAILED', error_code: 'KPS.1001', error_msg };
  }
  const { id } = createTask(world, { projectId, fields: { ...fields, server_id: server.id } });
  return { task_id: id, server_id: server.id, status: 'SUCCESS' };
}

interface Server {
  readonly id: string;
  /** How it is entered; the key itself is looked at and forgotten. */
  readonly auth: 'password' | 'keypair' | undefined;
}

function serverOf(body: JsonObject | undefined, known: readonly string[]): Server | undefined {
  const server = asObject(body?.server);
  if (!server || Object.keys(server).some((key) => !known.includes(key))) return undefined;
  const { id, auth, port, disable_password } = server;
  const fits =
    (port === undefined || isInteger(port, 1, 65_535)) &&
    (disable_password === undefined || typeof disable_password === 'boolean');
  if (typeof id !== 'string' || id === '' || id.length > 64 || !fits) return undefined;
  if (auth === undefined) return { id, auth: undefined };
  const { type, key } = asObject(auth) ?? {};
  if ((type !== 'password' && type !== 'keypair') || typeof key !== 'string' || key.length > 65_535) return undefined;
  return { id, auth: type };
}

function keypairNameOf(body: JsonObject | undefined): string | undefined {
  const name = text(body?.keypair_name);
  return name !== undefined && /^[A-Za-z0-9_-]{1,255}$/.test(name) ? name : undefined;
}

// ---- queries

function showTask({ params }: SimulatedRequest, world: World): SimulatedReply {
  const { projectId, taskId = '' } = params;
  if (taskId.length !== 36) return invalid('task_id');
  const task = world.tasks.get(SERVICE, taskId);
  if (!task || task.projectId !== projectId) return failed('KPS.0404', 'The task does not exist');
  const { server_id = '' } = task.fields;
  return { status: 200, body: { task_id: task.id, task_status: wordOf(task, world.now()), server_id } };
}

function wordOf(task: SimulatedTask, now: number): string {
  const phase = phaseOf(task, now);
  if (phase === 'ended') return task.outcome;
  return `${phase === 'waiting' ? 'READY' : 'RUNNING'}_${text(task.fields.operation) ?? 'RESET'}`;
}

function listRunning(request: SimulatedRequest, world: World): SimulatedReply {
  return list(request, tasksOf(request, world, 'RUNNING'), ({ fields }) => ({
    operate_type: fields.running_word ?? 'RUNNING',
  }));
}

function listFailed(request: SimulatedRequest, world: World): SimulatedReply {
  return list(request, tasksOf(request, world, 'FAILED'), ({ fields, outcome }) => ({
    operate_type: outcome,
    task_error_code: fields.error_code ?? null,
    task_error_msg: fields.error_msg ?? '',
  }));
}

/** Newest first. */
function tasksOf({ params }: SimulatedRequest, world: World, phase: string): readonly SimulatedTask[] {
  return world.tasks
    .list(SERVICE, params.projectId ?? '')
    .filter((task) => wordOf(task, world.now()).startsWith(`${phase}_`))
    .reverse();
}

function list(
  { query }: SimulatedRequest,
  tasks: readonly SimulatedTask[],
  describe: (task: SimulatedTask) => JsonObject,
): SimulatedReply {
  const limit = integerOf(query.get('limit'), 1000, 1, 1000);
  const offset = integerOf(query.get('offset'), 0, 0, 100_000);
  if (limit === undefined) return invalid('limit');
  if (offset === undefined) return invalid('offset');
  const rows = tasks.slice(offset, offset + limit).map((task) => ({
    task_id: task.id,
    task_time: String(task.createdAt),
    server_name: task.fields.server_name ?? '',
    server_id: task.fields.server_id ?? '',
    keypair_name: task.fields.keypair_name ?? '',
    ...describe(task),
  }));
  return { status: 200, body: { total: tasks.length, tasks: rows } };
}

function deleteFailed(request: SimulatedRequest, world: World): SimulatedReply {
  const task = tasksOf(request, world, 'FAILED').find(({ id }) => id === request.params.taskId);
  if (!task) return failed('KPS.0404', 'The task does not exist');
  world.tasks.remove(SERVICE, task.id);
  return { status: 200 };
}

function deleteAllFailed(request: SimulatedRequest, world: World): SimulatedReply {
  for (const { id } of tasksOf(request, world, 'FAILED')) world.tasks.remove(SERVICE, id);
  return { status: 200 };
}

// ---- odds and ends

/** Numbers behind `KPS.` are made up: the pages print none. */
function failed(error_code: string, error_msg: string): SimulatedReply {
  return { status: 400, body: { error_code, error_msg } };
}

function invalid(parameter: string): SimulatedReply {
  return failed('KPS.0001', `The parameter ${parameter} is invalid`);
}

function integerOf(value: string | null, fallback: number, least: number, most: number): number | undefined {
  if (value === null) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  return isInteger(number, least, most) ? number : undefined;
}

function isInteger(value: Json, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return isRecord(value) ? value : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function pick<T>(world: World, values: readonly T[]): T {
  return values[Math.floor(world.random() * values.length)] as T;
}
