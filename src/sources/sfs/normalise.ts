import type { Facts } from '../../task/reading.js';
import { TaskErrorCode, type Instant, type TaskError, type TaskProgress } from '../../task/task.js';
import { TaskStatus, TERMINAL_STATUSES } from '../../task/task-status.js';
import { UNKNOWN_KIND } from '../../task/apply-reading.js';
import type { JsonObject } from '../../base/json.js';
import { errorCodeOfText, isDate, textWithoutSecrets } from '../wire-fields.js';
import type { JobWire, SubJobWire } from './wire.js';

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map([
  ['waiting', TaskStatus.PENDING],
  ['running', TaskStatus.RUNNING],
  ['success', TaskStatus.SUCCEEDED],
  ['failed', TaskStatus.FAILED],
  // The word of the API definition's sample of a sub-job.
  ['FAIL', TaskStatus.FAILED],
]);

export function normaliseStatus(word: string): TaskStatus {
  return STATUSES.get(word) ?? TaskStatus.UNKNOWN;
}

/** What an answer about a job says of the task. `raw` is the caller's to add. */
export function normaliseJob(job: JobWire): Facts {
  const status = normaliseStatus(job.status);
  const startedAt = parseTime(job.begin_time);
  const finishedAt = finishedAtOf(job, status);
  return {
    status,
    upstreamStatus: job.status,
    ...(job.job_type && { kind: job.job_type }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(status === TaskStatus.FAILED && { error: errorOfJob(job) }),
    ...(job.sub_jobs && subJobFacts(job.sub_jobs, status)),
  };
}

function subJobFacts(subJobs: readonly SubJobWire[], status: TaskStatus): Facts {
  return {
    progress: progressOf(subJobs),
    details: { subTasks: subJobs.map(normaliseSubJob) },
    // What failed inside a job that succeeded all the same.
    ...(status === TaskStatus.SUCCEEDED && { warnings: subJobs.filter(isFailed).map(errorOf) }),
  };
}

function normaliseSubJob(subJob: SubJobWire): JsonObject {
  const status = normaliseStatus(subJob.status);
  return {
    upstreamId: subJob.job_id,
    kind: subJob.job_type || UNKNOWN_KIND,
    status,
    upstreamStatus: subJob.status,
    startedAt: parseTime(subJob.begin_time) ?? null,
    finishedAt: finishedAtOf(subJob, status) ?? null,
    error: isFailed(subJob) ? { ...errorOf(subJob) } : null,
  };
}

function progressOf(subJobs: readonly SubJobWire[]): TaskProgress | null {
  const total = subJobs.length;
  if (total === 0) return null;
  const done = subJobs.filter(({ status }) => TERMINAL_STATUSES.has(normaliseStatus(status))).length;
  return { done, total, percent: (done / total) * 100 };
}

/** A job that gives no reason of its own failed for that of its first failed sub-job. */
function errorOfJob(job: JobWire): TaskError {
  const cause = job.error_code || job.fail_reason ? job : job.sub_jobs?.find(isFailed);
  return errorOf(cause ?? job);
}

function errorOf({ error_code: code, fail_reason: reason }: SubJobWire): TaskError {
  return {
    code: normaliseErrorCode(code, reason),
    message: textWithoutSecrets(reason || 'The job failed'),
    upstreamCode: code || null,
  };
}

function isFailed({ status }: SubJobWire): boolean {
  return normaliseStatus(status) === TaskStatus.FAILED;
}

/** An `end_time` of a job that has not ended is a placeholder. */
function finishedAtOf(job: SubJobWire, status: TaskStatus): Instant | undefined {
  const open = status === TaskStatus.PENDING || status === TaskStatus.RUNNING;
  return open ? undefined : parseTime(job.end_time);
}

const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|[+-]\d\d:\d\d)?$/;

/**
 * Times are UTC without a zone (`2016-01-02 15:04:05`); `new Date` would read them in the zone of the process.
 *
 * @returns undefined for nothing, for what is no time, and for a zero time
 */
export function parseTime(text: string | null | undefined): Instant | undefined {
  const [, date, time, zone = 'Z'] = TIME.exec(text ?? '') ?? [];
  if (date === undefined || time === undefined) return undefined;
  if (!isDate(date)) return undefined;
  const at = Date.parse(`${date}T${time}${zone}`);
  return at > 0 ? at : undefined;
}

const ERROR_CODES: ReadonlyMap<string, TaskErrorCode> = new Map([
  ['SFS.TURBO.0001', TaskErrorCode.INVALID_INPUT],
  ['SFS.TURBO.0002', TaskErrorCode.NOT_FOUND],
  ['SFS.TURBO.0005', TaskErrorCode.INTERNAL],
  ['SFS.TURBO.0009', TaskErrorCode.CONFLICT],
  ['SFS.TURBO.0010', TaskErrorCode.QUOTA_EXCEEDED],
  ['SFS.TURBO.0011', TaskErrorCode.CONFLICT],
  ['SFS.TURBO.0012', TaskErrorCode.PERMISSION_DENIED],
  ['SFS.TURBO.0015', TaskErrorCode.PERMISSION_DENIED],
  ['SFS.TURBO.0019', TaskErrorCode.NOT_FOUND],
  ['SFS.TURBO.0106', TaskErrorCode.NOT_FOUND],
  ['SFS.TURBO.0123', TaskErrorCode.INVALID_INPUT],
  ['SFS.TURBO.0124', TaskErrorCode.NOT_FOUND],
]);

/** By the code; where that is not known, by what the text says. */
function normaliseErrorCode(code: string | null | undefined, reason: string | null | undefined): TaskErrorCode {
  return ERROR_CODES.get(code ?? '') ?? errorCodeOfText(reason ?? '');
}
