import { parse } from 'yaml';
import type { JsonObject } from '../../src/base/json.js';
import { apig } from '../../src/sources/apig/index.js';
import type { SourceConnection, Started, StartInput, TaskSource } from '../../src/sources/source.js';
import type { SimulatedTask, TaskWish, World } from '../../src/simulator/simulated-service.js';
import type { Facts, Reading } from '../../src/task/reading.js';
import { createTask } from '../../src/task/apply-reading.js';
import { formatTaskId, type TaskIdentity } from '../../src/task/task-id.js';
import {
  createConnection,
  createDirectClient,
  createTestWorld,
  PROJECT_ID,
  type DirectClient,
} from '../support/direct-client.js';
import { ManualClock } from '../support/manual-clock.js';
import { vendorFixture } from './vendor-fixtures/fixture.js';

const INSTANCE = 'a5d2f0e1c7b84f4f9d3b6c2e1f0a9b8c';
const GROUP = '9100ae30705947cc9543d37cd7fb388c';
const INSTANCE_PATH = `/v2/${PROJECT_ID}/apigw/instances/${INSTANCE}`;
const DEFINITION = JSON.stringify({
  swagger: '2.0',
  info: { title: 'shop', version: '1' },
  paths: { '/a': { get: {}, post: {} }, '/b': { delete: {}, parameters: [] }, '/c': { 'x-apigateway-any-method': {} } },
});
const IMPORT = { account: 'team-a', instanceId: INSTANCE, definition: DEFINITION };
const EXPORT = { account: 'team-a', instanceId: INSTANCE, envId: 'DEFAULT_ENVIRONMENT_RELEASE_ID', groupId: GROUP };

let clock: ManualClock;
let world: World;
let client: DirectClient;
let connection: SourceConnection;
let source: TaskSource;

beforeEach(async () => {
  clock = new ManualClock();
  world = createTestWorld(clock);
  client = createDirectClient(await apig.simulate(), world);
  connection = createConnection(client, clock);
  source = apig.create(connection);
});

const startNamed = (name: string) => apig.starts.find((start) => start.name === name)!;
const taskPath = (id: string): string => `${INSTANCE_PATH}/async-tasks/${id}`;
const identityOf = (upstreamId: string, scope = INSTANCE): TaskIdentity => ({
  service: 'APIG',
  account: 'team-a',
  scope,
  upstreamId,
});

async function start(name: string, input: StartInput): Promise<Started> {
  const outcome = await startNamed(name).start(connection, input);
  if (outcome.type !== 'started') throw new Error(`refused: ${outcome.message}`);
  return outcome;
}

async function read(upstreamId: string, scope = INSTANCE): Promise<Reading> {
  const identity = identityOf(upstreamId, scope);
  const readings = await source.read([{ identity, task: null }], { priority: 'poll' });
  return readings.get(formatTaskId(identity))!;
}

async function factsOf(upstreamId: string): Promise<Facts> {
  const reading = await read(upstreamId);
  if (reading.type !== 'seen') throw new Error(`is ${reading.type}`);
  return reading.facts;
}

async function simulate(wish: Omit<TaskWish, 'projectId'>): Promise<SimulatedTask> {
  const fields = { instanceId: INSTANCE, ...wish.fields };
  return (await apig.simulate()).create(world, { projectId: PROJECT_ID, waitMs: 0, runMs: 0, ...wish, fields });
}

describe('importing APIs', () => {
  it('sends the definition as a file called file_name, and booleans as text', async () => {
    await start('importApis', {
      ...IMPORT,
      isCreateGroup: false,
      groupId: GROUP,
      extendMode: 'OVERRIDE',
      simpleMode: true,
      mockMode: false,
      apiMode: 'MERGE',
      clientRequestId: 'once',
    });
    const [request] = client.requests;
    expect(request).toMatchObject({ call: 'start', method: 'POST', path: `${INSTANCE_PATH}/openapi/async-import` });
    const { file_name: file, ...fields } = Object.fromEntries((request!.body as FormData).entries());
    expect(fields).toEqual({
      is_create_group: 'false',
      group_id: GROUP,
      extend_mode: 'override',
      simple_mode: 'true',
      mock_mode: 'false',
      api_mode: 'merge',
    });
    expect((file as File).name).toBe('definition.json');
    expect(await (file as File).text()).toBe(DEFINITION);
  });

  it('sends nothing that was not given, and calls the file as asked', async () => {
    await start('importApis', { ...IMPORT, definition: 'swagger: "2.0"\npaths: {}', isCreateGroup: null });
    await start('importApis', { ...IMPORT, fileName: 'shop.json' });
    const forms = client.requests.map(({ body }) => body as FormData);
    expect(forms.map((form) => [...form.keys()])).toEqual([['file_name'], ['file_name']]);
    expect(forms.map((form) => (form.get('file_name') as File).name)).toEqual(['definition.yaml', 'shop.json']);
  });

  it('knows instance and kind of the task at once, and the group where one was named', async () => {
    const expected = { type: 'started', scope: INSTANCE, facts: { kind: 'import_api', resource: null } };
    const created = await start('importApis', { ...IMPORT, groupId: GROUP });
    expect(created).toMatchObject(expected);
    expect(created.facts.details).toEqual({ instanceId: INSTANCE, result: null });
    const joined = await start('importApis', { ...IMPORT, isCreateGroup: false, groupId: GROUP });
    expect(joined.facts.resource).toEqual({ type: 'api_group', id: GROUP, name: null });
  });

  it('is followed from its start to what became of each API of the definition', async () => {
    const { upstreamId } = await start('importApis', IMPORT);
    world.tasks.update({ ...world.tasks.get('APIG', upstreamId)!, waitMs: 1_000, runMs: 1_000, outcome: 'succeed' });

    const seen: Facts[] = [];
    for (let step = 0; step < 3; step++) {
      seen.push(await factsOf(upstreamId));
      await clock.advance(1_000);
    }
    expect(seen.map(({ status, upstreamStatus }) => [status, upstreamStatus])).toEqual([
      ['PENDING', 'waiting'],
      ['RUNNING', 'processing'],
      ['SUCCEEDED', 'succeed'],
    ]);
    expect(seen[0]!.details).toEqual({ instanceId: INSTANCE, result: null });
    const { details, resource, raw } = seen[2]!;
    const result = details!.result as JsonObject;
    expect(result.imported).toEqual(
      [
        ['GET', '/a'],
        ['POST', '/a'],
        ['DELETE', '/b'],
        ['ANY', '/c'],
      ].map(([method, path]) => ({ id: expect.any(String) as string, action: 'create', method, path })),
    );
    expect(result).toMatchObject({ failures: [], ignored: [] });
    expect(resource).toEqual({ type: 'api_group', id: result.groupId, name: null });
    expect(raw).toMatchObject({ task_id: upstreamId, task_status: 'succeed' });
  });

  it('reads YAML as well, in the cloud that is simulated', async () => {
    const { upstreamId } = await start('importApis', {
      ...IMPORT,
      definition: 'openapi: 3.0.0\npaths:\n  /y:\n    put: {}\n',
    });
    expect(world.tasks.get('APIG', upstreamId)!.fields.apis).toEqual([{ method: 'PUT', path: '/y' }]);
  });

  it('that left some APIs out succeeds with warnings', async () => {
    const { id } = await simulate({ outcome: 'partial' });
    const { status, warnings, details } = await factsOf(id);
    expect(status).toBe('SUCCEEDED');
    expect(warnings).toEqual([
      { code: 'CONFLICT', message: 'GET /orders/{id}: The API name already exists', upstreamCode: 'APIG.3202' },
    ]);
    expect(details).toMatchObject({ result: { imported: [{}, {}], failures: [{ path: '/orders/{id}' }] } });
  });

  it('that failed says why', async () => {
    const { id } = await simulate({ outcome: 'failed' });
    expect(await factsOf(id)).toMatchObject({
      status: 'FAILED',
      details: { instanceId: INSTANCE, result: null },
      error: { code: 'CONFLICT', message: 'The API group name already exists', upstreamCode: 'APIG.3201' },
    });
  });
});

describe('exporting APIs', () => {
  it('sends the wanted version as a query and the rest as JSON', async () => {
    const { facts, scope } = await start('exportApis', {
      ...EXPORT,
      oasVersion: '3.0',
      define: 'all',
      type: 'yaml',
      version: '7',
      apiIds: ['one', 'two'],
    });
    await start('exportApis', { ...EXPORT, define: null });
    const [full, bare] = client.requests;
    expect(full).toMatchObject({
      method: 'POST',
      path: `${INSTANCE_PATH}/openapi/async-export`,
      query: { oas_version: '3.0' },
      body: { env_id: EXPORT.envId, group_id: GROUP, define: 'all', type: 'yaml', version: '7', apis: ['one', 'two'] },
    });
    expect(bare!.query).toEqual({ oas_version: undefined });
    expect(bare!.body).toEqual({ env_id: EXPORT.envId, group_id: GROUP });
    expect(scope).toBe(INSTANCE);
    expect(facts).toEqual({
      kind: 'export_api',
      resource: { type: 'api_group', id: GROUP, name: null },
      details: { instanceId: INSTANCE, result: null },
    });
  });

  it.each([
    ['json', '2.0', 'json', { swagger: '2.0' }],
    ['json', '3.0', 'json', { openapi: '3.0.0' }],
    ['yaml', '2.0', 'yaml', { swagger: '2.0' }],
    ['yml', '3.0', 'yml', { openapi: '3.0.0' }],
  ])('as %s of version %s ends with a definition of its own', async (type, oasVersion, fileType, head) => {
    const { upstreamId } = await start('exportApis', { ...EXPORT, type, oasVersion });
    world.tasks.update({ ...world.tasks.get('APIG', upstreamId)!, outcome: 'succeed' });
    await clock.advance(60_000);
    const { content, details } = await factsOf(upstreamId);
    expect(parse(content!)).toMatchObject({ ...head, paths: { '/orders': { get: {}, post: {} } } });
    expect(details!.result).toMatchObject({ __typename: 'ApigExportResult', fileType });
    expect(details!.result).not.toHaveProperty('content');
  });

  it('that failed says why', async () => {
    const { id } = await simulate({ outcome: 'failed', fields: { taskType: 'export_api' } });
    expect(await factsOf(id)).toMatchObject({ error: { code: 'NOT_FOUND', upstreamCode: 'APIG.3001' } });
  });
});

describe('an APIG start that is not accepted', () => {
  it.each([
    ['apig.import.error.400.json', 400, 'APIG.3603', 'The input data is too long'],
    ['apig.import.error.403.json', 403, 'APIG.1005', 'No permissions to request this method'],
  ])('is a refusal for %s', async (fixture, status, upstreamCode, message) => {
    client.script(`${INSTANCE_PATH}/openapi/async-import`, { status, body: vendorFixture(fixture) });
    const outcome = await startNamed('importApis').start(connection, IMPORT);
    expect(outcome).toEqual({ type: 'refusal', status, upstreamCode, message });
  });

  it.each([
    ['apig.import.error.401.json', 401, 'UPSTREAM_AUTH_FAILED'],
    ['apig.import.error.500.json', 500, 'UPSTREAM_UNKNOWN_OUTCOME'],
  ])('fails for %s', async (fixture, status, code) => {
    client.script(`${INSTANCE_PATH}/openapi/async-import`, { status, body: vendorFixture(fixture) });
    await expect(startNamed('importApis').start(connection, IMPORT)).rejects.toMatchObject({ code });
  });

  it('has an unknown outcome when the acceptance names no task', async () => {
    client.script(`${INSTANCE_PATH}/openapi/async-export`, { status: 202, body: { task_id: null } });
    await expect(startNamed('exportApis').start(connection, EXPORT)).rejects.toMatchObject({
      code: 'UPSTREAM_UNKNOWN_OUTCOME',
    });
  });

  it('is one whose id is the vendor’s when it is accepted', async () => {
    const body = vendorFixture('apig.async.accepted.202.json');
    client.script(`${INSTANCE_PATH}/openapi/async-import`, { status: 202, body });
    expect((await start('importApis', IMPORT)).upstreamId).toBe('d9ce8c9eede54b3f841ec324fe0bfdc2');
  });
});

describe('the check of an APIG start', () => {
  it('finds nothing wrong with what is documented', () => {
    const { check } = startNamed('importApis');
    expect(check(IMPORT)).toEqual([]);
    expect(check({ ...IMPORT, isCreateGroup: false, groupId: GROUP, fileName: '商店 v1.yaml' })).toEqual([]);
    const all = { oasVersion: '3.0', define: 'dev', type: 'yml', version: '1', apiIds: ['a', 'b'] };
    expect(startNamed('exportApis').check({ ...EXPORT, ...all })).toEqual([]);
    expect(startNamed('exportApis').check({ ...EXPORT, oasVersion: null, apiIds: null })).toEqual([]);
  });

  it.each<[string, StartInput, string[]]>([
    ['importApis', { ...IMPORT, instanceId: 'a/b' }, ['instanceId']],
    ['importApis', { ...IMPORT, definition: ' \n' }, ['definition']],
    ['importApis', { ...IMPORT, definition: 'é'.repeat(6 * 1024 * 1024 + 1) }, ['definition']],
    ['importApis', { ...IMPORT, fileName: '../etc/passwd' }, ['fileName']],
    ['importApis', { ...IMPORT, fileName: ' ' }, ['fileName']],
    ['importApis', { ...IMPORT, fileName: 'a\r\nb' }, ['fileName']],
    ['importApis', { ...IMPORT, isCreateGroup: false }, ['groupId']],
    ['importApis', { ...IMPORT, isCreateGroup: false, groupId: null }, ['groupId']],
    ['importApis', { ...IMPORT, isCreateGroup: false, groupId: '' }, ['groupId']],
    ['exportApis', { ...EXPORT, instanceId: '' }, ['instanceId']],
    ['exportApis', { ...EXPORT, envId: '' }, ['envId']],
    ['exportApis', { ...EXPORT, groupId: 'a b' }, ['groupId']],
    ['exportApis', { ...EXPORT, oasVersion: '3.1' }, ['oasVersion']],
    ['exportApis', { ...EXPORT, define: 'everything' }, ['define']],
    ['exportApis', { ...EXPORT, type: 'xml' }, ['type']],
    ['exportApis', { ...EXPORT, version: '' }, ['version']],
    ['exportApis', { ...EXPORT, apiIds: ['a', '?'] }, ['apiIds', '1']],
    ['exportApis', { ...EXPORT, apiIds: [] }, ['apiIds']],
  ])('of %s finds what is wrong (%#)', (name, input, path) => {
    const found = startNamed(name).check(input);
    expect(found).toEqual([{ path, message: expect.stringMatching(/^Must /) as string }]);
  });

  it('lets a definition of exactly 12 MiB pass', () => {
    expect(startNamed('importApis').check({ ...IMPORT, definition: 'x'.repeat(12 * 1024 * 1024) })).toEqual([]);
  });
});

describe('reading APIG tasks', () => {
  it('asks in the instance that the task is of, once for each', async () => {
    const { id } = await simulate({ outcome: 'succeed', waitMs: 5_000 });
    expect(await read(id)).toMatchObject({ type: 'seen', from: 'query', askedAt: clock.now() });
    expect(await read(id, 'another')).toMatchObject({ type: 'gone' });
    expect(client.requests.map(({ method, path }) => [method, path])).toEqual([
      ['GET', taskPath(id)],
      ['GET', taskPath(id).replace(INSTANCE, 'another')],
    ]);
    expect(source.callsFor(7)).toBe(7);
  });

  it.each([
    ['apig.task.error.400.json', 400, 'UPSTREAM_REFUSED', false],
    ['apig.task.error.401.json', 401, 'UPSTREAM_AUTH_FAILED', false],
    ['apig.task.error.403.json', 403, 'UPSTREAM_REFUSED', false],
    ['apig.task.error.500.json', 500, 'UPSTREAM_UNAVAILABLE', true],
  ])('learns nothing from %s', async (fixture, status, code, retryable) => {
    client.script(taskPath('t1'), { status, body: vendorFixture(fixture) });
    expect(await read('t1')).toMatchObject({ type: 'unread', error: { code, retryable, at: clock.now() } });
  });

  it('takes APIG.3093 for gone, whatever the status', async () => {
    const body = vendorFixture('apig.task.error.404.json');
    client.script(taskPath('t1'), { status: 404, body }, { status: 400, body });
    expect(await read('t1')).toMatchObject({ type: 'gone' });
    expect(await read('t1')).toMatchObject({ type: 'gone' });
  });

  it('learns nothing from an answer about another task', async () => {
    client.script(taskPath('t1'), { status: 200, body: vendorFixture('apig.task.import.succeed.json') });
    expect(await read('t1')).toMatchObject({
      type: 'unread',
      error: { code: 'UPSTREAM_BAD_RESPONSE', retryable: true },
    });
  });

  it('does not take back the result of a known task that an answer does not speak of', async () => {
    const identity = identityOf('t1');
    const { task } = createTask(identity, 'cn-north-4', { kind: 'import_api' }, clock.now());
    client.script(taskPath('t1'), { status: 200, body: { task_id: 't1', task_status: 'processing' } });
    const reading = (await source.read([{ identity, task }], { priority: 'poll' })).get(task.id);
    expect(reading).toMatchObject({ facts: { status: 'RUNNING' } });
    expect(reading?.type === 'seen' && reading.facts.details).toEqual({ instanceId: INSTANCE });
  });
});

describe('the simulated gateway', () => {
  const importPath = `${INSTANCE_PATH}/openapi/async-import`;
  const send = (body: FormData | JsonObject, path = importPath) =>
    client.start({ method: 'POST', path, priority: 'request', body });

  function formWith(fields: Record<string, string>, file?: string): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (file !== undefined) form.set('file_name', new Blob([file]), 'a.json');
    return form;
  }

  it('refuses imports that its page does not allow', async () => {
    for (const [form, upstreamCode, name] of [
      [formWith({}), 'APIG.2001', 'file_name'],
      [formWith({ file_name: DEFINITION }), 'APIG.2001', 'file_name'],
      [formWith({ is_create_group: 'false' }, DEFINITION), 'APIG.2001', 'group_id'],
      [formWith({ is_create_group: 'no' }, DEFINITION), 'APIG.2012', 'is_create_group'],
      [formWith({ api_mode: 'replace' }, DEFINITION), 'APIG.2012', 'api_mode'],
      [formWith({}, 'no definition'), 'APIG.2012', 'file_name'],
      [formWith({}, '{'), 'APIG.2012', 'file_name'],
    ] as const) {
      const outcome = await send(form);
      expect(outcome).toMatchObject({ type: 'refusal', status: 400, upstreamCode });
      expect(outcome.type === 'refusal' && outcome.message).toContain(`parameterName:${name}.`);
    }
    expect(await send({ definition: DEFINITION })).toMatchObject({ type: 'refusal', upstreamCode: 'APIG.2001' });
  });

  it('refuses exports that its page does not allow', async () => {
    const path = `${INSTANCE_PATH}/openapi/async-export`;
    const body = { env_id: 'e', group_id: 'g' };
    for (const [wrong, upstreamCode] of [
      [{ group_id: 'g' }, 'APIG.2001'],
      [{ env_id: 'e' }, 'APIG.2001'],
      [{ ...body, define: 'x' }, 'APIG.2012'],
      [{ ...body, type: 'xml' }, 'APIG.2012'],
      [{ ...body, apis: 'all' }, 'APIG.2012'],
    ] as const) {
      expect(await send(wrong, path)).toMatchObject({ type: 'refusal', status: 400, upstreamCode });
    }
    expect(await send(body, path)).toMatchObject({ type: 'reply', status: 202 });
  });

  it('ends with an undocumented word where one is asked for', async () => {
    const { id } = await simulate({ outcome: 'evaporated' });
    expect(await factsOf(id)).toMatchObject({ status: 'UNKNOWN', upstreamStatus: 'evaporated' });
  });
});
