import type { Facts } from '../../task/reading.js';
import type { Task, TaskError, TaskProgress } from '../../task/task.js';
import { TaskStatus, TERMINAL_STATUSES } from '../../task/task-status.js';
import { errorCodeOfText, spoken } from '../wire-fields.js';
import type { WireJob } from './wire.js';

export const NO_REASON = 'The upstream gave no reason';

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map([
  ['Initializing', TaskStatus.PENDING],
  ['Running', TaskStatus.RUNNING],
  ['Success', TaskStatus.SUCCEEDED],
  ['Failed', TaskStatus.FAILED],
]);

export function normaliseJob(job: WireJob, known: Task | null): Facts {
  const { word, type, instanceId, instanceName, startedAt, endedAt, raw } = job;
  const status = STATUSES.get(word) ?? TaskStatus.UNKNOWN;
  const name = instanceName ?? known?.resource?.name ?? null;
  return {
    status,
    upstreamStatus: word,
    ...(type && { kind: type }),
    ...(instanceId && { resource: { type: 'blockchain_instance', id: instanceId, name } }),
    ...spoken({ startedAt, finishedAt: TERMINAL_STATUSES.has(status) ? endedAt : undefined }),
    ...(status === TaskStatus.FAILED && { error: errorOf(job) }),
    ...(job.progress !== undefined && { progress: progressOf(job.progress) }),
    details: spoken({ instanceId, instanceName }),
    raw,
  };
}

function errorOf({ failedMessage }: WireJob): TaskError {
  const message = failedMessage ?? NO_REASON;
  return { code: errorCodeOfText(message), message, upstreamCode: codeIn(message) };
}

/** The only place for a code is the text itself. */
function codeIn(message: string): string | null {
  return /\bBCS\.\d{4,8}\b/.exec(message)?.[0] ?? null;
}

function progressOf(percent: number): TaskProgress {
  return { done: Math.floor(percent), total: 100, percent };
}
