import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/base/json.js';
import { normaliseTask } from '../../src/sources/apig/normalise.js';
import {
  parseExportResult,
  parseFailure,
  parseImportResult,
  parseStarted,
  parseTask,
} from '../../src/sources/apig/wire.js';
import type { Facts } from '../../src/task/reading.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { vendorFixture } from './vendor-fixtures/fixture.js';

const TASK_ID = 'd9ce8c9eede54b3f841ec324fe0bfdc2';
const UNREADABLE = [{ code: 'UNKNOWN', message: 'The task succeeded; its result cannot be read', upstreamCode: null }];

function factsOf(fields: Record<string, Json>, knownKind?: string): Facts {
  const body = { task_id: TASK_ID, task_type: 'import_api', task_result: '', ...fields };
  return normaliseTask(parseTask(body, TASK_ID), knownKind);
}

const succeeded = (type: string, result: Json): Facts =>
  factsOf({ task_status: 'succeed', task_type: type, task_result: JSON.stringify(result) });
const failed = (text: string): Facts => factsOf({ task_status: 'failed', task_result: text });
const fixtureFacts = (name: string): Facts => {
  const body = vendorFixture(name);
  return normaliseTask(parseTask(body, body.task_id as string));
};

describe('an APIG task', () => {
  it.each([
    ['waiting', 'PENDING'],
    ['processing', 'RUNNING'],
    ['succeed', 'SUCCEEDED'],
    ['failed', 'FAILED'],
    ['succeeded', 'UNKNOWN'],
    ['success', 'UNKNOWN'],
    ['Failed', 'UNKNOWN'],
    ['toString', 'UNKNOWN'],
  ])('with the word %s is %s; the word stays', (word, status) => {
    const facts = factsOf({ task_status: word });
    expect(facts).toMatchObject({ status, upstreamStatus: word, kind: 'import_api' });
    expect(facts.done).toBeUndefined();
  });

  it.each([
    ['apig.task.import.waiting.json', 'PENDING', 'waiting'],
    ['apig.task.import.processing.json', 'RUNNING', 'processing'],
  ])('is unfinished in %s and speaks of no result', (name, status, upstreamStatus) => {
    expect(fixtureFacts(name)).toEqual({ status, upstreamStatus, kind: 'import_api' });
  });

  it('is the vendor’s import that succeeded', () => {
    expect(fixtureFacts('apig.task.import.succeed.json')).toEqual({
      status: 'SUCCEEDED',
      upstreamStatus: 'succeed',
      kind: 'import_api',
      resource: { type: 'api_group', id: '9100ae30705947cc9543d37cd7fb388c', name: null },
      warnings: [],
      details: {
        result: {
          __typename: 'ApigImportResult',
          groupId: '9100ae30705947cc9543d37cd7fb388c',
          swaggerId: 'de1852ab6c5e4090b0bd88a02058e650',
          imported: [{ id: 'ee93ce6815f04896b301452982b92222', action: 'create', method: 'GET', path: '/test1' }],
          failures: [],
          ignored: [],
        },
      },
    });
  });

  it('is the vendor’s import that failed', () => {
    expect(fixtureFacts('apig.task.import.failed.json')).toEqual({
      status: 'FAILED',
      upstreamStatus: 'failed',
      kind: 'import_api',
      error: { code: 'CONFLICT', message: 'The API group name already exists', upstreamCode: 'APIG.3201' },
    });
  });

  it('is the vendor’s export, whose definition lies three levels deep', () => {
    const { content, ...facts } = fixtureFacts('apig.task.export.succeed.json');
    expect(facts).toEqual({
      status: 'SUCCEEDED',
      upstreamStatus: 'succeed',
      kind: 'export_api',
      details: {
        result: {
          __typename: 'ApigExportResult',
          fileName: 'test8-RELEASE-all-2023-07-11-19:54:22',
          fileType: 'json',
        },
      },
    });
    const definition = JSON.parse(content!) as JsonObject;
    expect(definition).toMatchObject({ swagger: '2.0', info: { title: 'test8' }, paths: { '/test1': {} } });
    expect(content).toContain('\n\t"swagger": "2.0"');
  });

  it('keeps a kind that its answer does not name', () => {
    const result = JSON.stringify({ file_type: 'yml', content: 'swagger: "2.0"' });
    const facts = factsOf({ task_status: 'succeed', task_type: null, task_result: result }, 'export_api');
    expect(facts).toMatchObject({
      content: 'swagger: "2.0"',
      details: { result: { fileType: 'yml', fileName: null } },
    });
    expect(facts.kind).toBeUndefined();
  });

  it('of another type succeeds without a result', () => {
    const facts = succeeded('sync_api', { any: 1 });
    expect(facts).toEqual({ status: 'SUCCEEDED', upstreamStatus: 'succeed', kind: 'sync_api' });
  });
});

describe('a succeeded APIG import', () => {
  it('turns what it left out into warnings, and keeps it in its result', () => {
    const { warnings, details, error } = succeeded('import_api', {
      group_id: 'g',
      success: [{ id: 'a', action: 'update', method: 'GET', path: '/a' }],
      failure: [
        { method: 'PUT', path: '/b', error_code: 'APIG.3202', error_msg: 'The API name already exists' },
        { method: 'PUT', path: '/c', error_code: null },
      ],
      ignore: [{ method: 'GET', path: '/d' }],
    });
    expect(error).toBeUndefined();
    expect(warnings).toEqual([
      { code: 'CONFLICT', message: 'PUT /b: The API name already exists', upstreamCode: 'APIG.3202' },
      { code: 'UNKNOWN', message: 'PUT /c: not imported', upstreamCode: null },
    ]);
    expect(details).toMatchObject({
      result: {
        swaggerId: null,
        imported: [{ action: 'update' }],
        failures: [
          { method: 'PUT', path: '/b', code: 'APIG.3202', message: 'The API name already exists' },
          { method: 'PUT', path: '/c', code: null, message: null },
        ],
        ignored: [{ method: 'GET', path: '/d' }],
      },
    });
  });

  it('reads lists that are null as empty', () => {
    const { details, resource } = succeeded('import_api', {
      success: null,
      failure: null,
      ignore: null,
      swagger: null,
    });
    expect(details).toMatchObject({ result: { groupId: null, imported: [], failures: [], ignored: [] } });
    expect(resource).toBeUndefined();
  });
});

describe('a succeeded APIG export', () => {
  it.each([
    ['.json', 'json'],
    ['YAML', 'yaml'],
    ['', null],
    [null, null],
  ])('with the file type %j says %j', (fileType, said) => {
    for (const result of [
      { FileType: fileType, Comment: 'x' },
      { file_type: fileType, content: 'x' },
    ]) {
      expect(succeeded('export_api', result)).toMatchObject({ content: 'x', details: { result: { fileType: said } } });
    }
  });
});

describe('a result of APIG that cannot be read', () => {
  it.each([
    '',
    '{',
    '[]',
    '"text"',
    '{"success":"all"}',
    '{"success":[{"id":"a"}]}',
    '['.repeat(200) + ']'.repeat(200),
  ])('(%j) leaves a succeeded import succeeded, with a warning', (text) => {
    const facts = factsOf({ task_status: 'succeed', task_result: text });
    expect(facts).toEqual({
      status: 'SUCCEEDED',
      upstreamStatus: 'succeed',
      kind: 'import_api',
      details: { result: null },
      warnings: UNREADABLE,
    });
  });

  it.each(['', '{}', '{"FileName":"a"}', '{"Comment":{}}'])('(%j) leaves an export succeeded as well', (text) => {
    const facts = factsOf({ task_status: 'succeed', task_type: 'export_api', task_result: text });
    expect(facts).toMatchObject({ status: 'SUCCEEDED', details: { result: null }, warnings: UNREADABLE });
    expect(facts.content).toBeUndefined();
  });

  it('is the reason of a failure as it stands', () => {
    expect(failed('no such group').error).toEqual({ code: 'NOT_FOUND', message: 'no such group', upstreamCode: null });
    expect(failed('').error).toEqual({ code: 'UNKNOWN', message: 'The task failed', upstreamCode: null });
    expect(failed('x'.repeat(5_000)).error!.message).toHaveLength(1_000);
  });
});

describe('the error of a failed APIG task', () => {
  it.each([
    ['APIG.1005', 'PERMISSION_DENIED'],
    ['APIG.2012', 'INVALID_INPUT'],
    ['APIG.3001', 'NOT_FOUND'],
    ['APIG.3201', 'CONFLICT'],
    ['APIG.3500', 'UNAVAILABLE'],
    ['APIG.3603', 'INVALID_INPUT'],
    ['APIG.9999', 'INTERNAL'],
    ['APIG.4711', 'UNKNOWN'],
    ['XAPIG.3201', 'UNKNOWN'],
  ])('%s has the code %s', (upstreamCode, code) => {
    const text = JSON.stringify({ error_code: upstreamCode, error_msg: 'strange' });
    expect(failed(text).error).toEqual({ code, message: 'strange', upstreamCode });
  });
});

describe('a malformed APIG answer', () => {
  it.each([
    ['nothing', undefined],
    ['another task', { task_id: 'other', task_status: 'succeed' }],
    ['no status', { task_id: TASK_ID }],
    ['an empty status', { task_id: TASK_ID, task_status: '' }],
    ['a status of another type', { task_id: TASK_ID, task_status: 3 }],
    ['a result of another type', { task_id: TASK_ID, task_status: 'succeed', task_result: 3 }],
  ])('(%s) is a bad response', (_name, body) => {
    const badResponse = expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }) as Error;
    expect(() => parseTask(body, TASK_ID)).toThrow(badResponse);
  });

  it('is the only thing that a parser ever throws for', () => {
    const text = fc.oneof(fc.string(), fc.json());
    const result = fc.record(
      {
        success: fc.jsonValue(),
        failure: fc.array(fc.record({ method: fc.string(), path: fc.string(), error_msg: fc.jsonValue() })),
        Comment: fc.jsonValue(),
        FileType: fc.jsonValue(),
        error_code: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const task = fc.record(
      {
        task_id: fc.oneof(fc.constant(TASK_ID), fc.jsonValue()),
        task_status: fc.oneof(fc.constantFrom('waiting', 'processing', 'succeed', 'failed'), fc.jsonValue()),
        task_type: fc.oneof(fc.constantFrom('import_api', 'export_api'), fc.jsonValue()),
        task_result: fc.oneof(
          result.map((value) => JSON.stringify(value)),
          text,
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof({ arbitrary: task, weight: 4 }, fc.jsonValue()), (body) => {
        try {
          const facts = normaliseTask(parseTask(body as Json, TASK_ID));
          expect(TASK_STATUSES).toContain(facts.status);
        } catch (error) {
          if (!(error instanceof UpstreamError) || error.code !== 'UPSTREAM_BAD_RESPONSE') throw error;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never makes a result parser throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const parse of [parseImportResult, parseExportResult, parseFailure])
          expect(() => parse(text)).not.toThrow();
      }),
    );
  });
});

describe('the answer to an APIG start', () => {
  it('names the task', () => {
    expect(parseStarted(vendorFixture('apig.async.accepted.202.json'))).toBe(TASK_ID);
    for (const body of [undefined, null, [], 'x', {}]) expect(parseStarted(body)).toBeUndefined();
  });
});
