import { isRecord, type Json, type JsonObject } from '../../base/json.js';
import {
  endOf,
  phaseOf,
  type SimulatedReply,
  type SimulatedRequest,
  type SimulatedService,
  type SimulatedTask,
  type TaskWish,
  type World,
} from '../../simulator/simulated-service.js';

const SERVICE = 'RENDER';
const TASKS = '/v2/cvr/render-tasks';

/**
 * CVR as its pages describe it: render tasks are started, listed and stopped, and cannot be asked for one by one. A
 * task's outcome is its finish_reason.
 */
export const simulatedCvr: SimulatedService = {
  service: SERVICE,
  routes: [
    { method: 'GET', path: TASKS, handle: listTasks },
    { method: 'POST', path: TASKS, handle: startTask },
    { method: 'POST', path: `${TASKS}/:taskId/stop`, handle: stopTask },
  ],
  create: createTask,
};

const REASONS: readonly (readonly [share: number, reason: string])[] = [
  [0.08, 'error'],
  [0.06, 'application_start_failed'],
  [0.03, 'server_deleted'],
  [0.05, 'device_changed'],
  [0.13, 'cancel'],
];
const DEVICES = [
  { device_brand: 'HUAWEI VR Glass', device_type: 'vr' },
  { device_brand: 'Pico', device_type: 'vr' },
  { device_brand: 'MateBook', device_type: 'pc' },
  { device_brand: 'IdeaHub', device_type: 'ideahub' },
];
const LAST_DAYS_MS = 90 * 24 * 3_600_000;

function createTask(world: World, wish: TaskWish): SimulatedTask {
  const outcome = wish.outcome ?? drawReason(world);
  const device = DEVICES[Math.floor(world.random() * DEVICES.length)];
  // An application that does not start is noticed soon.
  const drawnMs = outcome === 'application_start_failed' ? 5_000 : 20_000 + world.random() * 160_000;
  const task: SimulatedTask = {
    service: SERVICE,
    projectId: wish.projectId,
    id: world.newId('uuid'),
    createdAt: wish.createdAt ?? world.now(),
    waitMs: wish.waitMs ?? 0,
    runMs: wish.runMs ?? Math.round(drawnMs),
    outcome,
    fields: {
      application_id: world.newId('uuid'),
      server_id: world.newId('uuid'),
      // Ordinary servers have no session, and say so by an empty string.
      session_id: world.random() < 0.5 ? '' : '1',
      device_id: world.newId('hex').slice(0, 6).toUpperCase(),
      ...device,
      application_user: '',
      application_launch_args: '',
      protocol_type: 'udp',
      location: ['cn-north-4a'],
      resolution: '1080p',
      gpu_ip_type: 'public',
      ...wish.fields,
    },
  };
  world.tasks.add(task);
  return task;
}

function drawReason(world: World): string {
  let draw = world.random();
  for (const [share, reason] of REASONS) {
    if (draw < share) return reason;
    draw -= share;
  }
  return 'normal';
}

// ---- the list

const FILTERS = ['application_id', 'server_id', 'device_id'] as const;

function listTasks({ params, query }: SimulatedRequest, world: World): SimulatedReply {
  const limit = integerOf(query.get('limit'), 1000, 1, 1000);
  const offset = integerOf(query.get('offset'), 0, 0, 1000);
  const status = query.get('status');
  if (limit === undefined) return failed('CVR.0002', 'The value of limit must be from 1 to 1000.');
  if (offset === undefined) return failed('CVR.0003', 'The value of offset must be from 0 to 1000.');
  if (status !== null && status !== 'active' && status !== 'finish') return failed('CVR.0001', 'Status is error.');

  const now = world.now();
  const matches = world.tasks.list(SERVICE, params.projectId ?? '').filter((task) => {
    const isFiltered = FILTERS.every((name) => query.get(name) === null || query.get(name) === task.fields[name]);
    return isFiltered && (status === null || statusOf(task, now) === status) && isRecent(task, now);
  });
  // Newest first: the page names no order.
  const rows = matches.reverse().slice(offset, offset + limit);
  return { status: 200, body: { count: matches.length, render_tasks: rows.map((task) => describe(task, now)) } };
}

function statusOf(task: SimulatedTask, now: number): 'active' | 'finish' {
  return phaseOf(task, now) === 'ended' ? 'finish' : 'active';
}

function isRecent(task: SimulatedTask, now: number): boolean {
  return statusOf(task, now) === 'active' || endOf(task) > now - LAST_DAYS_MS;
}

function describe(task: SimulatedTask, now: number): JsonObject {
  const status = statusOf(task, now);
  const ended = status === 'finish';
  return {
    task_id: task.id,
    ...task.fields,
    status,
    start_time: formatTime(task.createdAt),
    finish_time: ended ? formatTime(endOf(task)) : '',
    finish_reason: ended ? task.outcome : '',
  };
}

/** `2020-05-20T03:30:52Z` */
function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

// ---- start and stop

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  device_type: ['vr', 'pc', 'mobile', 'ideahub'],
  protocol_type: ['udp', 'webrtc', 'websocket'],
  resolution: ['480p', '540p', '720p', '1080p', '2k', '4k'],
  gpu_ip_type: ['public', 'private'],
};
const LONGEST: Readonly<Record<string, number>> = {
  device_brand: 30,
  application_launch_args: 200,
  application_user: 40,
};
const ANSWERED = [
  'application_id',
  'device_id',
  'device_brand',
  'device_type',
  'application_user',
  'application_launch_args',
  'protocol_type',
  'location',
  'resolution',
  'gpu_ip_type',
];

function startTask(request: SimulatedRequest, world: World): SimulatedReply {
  const { projectId = '' } = request.params;
  const body = asObject(request.json());
  if (!body) return failed('CVR.0001', 'Format of the request body is error.');
  const { application_id, device_id, location } = body;
  if (typeof application_id !== 'string' || application_id.length !== 36) {
    return failed('CVR.0010', 'Application ID is error.');
  }
  if (typeof device_id !== 'string' || !/^[A-Za-z0-9_-]{1,40}$/.test(device_id)) {
    return failed('CVR.0005', 'Device ID is error.');
  }
  const optional = optionalFields(body);
  if (!optional) return failed('CVR.0001', 'Format of the request body is error.');
  const now = world.now();
  const isRunning = world.tasks
    .list(SERVICE, projectId)
    .some(
      ({ fields, ...task }) =>
        fields.application_id === application_id &&
        fields.device_id === device_id &&
        phaseOf({ ...task, fields }, now) !== 'ended',
    );
  if (isRunning) return failed('CVR.0266', 'The user or device already has a render task in the application.');

  const fields = { application_id, device_id, ...optional, ...(location !== undefined && { location }) };
  const task = createTask(world, { projectId, fields });
  // The link token is made for this answer and kept nowhere.
  const link_token = world.newId('hex');
  const answered = Object.fromEntries(ANSWERED.map((name) => [name, task.fields[name] ?? '']));
  return { status: 200, body: { gpu_ip: '100.93.1.20', port: '8006', link_token, task_id: task.id, ...answered } };
}

function optionalFields(body: JsonObject): JsonObject | undefined {
  const names = [...Object.keys(CHOICES), ...Object.keys(LONGEST)].filter((name) => body[name] !== undefined);
  const fits = names.every((name) => {
    const value = body[name];
    if (typeof value !== 'string' || value === '') return false;
    return CHOICES[name]?.includes(value) ?? value.length <= (LONGEST[name] ?? 0);
  });
  if (!fits || !isLocation(body.location)) return undefined;
  return Object.fromEntries(names.map((name) => [name, body[name] ?? '']));
}

function isLocation(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length > 10) return false;
  return (value as readonly Json[]).every((item) => typeof item === 'string' && item !== '' && item.length <= 40);
}

function stopTask({ params }: SimulatedRequest, world: World): SimulatedReply {
  const now = world.now();
  const task = world.tasks.get(SERVICE, params.taskId ?? '');
  if (!task || task.projectId !== params.projectId || phaseOf(task, now) === 'ended') {
    // Not a 404.
    return failed('CVR.0025', 'Task ID is error, specified task is not found.');
  }
  world.tasks.update({ ...task, waitMs: 0, runMs: Math.max(now - task.createdAt, 0), outcome: 'cancel' });
  return { status: 200 };
}

// ---- odds and ends

function failed(error_code: string, error_msg: string): SimulatedReply {
  return { status: 400, body: { error_code, error_msg } };
}

function integerOf(value: string | null, fallback: number, least: number, most: number): number | undefined {
  if (value === null) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  return number >= least && number <= most ? number : undefined;
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return isRecord(value) ? value : undefined;
}
