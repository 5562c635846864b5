import fc from 'fast-check';
import type { Json } from '../../src/base/json.js';
import {
  explainFailure,
  NO_REASON,
  normaliseFailed,
  normaliseRunning,
  normaliseTask,
  splitWord,
} from '../../src/sources/ecs/normalise.js';
import { parseList, parseStart, parseTask } from '../../src/sources/ecs/wire.js';
import { createTask } from '../../src/task/apply-reading.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { taskWith } from './source-kit.js';

const ID = 'aee8d2fe-5484-4753-9177-5a38dc15546c';
const SERVER = 'c9aa197b-a6b6-4c33-b3a6-fa0b4ec50006';

function asked(word: string, known = taskWith({})) {
  return normaliseTask(parseTask({ task_id: ID, task_status: word, server_id: SERVER }, ID), known);
}

describe('a task_status', () => {
  it.each([
    ['READY_RESET', 'PENDING', 'RESET', 'keypair_reset'],
    ['RUNNING_RESET', 'RUNNING', 'RESET', 'keypair_reset'],
    ['SUCCESS_RESET', 'SUCCEEDED', 'RESET', 'keypair_reset'],
    ['FAILED_RESET', 'FAILED', 'RESET', 'keypair_reset'],
    ['READY_REPLACE', 'PENDING', 'REPLACE', 'keypair_replace'],
    ['RUNNING_REPLACE', 'RUNNING', 'REPLACE', 'keypair_replace'],
    ['SUCCESS_REPLACE', 'SUCCEEDED', 'REPLACE', 'keypair_replace'],
    ['FAILED_REPLACE', 'FAILED', 'REPLACE', 'keypair_replace'],
    ['READY_UNBIND', 'PENDING', 'UNBIND', 'keypair_unbind'],
    ['RUNNING_UNBIND', 'RUNNING', 'UNBIND', 'keypair_unbind'],
    ['SUCCESS_UNBIND', 'SUCCEEDED', 'UNBIND', 'keypair_unbind'],
    ['FAILED_UNBIND', 'FAILED', 'UNBIND', 'keypair_unbind'],
    ['READY_BIND', 'PENDING', 'BIND', 'keypair_bind'],
    ['RUNNING_BIND', 'RUNNING', 'BIND', 'keypair_bind'],
    ['SUCCESS_BIND', 'SUCCEEDED', 'BIND', 'keypair_bind'],
    ['FAILED_BIND', 'FAILED', 'BIND', 'keypair_bind'],
    ['SUCCESS_ROTATE', 'SUCCEEDED', 'ROTATE', 'keypair_rotate'],
    ['RUNNING_RE_KEY', 'RUNNING', 'RE_KEY', 'keypair_re_key'],
  ])('%s is %s', (word, status, operation, kind) => {
    expect(asked(word)).toMatchObject({
      status,
      upstreamStatus: word,
      kind,
      resource: { type: 'server', id: SERVER, name: null },
      details: { operation, serverId: SERVER },
    });
  });

  it.each(['SUCCESS', 'SUCCESS_', '_RESET', 'success_reset', 'PAUSED_RESET', 'RESET_SUCCESS', ' SUCCESS_RESET', '?'])(
    '%j is unknown, is kept and ends nothing',
    (word) => {
      const facts = asked(word);
      expect(facts).toMatchObject({ status: 'UNKNOWN', upstreamStatus: word });
      expect(facts.kind).toBeUndefined();
      const identity = { service: 'ECS', account: 'a', scope: '', upstreamId: ID };
      expect(createTask(identity, 'r', facts, 1).task.done).toBe(false);
    },
  );

  it('of a replace may end as a reset without changing what the task is', () => {
    const replacing = taskWith({ operation: 'REPLACE' });
    expect(asked('SUCCESS_RESET', replacing)).toMatchObject({
      status: 'SUCCEEDED',
      upstreamStatus: 'SUCCESS_RESET',
      kind: 'keypair_replace',
      details: { operation: 'REPLACE' },
    });
    expect(asked('SUCCESS_UNBIND', replacing)).toMatchObject({ kind: 'keypair_unbind' });
  });

  it('is split on its first underscore only', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (operation) => {
        expect(splitWord(`SUCCESS_${operation}`)).toEqual({ status: 'SUCCEEDED', operation });
      }),
    );
  });
});

describe('a row of the running tasks', () => {
  const row = (operate_type: Json) =>
    parseList({
      total: 1,
      tasks: [
        {
          task_id: ID,
          operate_type,
          task_time: '1523342130000',
          server_name: 'Test',
          server_id: SERVER,
          keypair_name: 'KeyPair-xt',
          task_error_code: null,
          task_error_msg: 'Update public key error',
        },
      ],
    }).rows[0]!;

  it.each([
    ['RUNNING_RESET', 'RUNNING', 'RUNNING_RESET', 'RESET'],
    ['READY_BIND', 'PENDING', 'READY_BIND', 'BIND'],
    ['RUNNING', 'RUNNING', 'RUNNING', undefined],
    ['FAILED_UNBIND', 'RUNNING', undefined, 'UNBIND'],
    ['', 'RUNNING', undefined, undefined],
    [null, 'RUNNING', undefined, undefined],
    [7, 'RUNNING', undefined, undefined],
  ])('that says %j means %s', (word, status, upstreamStatus, operation) => {
    const facts = normaliseRunning(row(word), null);
    expect(facts).toMatchObject({
      status,
      startedAt: 1_523_342_130_000,
      resource: { type: 'server', id: SERVER, name: 'Test' },
      details: { serverId: SERVER, serverName: 'Test', keypairName: 'KeyPair-xt' },
    });
    expect(facts.upstreamStatus).toBe(upstreamStatus);
    expect(facts.details?.operation).toBe(operation);
    expect(facts.error).toBeUndefined();
  });

  it('leaves the operation alone once it is known', () => {
    const facts = normaliseRunning(row('RUNNING_RESET'), taskWith({ operation: 'REPLACE' }));
    expect(facts.details).not.toHaveProperty('operation');
    expect(facts.kind).toBeUndefined();
  });

  it('names the server for good: a query, which does not, keeps the name', () => {
    const known = { ...taskWith({}), resource: { type: 'server', id: SERVER, name: 'Test' } };
    expect(asked('SUCCESS_RESET', known).resource).toEqual({ type: 'server', id: SERVER, name: 'Test' });
  });

  it.each(['', 'soon', '-1', '12345678901234', '1.5', null, undefined, {}])('has no time in %j', (task_time) => {
    const rows = parseList({ total: 1, tasks: [{ task_id: ID, task_time: task_time as never }] }).rows;
    expect(normaliseRunning(rows[0]!, null)).not.toHaveProperty('startedAt');
  });
});

describe('a row of the failed tasks', () => {
  it.each([
    [null, 'Update public key error', 'INTERNAL'],
    ['KPS.1002', 'Failed to connect to the server', 'UNAVAILABLE'],
    ['KPS.1003', 'The private key is incorrect', 'INVALID_INPUT'],
    ['KPS.1004', 'The server does not exist', 'NOT_FOUND'],
    ['KPS.1005', 'The server is already being processed', 'CONFLICT'],
    ['KPS.1006', 'Too many servers', 'QUOTA_EXCEEDED'],
    ['KPS.1007', 'No permission', 'PERMISSION_DENIED'],
    ['KPS.1008', 'Hm', 'UNKNOWN'],
  ])('explains %s, %s', (task_error_code, task_error_msg, code) => {
    const [row] = parseList({ total: 1, tasks: [{ task_id: ID, task_error_code, task_error_msg }] }).rows;
    expect(normaliseFailed(row!, null).error).toEqual({ code, message: task_error_msg, upstreamCode: task_error_code });
  });

  it('adds its reason and names to what the query says, and takes nothing from it', () => {
    const facts = asked('FAILED_REPLACE');
    const task = {
      task_id: ID,
      operate_type: 'RUNNING_RESET',
      server_id: SERVER,
      server_name: 'Test',
      keypair_name: 'k',
    };
    const [row] = parseList({ total: 1, tasks: [task] }).rows;
    expect(explainFailure(facts, row!, null)).toMatchObject({
      status: 'FAILED',
      upstreamStatus: 'FAILED_REPLACE',
      kind: 'keypair_replace',
      resource: { name: 'Test' },
      details: { operation: 'REPLACE', serverName: 'Test', keypairName: 'k' },
      error: { code: 'UNKNOWN', message: NO_REASON, upstreamCode: null },
    });
  });
});

describe('the parsers', () => {
  it('refuse an answer about another task', () => {
    const body = { task_id: 'b'.repeat(36), task_status: 'SUCCESS_RESET' };
    expect(() => parseTask(body, ID)).toThrow(expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }) as Error);
  });

  it('leave out bad rows only', () => {
    const bad = [null, 7, [], {}, { task_id: 7 }, { task_id: '../x' }];
    const { rows } = parseList({ total: 7, tasks: [...bad, { task_id: ID }] });
    expect(rows.map(({ taskId }) => taskId)).toEqual([ID]);
  });

  it('take anything, and throw nothing but UPSTREAM_BAD_RESPONSE', () => {
    const oddRow = fc.record(
      { task_id: fc.oneof(fc.constant(ID), fc.jsonValue()), operate_type: fc.jsonValue(), task_time: fc.jsonValue() },
      { requiredKeys: [] },
    );
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({ task_id: fc.constant(ID), task_status: fc.jsonValue(), server_id: fc.jsonValue() }),
      fc.record({ total: fc.jsonValue(), tasks: fc.array(fc.oneof(oddRow, fc.jsonValue())) }),
    );
    fc.assert(
      fc.property(odd, (value) => {
        const body = value as never;
        parseStart(body);
        for (const parse of [
          () => TASK_STATUSES.includes(normaliseTask(parseTask(body, ID), null).status!),
          () =>
            parseList(body).rows.every(
              (row) => normaliseRunning(row, null).raw !== undefined && normaliseFailed(row, null).raw !== undefined,
            ),
        ]) {
          try {
            expect(parse()).toBe(true);
          } catch (error) {
            expect((error as UpstreamError).code).toBe('UPSTREAM_BAD_RESPONSE');
          }
        }
      }),
    );
  });
});
