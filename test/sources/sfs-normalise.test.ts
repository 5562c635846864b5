import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import type { Json } from '../../src/base/json.js';
import { normaliseJob, parseTime } from '../../src/sources/sfs/normalise.js';
import { parseJob, parseStarted } from '../../src/sources/sfs/wire.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { UpstreamError } from '../../src/upstream/upstream-error.js';
import { vendorFixture } from './vendor-fixtures/fixture.js';

const JOB_ID = '26f6b565-xxxx-XXXX-xxxx-03f0bd975433';

const factsOf = (fields: Record<string, Json>) =>
  normaliseJob(parseJob({ job_id: JOB_ID, status: 'running', ...fields }, JOB_ID));

describe('an SFS job', () => {
  it('is the vendor’s example', () => {
    const at = Date.UTC(2023, 6, 26, 9, 33, 58);
    expect(normaliseJob(parseJob(vendorFixture('sfs.job.success.json'), JOB_ID))).toEqual({
      status: 'SUCCEEDED',
      upstreamStatus: 'success',
      kind: 'bind_ldap',
      startedAt: at,
      finishedAt: at,
    });
  });

  it.each([
    ['waiting', 'PENDING'],
    ['running', 'RUNNING'],
    ['success', 'SUCCEEDED'],
    ['failed', 'FAILED'],
    ['FAIL', 'FAILED'],
    ['SUCCESS', 'UNKNOWN'],
    ['Failed', 'UNKNOWN'],
    ['paused', 'UNKNOWN'],
    ['constructor', 'UNKNOWN'],
    ['__proto__', 'UNKNOWN'],
  ])('with the word %s is %s, and so is a sub-job; the word stays', (word, status) => {
    const facts = factsOf({ status: word, sub_jobs: [{ job_id: 'one', status: word }] });
    expect(facts).toMatchObject({ status, upstreamStatus: word });
    expect(facts.details).toMatchObject({ subTasks: [{ status, upstreamStatus: word }] });
    expect(facts.done).toBeUndefined();
  });

  it('says nothing of what its answer leaves out', () => {
    expect(factsOf({})).toEqual({ status: 'RUNNING', upstreamStatus: 'running' });
    const blank = { job_type: '', begin_time: '', end_time: null, error_code: '', fail_reason: null, sub_jobs: null };
    expect(factsOf(blank)).toEqual({ status: 'RUNNING', upstreamStatus: 'running' });
  });

  it('has an end only once it has ended', () => {
    const end = { end_time: '2023-07-26 09:33:58' };
    expect(factsOf({ ...end, status: 'running' }).finishedAt).toBeUndefined();
    expect(factsOf({ ...end, status: 'failed' }).finishedAt).toBe(Date.UTC(2023, 6, 26, 9, 33, 58));
  });

  it.each([
    ['SFS.TURBO.0001', 'INVALID_INPUT'],
    ['SFS.TURBO.0002', 'NOT_FOUND'],
    ['SFS.TURBO.0005', 'INTERNAL'],
    ['SFS.TURBO.0009', 'CONFLICT'],
    ['SFS.TURBO.0010', 'QUOTA_EXCEEDED'],
    ['SFS.TURBO.0011', 'CONFLICT'],
    ['SFS.TURBO.0015', 'PERMISSION_DENIED'],
    ['SFS.TURBO.0019', 'NOT_FOUND'],
    ['SFS.TURBO.4711', 'UNKNOWN'],
  ])('that failed with %s has an error with the code %s', (upstreamCode, code) => {
    const { error } = factsOf({ status: 'failed', error_code: upstreamCode, fail_reason: 'strange things' });
    expect(error).toEqual({ code, message: 'strange things', upstreamCode });
  });

  it('that failed without a reason fails for that of its first failed sub-job', () => {
    const facts = factsOf({
      status: 'failed',
      sub_jobs: [
        { job_id: 'a', status: 'success' },
        { job_id: 'b', status: 'FAIL', error_code: 'SFS.TURBO.0010', fail_reason: 'no room' },
      ],
    });
    expect(facts.error).toEqual({ code: 'QUOTA_EXCEEDED', message: 'no room', upstreamCode: 'SFS.TURBO.0010' });
  });

  it('that failed without any reason has an error all the same', () => {
    expect(factsOf({ status: 'failed' }).error).toEqual({
      code: 'UNKNOWN',
      message: 'The job failed',
      upstreamCode: null,
    });
  });

  it('counts its finished sub-jobs as progress and tells each', () => {
    const facts = factsOf({
      sub_jobs: [
        {
          job_id: 'a',
          job_type: 'check',
          status: 'success',
          begin_time: '2023-07-26 09:33:58',
          end_time: '2023-07-26 09:34:00',
        },
        { job_id: 'b', status: 'FAIL', error_code: 'SFS.TURBO.0005', fail_reason: 'server error' },
        { job_id: 'c', status: 'running' },
        { job_id: 'd', status: 'odd' },
      ],
    });
    expect(facts.progress).toEqual({ done: 2, total: 4, percent: 50 });
    expect(facts.details).toEqual({
      subTasks: [
        {
          upstreamId: 'a',
          kind: 'check',
          status: 'SUCCEEDED',
          upstreamStatus: 'success',
          startedAt: Date.UTC(2023, 6, 26, 9, 33, 58),
          finishedAt: Date.UTC(2023, 6, 26, 9, 34),
          error: null,
        },
        {
          upstreamId: 'b',
          kind: 'unknown',
          status: 'FAILED',
          upstreamStatus: 'FAIL',
          startedAt: null,
          finishedAt: null,
          error: { code: 'INTERNAL', message: 'server error', upstreamCode: 'SFS.TURBO.0005' },
        },
        expect.objectContaining({ upstreamId: 'c', status: 'RUNNING' }),
        expect.objectContaining({ upstreamId: 'd', status: 'UNKNOWN' }),
      ],
    });
  });

  it('has no progress when its list of sub-jobs is empty', () => {
    expect(factsOf({ sub_jobs: [] })).toMatchObject({ progress: null, details: { subTasks: [] } });
  });

  it('that succeeded in spite of a failed sub-job warns of it', () => {
    const subJob = { job_id: 'a', status: 'FAIL', error_code: 'SFS.TURBO.0005', fail_reason: 'server error' };
    const facts = factsOf({ status: 'success', sub_jobs: [subJob] });
    expect(facts.warnings).toEqual([{ code: 'INTERNAL', message: 'server error', upstreamCode: 'SFS.TURBO.0005' }]);
    expect(facts.error).toBeUndefined();
  });
});

describe('an SFS time', () => {
  it.each(['Asia/Shanghai', 'America/St_Johns'])('is UTC in a process whose zone is %s', (TZ) => {
    const script = `
      import { parseTime } from './src/sources/sfs/normalise.ts';
      console.log(JSON.stringify([parseTime('2023-07-26 09:33:58'), new Date(2023, 0).getTimezoneOffset()]));`;
    const loader = ['--import', '@swc-node/register/esm-register', '--input-type=module', '--eval', script];
    const output = execFileSync(process.execPath, loader, { env: { ...process.env, TZ }, encoding: 'utf8' });
    const [parsed, offset] = JSON.parse(output) as [number, number];
    expect(parsed).toBe(Date.UTC(2023, 6, 26, 9, 33, 58));
    expect(offset).not.toBe(0);
  });

  it('comes out as it was written, whatever the second', () => {
    const seconds = fc.integer({ min: 1, max: 253_402_300_799 });
    fc.assert(
      fc.property(seconds, (second) => {
        const written = new Date(second * 1_000).toISOString().slice(0, 19).replace('T', ' ');
        expect(parseTime(written)).toBe(second * 1_000);
      }),
    );
  });

  it.each(['', 'soon', '2023-02-30 00:00:00', '2023-13-01 00:00:00', '2023-01-01 25:00:00', '0001-01-01 00:00:00'])(
    'that reads %j is not known',
    (text) => {
      expect(parseTime(text)).toBeUndefined();
    },
  );

  it('with a zone keeps it', () => {
    expect(parseTime('2023-07-26T17:33:58+08:00')).toBe(Date.UTC(2023, 6, 26, 9, 33, 58));
  });
});

describe('the answer to an SFS start', () => {
  it.each(['jobId', 'job_id', 'job_Id'])('names the job as %s', (key) => {
    expect(parseStarted({ [key]: 'abc' })).toBe('abc');
  });

  it.each([undefined, null, [], 'abc', {}])('%j names none', (body) => {
    expect(parseStarted(body)).toBeUndefined();
  });
});

describe('a malformed SFS answer', () => {
  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['another job', { job_id: 'other', status: 'success' }],
    ['no id', { status: 'success' }],
    ['no status', { job_id: JOB_ID }],
    ['an empty status', { job_id: JOB_ID, status: '' }],
    ['a status of another type', { job_id: JOB_ID, status: 1 }],
    ['sub-jobs of another type', { job_id: JOB_ID, status: 'running', sub_jobs: 'none' }],
    ['a sub-job without an id', { job_id: JOB_ID, status: 'running', sub_jobs: [{ status: 'running' }] }],
  ])('(%s) is a bad response', (_name, body) => {
    expect(() => parseJob(body, JOB_ID)).toThrow(expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }) as Error);
  });

  it('is the only thing that a parser ever throws for, and facts are always whole', () => {
    const word = fc.oneof(fc.constantFrom('waiting', 'running', 'success', 'failed', 'FAIL'), fc.string());
    const field = fc.oneof(word, fc.jsonValue());
    const fields = {
      job_id: fc.oneof(fc.constant(JOB_ID), field),
      status: field,
      job_type: field,
      begin_time: field,
      end_time: field,
      error_code: field,
      fail_reason: field,
    };
    const job = fc.record(
      { ...fields, sub_jobs: fc.oneof(fc.array(fc.record(fields, { requiredKeys: [] })), field) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(job, fc.jsonValue()), (body) => {
        try {
          const facts = normaliseJob(parseJob(body as Json, JOB_ID));
          expect(TASK_STATUSES).toContain(facts.status);
        } catch (error) {
          if (!(error instanceof UpstreamError) || error.code !== 'UPSTREAM_BAD_RESPONSE') throw error;
        }
      }),
    );
  });
});
