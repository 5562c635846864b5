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
import { readDefinition, writeDefinition, type SimulatedApi } from './simulated-definition.js';

/**
 * Asynchronous import and export of a dedicated gateway, as its pages describe them. Beside the documented final words,
 * `partial` can be asked for: a `succeed` whose import left some APIs out.
 */
export const simulatedApig: SimulatedService = {
  service: 'APIG',
  routes: [
    { method: 'POST', path: '/v2/:projectId/apigw/instances/:instanceId/openapi/async-import', handle: startImport },
    { method: 'POST', path: '/v2/:projectId/apigw/instances/:instanceId/openapi/async-export', handle: startExport },
    { method: 'GET', path: '/v2/:projectId/apigw/instances/:instanceId/async-tasks/:taskId', handle: showTask },
  ],
  create: createTask,
};

const DEFAULT_APIS: readonly SimulatedApi[] = [
  { method: 'GET', path: '/orders' },
  { method: 'POST', path: '/orders' },
  { method: 'GET', path: '/orders/{id}' },
];

function createTask(world: World, wish: TaskWish): SimulatedTask {
  const { fields = {} } = wish;
  const task: SimulatedTask = {
    service: 'APIG',
    projectId: wish.projectId,
    id: world.newId('hex'),
    createdAt: wish.createdAt ?? world.now(),
    waitMs: wish.waitMs ?? Math.round(1_000 + world.random() * 2_000),
    runMs: wish.runMs ?? Math.round(3_000 + world.random() * 9_000),
    outcome: wish.outcome ?? drawOutcome(world.random(), fields.taskType === 'export_api'),
    fields: {
      taskType: 'import_api',
      instanceId: world.newId('hex'),
      groupId: world.newId('hex'),
      apis: DEFAULT_APIS.map(({ method, path }) => ({ method, path })),
      ...fields,
    },
  };
  world.tasks.add(task);
  return task;
}

function drawOutcome(chance: number, isExport: boolean): string {
  if (chance < 0.1) return 'failed';
  return chance < 0.25 && !isExport ? 'partial' : 'succeed';
}

// ---- import

async function startImport(request: SimulatedRequest, world: World): Promise<SimulatedReply> {
  const form = await readForm(request);
  const file = form?.get('file_name');
  if (!form || !file || typeof file === 'string') return missing('file_name');
  if (request.body.length > 12 * 1024 * 1024) return refused(400, 'APIG.3603', 'The input data is too long');
  const wrong = findWrong({
    is_create_group: [form.get('is_create_group'), ['true', 'false']],
    simple_mode: [form.get('simple_mode'), ['true', 'false']],
    mock_mode: [form.get('mock_mode'), ['true', 'false']],
    extend_mode: [form.get('extend_mode'), ['merge', 'override']],
    api_mode: [form.get('api_mode'), ['merge', 'override']],
  });
  if (wrong) return invalid(wrong);
  const joins = form.get('is_create_group') === 'false';
  const groupId = form.get('group_id');
  if (joins && !groupId) return missing('group_id');
  const apis = readDefinition(await file.text());
  if (!apis) return invalid('file_name');
  return accept(request, world, {
    taskType: 'import_api',
    ...(joins && typeof groupId === 'string' && { groupId }),
    apis: apis.map(({ method, path }) => ({ method, path })),
  });
}

async function readForm({ headers, body }: SimulatedRequest): Promise<FormData | undefined> {
  const contentType = headers['content-type'];
  if (typeof contentType !== 'string') return undefined;
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return undefined;
  }
}

// ---- export

function startExport(request: SimulatedRequest, world: World): SimulatedReply {
  const body = request.json();
  if (!isRecord(body)) return missing('env_id');
  const { env_id, group_id, define, type, version, apis } = body;
  if (typeof env_id !== 'string' || env_id === '') return missing('env_id');
  if (typeof group_id !== 'string' || group_id === '') return missing('group_id');
  const oasVersion = request.query.get('oas_version');
  const wrong = findWrong({
    define: [define, ['spec', 'proxy', 'all', 'dev']],
    type: [type, ['json', 'yaml', 'yml']],
    oas_version: [oasVersion, ['2.0', '3.0']],
  });
  if (wrong) return invalid(wrong);
  if (apis !== undefined && !Array.isArray(apis)) return invalid('apis');
  return accept(request, world, {
    taskType: 'export_api',
    groupId: group_id,
    oasVersion: oasVersion ?? '2.0',
    define: define ?? 'spec',
    fileType: type ?? 'json',
    version: version ?? new Date(world.now()).toISOString().slice(0, 19).replace('T', '-'),
  });
}

// ---- the query

function showTask({ params }: SimulatedRequest, world: World): SimulatedReply {
  const { projectId, instanceId, taskId = '' } = params;
  const task = world.tasks.get('APIG', taskId);
  if (!task || task.projectId !== projectId || task.fields.instanceId !== instanceId) {
    return refused(404, 'APIG.3093', `The asynchronous task ${taskId} does not exist`);
  }
  const phase = phaseOf(task, world.now());
  const [status, result] =
    phase === 'waiting' ? ['waiting', ''] : phase === 'running' ? ['processing', ''] : describeEnd(task);
  const body = { task_id: task.id, task_status: status, task_type: task.fields.taskType ?? '', task_result: result };
  return { status: 200, body };
}

/** The status word and the result, a JSON document in a string. */
function describeEnd(task: SimulatedTask): readonly [string, string] {
  const isExport = task.fields.taskType === 'export_api';
  switch (task.outcome) {
    case 'partial':
    case 'succeed':
      return ['succeed', JSON.stringify(isExport ? describeExport(task) : describeImport(task))];
    case 'failed':
      return ['failed', JSON.stringify(isExport ? MISSING_GROUP : TAKEN_GROUP_NAME)];
    default:
      return [task.outcome, ''];
  }
}

const TAKEN_GROUP_NAME = { error_code: 'APIG.3201', error_msg: 'The API group name already exists' };
const MISSING_GROUP = { error_code: 'APIG.3001', error_msg: 'The API group does not exist' };

function describeImport(task: SimulatedTask): JsonObject {
  const apis = apisOf(task);
  // Every third API, and at least the last one.
  const fails = (index: number): boolean =>
    task.outcome === 'partial' && (index % 3 === 2 || (apis.length < 3 && index === apis.length - 1));
  return {
    success: apis.flatMap(({ method, path }, index) =>
      fails(index) ? [] : [{ id: idOf(task, index), action: 'create', method, path }],
    ),
    failure: apis.flatMap(({ method, path }, index) =>
      fails(index) ? [{ method, path, error_code: 'APIG.3202', error_msg: 'The API name already exists' }] : [],
    ),
    swagger: { id: idOf(task, apis.length), result: 'Success' },
    group_id: task.fields.groupId ?? '',
    ignore: [],
  };
}

/** JSON exports answer with the names of the page's example, YAML ones with those of its table. */
function describeExport(task: SimulatedTask): JsonObject {
  const fileType = textOf(task.fields.fileType, 'json');
  const define = textOf(task.fields.define, 'spec');
  const content = writeDefinition(apisOf(task), {
    title: `group-${textOf(task.fields.groupId, '').slice(0, 8)}`,
    version: textOf(task.fields.version, '1'),
    isV3: task.fields.oasVersion === '3.0',
    isYaml: fileType !== 'json',
    withExtensions: define !== 'spec',
  });
  if (fileType !== 'json') return { file_type: fileType, content };
  const stamp = new Date(endOf(task)).toISOString().slice(0, 19).replace('T', '-');
  return { FileName: `group-RELEASE-${define}-${stamp}`, FileType: '.json', Comment: content };
}

function apisOf(task: SimulatedTask): readonly SimulatedApi[] {
  const apis = Array.isArray(task.fields.apis) ? (task.fields.apis as readonly JsonObject[]) : [];
  return apis.map(({ method, path }) => ({ method: textOf(method, 'GET'), path: textOf(path, '/') }));
}

function textOf(value: Json | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** The same at every look: the task's own id, counted on. */
function idOf(task: SimulatedTask, index: number): string {
  return task.id.slice(0, 24) + (index + 1).toString(16).padStart(8, '0');
}

// ---- answers

function accept({ params }: SimulatedRequest, world: World, fields: JsonObject): SimulatedReply {
  const { projectId = '', instanceId = '' } = params;
  const { id } = createTask(world, { projectId, fields: { ...fields, instanceId } });
  return { status: 202, body: { task_id: id } };
}

/** The first field that is given and has none of its documented values. */
function findWrong(fields: Readonly<Record<string, readonly [Json | File | undefined, readonly string[]]>>) {
  return Object.entries(fields).find(
    ([, [value, allowed]]) =>
      value !== undefined && value !== null && !(typeof value === 'string' && allowed.includes(value)),
  )?.[0];
}

function missing(name: string): SimulatedReply {
  return refused(400, 'APIG.2001', `The request parameters must be specified,parameterName:${name}. ${SEE_DOCS}`);
}

function invalid(name: string): SimulatedReply {
  return refused(400, 'APIG.2012', `Invalid parameter value,parameterName:${name}. ${SEE_DOCS}`);
}

const SEE_DOCS = 'Please refer to the support documentation';

function refused(status: number, error_code: string, error_msg: string): SimulatedReply {
  return { status, body: { error_code, error_msg } };
}
