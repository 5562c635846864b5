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

const SERVICE = 'BCS';
const JOBS = '/v2/:projectId/huaweicloudchain/jobs';

/**
 * Jobs of the blockchain engine as the BCS pages describe them: they begin by operations on instances, which are not
 * simulated; here they are listed, shown, and their records deleted. A job's outcome is `Success` or `Failed`.
 */
export const simulatedBcs: SimulatedService = {
  service: SERVICE,
  routes: [
    { method: 'GET', path: JOBS, handle: listJobs },
    { method: 'GET', path: `${JOBS}/:jobId`, handle: showJob },
    { method: 'DELETE', path: JOBS, handle: deleteJobs },
  ],
  create: createJob,
};

const TYPES = ['CreateInstance', 'DeleteInstance', 'UpgradeChainEngine', 'CreateOrganization', 'DeleteOrganization'];
const FAILURES = [
  'The quota of cloud servers is insufficient.',
  'Timed out while waiting for the peers of the organization.',
  'BCS.5000500: Internal error.',
];
const INSTANCES = ['bcs-trade', 'bcs-ledger', 'bcs-audit'];
const FAILING_SHARE = 0.15;

function createJob(world: World, wish: TaskWish): SimulatedTask {
  const task: SimulatedTask = {
    service: SERVICE,
    projectId: wish.projectId,
    id: world.newId('uuid'),
    createdAt: wish.createdAt ?? world.now(),
    waitMs: wish.waitMs ?? Math.round(2_000 + world.random() * 6_000),
    runMs: wish.runMs ?? Math.round(30_000 + world.random() * 210_000),
    outcome: wish.outcome ?? (world.random() < FAILING_SHARE ? 'Failed' : 'Success'),
    fields: {
      type: pick(world, TYPES),
      instance_id: world.newId('uuid'),
      instance_name: pick(world, INSTANCES),
      failed_message: pick(world, FAILURES),
      // A job that fails gets stuck somewhere.
      failed_at: Math.floor(world.random() * 90),
      ...wish.fields,
    },
  };
  world.tasks.add(task);
  return task;
}

function describe(job: SimulatedTask, now: number): JsonObject {
  const { type = '', instance_id = '', instance_name = '', failed_message = '' } = job.fields;
  const status = statusOf(job, now);
  const hasEnded = phaseOf(job, now) === 'ended';
  return {
    id: job.id,
    type,
    status,
    failed_message: status === 'Failed' ? failed_message : '',
    progress: progressOf(job, now),
    instance_id,
    instance_name,
    start_time: formatTime(job.createdAt),
    end_time: hasEnded ? formatTime(endOf(job)) : '',
  };
}

function statusOf(job: SimulatedTask, now: number): string {
  const phase = phaseOf(job, now);
  if (phase === 'ended') return job.outcome;
  return phase === 'waiting' ? 'Initializing' : 'Running';
}

function progressOf(job: SimulatedTask, now: number): number {
  const { failed_at } = job.fields;
  const most = job.outcome === 'Failed' && typeof failed_at === 'number' ? failed_at : 100;
  if (phaseOf(job, now) === 'waiting') return 0;
  const passed = job.runMs === 0 ? 1 : (now - job.createdAt - job.waitMs) / job.runMs;
  return Math.min(Math.floor(passed * most), most);
}

/** `2022-07-07T13:00:29Z` */
function formatTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

// ---- the calls

function listJobs({ params, query }: SimulatedRequest, world: World): SimulatedReply {
  const limit = integerOf(query.get('limit'), 100, 1, 100);
  const offset = integerOf(query.get('offset'), 0, 0, Number.MAX_SAFE_INTEGER);
  const status = query.get('status');
  const since = query.get('start_time');
  if (limit === undefined || offset === undefined) return invalid('limit and offset');
  if (status !== null && (status.length < 6 || status.length > 40)) return invalid('status');
  if (since !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since)) return invalid('start_time');

  const now = world.now();
  const words = status?.split(',');
  const name = query.get('instance_name') ?? '';
  const matches = world.tasks
    .list(SERVICE, params.projectId ?? '')
    .filter(
      (job) =>
        (words?.includes(statusOf(job, now)) ?? true) &&
        (since === null || job.createdAt >= Date.parse(since)) &&
        nameOf(job).includes(name),
    )
    // Newest first, and never more than a thousand.
    .reverse()
    .slice(0, 1000);
  const jobs = matches.slice(offset, offset + limit).map((job) => describe(job, now));
  return { status: 200, body: { count: matches.length, jobs } };
}

function nameOf({ fields: { instance_name } }: SimulatedTask): string {
  return typeof instance_name === 'string' ? instance_name : '';
}

function showJob({ params }: SimulatedRequest, world: World): SimulatedReply {
  const { projectId, jobId = '' } = params;
  if (jobId.length !== 36) return invalid('job_id');
  const job = world.tasks.get(SERVICE, jobId);
  if (!job || job.projectId !== projectId) {
    return failed(404, 'BCS.4040404', 'Resource not found', `The job ${jobId} does not exist`);
  }
  return { status: 200, body: describe(job, world.now()) };
}

const MOST_DELETED = 100;

/** Deletes records, whatever becomes of the work; ids that are not known are passed over. */
function deleteJobs(request: SimulatedRequest, world: World): SimulatedReply {
  const ids = idsOf(request.json());
  if (!ids) return invalid('jobs');
  for (const id of ids) {
    if (world.tasks.get(SERVICE, id)?.projectId === request.params.projectId) world.tasks.remove(SERVICE, id);
  }
  return { status: 200, body: { result: 'success' } };
}

function idsOf(body: Json | undefined): readonly string[] | undefined {
  const jobs = isRecord(body) ? body.jobs : null;
  if (!Array.isArray(jobs) || jobs.length === 0 || jobs.length > MOST_DELETED) return undefined;
  const ids = jobs as readonly Json[];
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}

// ---- odds and ends

/** `code` is the HTTP status as text; the page says that error_code has 12 characters, the published ones have 11. */
function failed(status: number, error_code: string, error_msg: string, message: string): SimulatedReply {
  return { status, body: { code: String(status), error_code, error_msg, message } };
}

function invalid(parameter: string): SimulatedReply {
  return failed(400, 'BCS.4006005', 'Invalid parameter', `The value of ${parameter} is invalid`);
}

function integerOf(value: string | null, fallback: number, least: number, most: number): number | undefined {
  if (value === null) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
  return number >= least && number <= most ? number : undefined;
}

function pick<T>(world: World, values: readonly T[]): T {
  return values[Math.floor(world.random() * values.length)] as T;
}
