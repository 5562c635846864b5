import fc from 'fast-check';
import type { JsonObject } from '../../src/base/json.js';
import { normaliseRow } from '../../src/sources/render/normalise.js';
import { parsePage } from '../../src/sources/render/wire.js';
import { applyReading, createTask } from '../../src/task/apply-reading.js';
import type { Task } from '../../src/task/task.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import type { UpstreamError } from '../../src/upstream/upstream-error.js';
import { taskWith } from './source-kit.js';

const ID = '5a229588-7bea-11eb-bb6d-84a93e805fe6';
/** The vendor's example, which leaves out eight of the seventeen fields. */
const EXAMPLE = {
  task_id: ID,
  application_id: '63b79e6e-7be9-11eb-8817-84a93e805fe6',
  server_id: '63231434-7bea-11eb-9409-84a93e805fe6',
  session_id: '1',
  device_id: '0FBCA6',
  status: 'active',
  start_time: '2021-03-02T12:55:13Z',
  finish_time: '',
  finish_reason: '',
};
const identity = { service: 'RENDER', account: 'a', scope: '', upstreamId: ID };

function facts(change: JsonObject = {}, known: Task | null = null) {
  return normaliseRow(parsePage({ count: 1, render_tasks: [{ ...EXAMPLE, ...change }] }).rows[0]!, known);
}

describe('status and finish_reason', () => {
  it.each([
    ['active', '', 'RUNNING', false, null],
    ['active', 'normal', 'RUNNING', false, null],
    ['finish', 'normal', 'SUCCEEDED', true, null],
    ['finish', 'cancel', 'CANCELLED', true, null],
    ['finish', 'device_changed', 'CANCELLED', true, null],
    ['finish', 'error', 'FAILED', true, 'INTERNAL'],
    ['finish', 'application_start_failed', 'FAILED', true, 'UNAVAILABLE'],
    ['finish', 'server_deleted', 'FAILED', true, 'NOT_FOUND'],
    ['finish', 'abducted', 'UNKNOWN', true, null],
    ['finish', '', 'UNKNOWN', true, null],
    ['paused', '', 'UNKNOWN', false, null],
    ['FINISH', 'normal', 'UNKNOWN', false, null],
  ])('%s %j is %s, done %s', (status, finish_reason, normal, done, code) => {
    const { task } = createTask(identity, 'r', facts({ status, finish_reason }), 1);
    expect(task).toMatchObject({ status: normal, done, upstreamStatus: status, kind: 'render' });
    expect(task.details.finishReason).toBe(finish_reason || null);
    expect(task.error).toEqual(code && { code, message: expect.any(String) as string, upstreamCode: finish_reason });
  });
});

describe('a row', () => {
  it('gives times, resource and fields, with null for the empty string', () => {
    expect(facts()).toMatchObject({
      startedAt: Date.UTC(2021, 2, 2, 12, 55, 13),
      resource: { type: 'application', id: EXAMPLE.application_id, name: null },
      details: {
        applicationId: EXAMPLE.application_id,
        serverId: EXAMPLE.server_id,
        sessionId: '1',
        device: { id: '0FBCA6', brand: null, type: null },
        locations: [],
        finishReason: null,
      },
    });
    expect(facts({ session_id: '' }).details?.sessionId).toBeNull();
    expect(facts({ status: 'finish', finish_time: '2021-03-02T13:00:00Z' }).finishedAt).toBe(Date.UTC(2021, 2, 2, 13));
  });

  it('that lacks fields leaves those that are known', () => {
    const all = { location: ['cn-north-4a'], resolution: '4k', device_brand: 'Pico', protocol_type: 'udp' };
    const { task } = createTask(identity, 'r', facts(all), 1);
    const reading = { type: 'seen', from: 'query', facts: facts({}, task), askedAt: 2, answeredAt: 2 } as const;
    expect(applyReading(task, reading, 1, 2)).toEqual({ type: 'unchanged' });
    expect(task.details).toMatchObject({ locations: ['cn-north-4a'], device: { id: '0FBCA6', brand: 'Pico' } });
  });

  it('always leaves the task with a list of locations', () => {
    expect(facts({}, taskWith({}, 'RENDER')).details?.locations).toEqual([]);
    expect(facts({ location: null }).details?.locations).toEqual([]);
    expect(facts({ location: 'x' }).details?.locations).toEqual([]);
    expect(facts({ location: ['a', 7, '', 'b'] }).details?.locations).toEqual(['a', 'b']);
  });

  it('is kept raw without its link token', () => {
    const raw = facts({ link_token: 'canary', nested: [{ link_token: 'canary', port: '1' }] }).raw;
    expect(raw).toEqual({ ...EXAMPLE, nested: [{ port: '1' }] });
  });

  it('that is bad hurts itself alone', () => {
    const page = parsePage({ count: 5, render_tasks: [null, { status: 'active' }, { task_id: 'x' }, EXAMPLE, 7] });
    expect(page.rows.map(({ taskId }) => taskId)).toEqual([ID]);
    expect(page).toMatchObject({ unusable: ['x'], nameless: 3, count: 5 });
  });

  it('of any shape throws nothing but UPSTREAM_BAD_RESPONSE, and gives a status and locations', () => {
    const keys = [...Object.keys(EXAMPLE), 'location', 'protocol_type'];
    const odd = fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue()])), { requiredKeys: [] });
    const row = fc.oneof(
      odd.map((fields) => ({ ...fields, task_id: ID, status: 'active' })),
      odd,
      fc.jsonValue(),
    );
    const body = fc.oneof(fc.jsonValue(), fc.record({ count: fc.jsonValue(), render_tasks: fc.array(row) }));
    fc.assert(
      fc.property(body, (value) => {
        try {
          for (const parsed of parsePage(value as never).rows) {
            const { status, details } = normaliseRow(parsed, null);
            expect(TASK_STATUSES).toContain(status);
            expect(Array.isArray(details?.locations)).toBe(true);
          }
        } catch (error) {
          expect((error as UpstreamError).code).toBe('UPSTREAM_BAD_RESPONSE');
        }
      }),
    );
  });
});
