import { isIP } from 'node:net';
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

const LDAP_PATH = '/v1/:projectId/sfs-turbo/shares/:shareId/fs/ldap';

/**
 * SFS Turbo as its pages describe it: LDAP configurations of shares, and the jobs that work on them. A job goes through
 * its sub-jobs in turn; one that fails stops at its last.
 */
export const simulatedSfs: SimulatedService = {
  service: 'SFS',
  routes: [
    { method: 'POST', path: LDAP_PATH, handle: (request, world) => startLdap(request, world, 'bind_ldap') },
    { method: 'PUT', path: LDAP_PATH, handle: (request, world) => startLdap(request, world, 'update_ldap') },
    { method: 'DELETE', path: LDAP_PATH, handle: (request, world) => startLdap(request, world, 'unbind_ldap') },
    { method: 'GET', path: '/v1/:projectId/sfs-turbo/jobs/:jobId', handle: showJob },
  ],
  create: createJob,
};

interface Failure {
  readonly code: string;
  readonly reason: string;
}

const FAILURES: readonly Failure[] = [
  { code: 'SFS.TURBO.0005', reason: 'server error' },
  { code: 'SFS.TURBO.0011', reason: 'another operation is in progress on the file system' },
  { code: 'SFS.TURBO.0001', reason: 'the ldap server did not accept the base dn' },
];

const STEPS: Readonly<Record<string, readonly string[]>> = {
  bind_ldap: ['check_ldap_server', 'create_ldap_config', 'bind_ldap_config', 'restart_nfs_service'],
  update_ldap: ['check_ldap_server', 'update_ldap_config', 'restart_nfs_service'],
  unbind_ldap: ['delete_ldap_config', 'restart_nfs_service'],
};

const FAILING_SHARE = 0.12;

function createJob(world: World, wish: TaskWish): SimulatedTask {
  const { fields = {} } = wish;
  const jobType = typeof fields.jobType === 'string' ? fields.jobType : 'bind_ldap';
  const failure = FAILURES[Math.floor(world.random() * FAILURES.length)];
  const task: SimulatedTask = {
    service: 'SFS',
    projectId: wish.projectId,
    id: world.newId('uuid'),
    createdAt: wish.createdAt ?? world.now(),
    waitMs: wish.waitMs ?? Math.round(1_000 + world.random() * 4_000),
    runMs: wish.runMs ?? Math.round(8_000 + world.random() * 22_000),
    outcome: wish.outcome ?? (world.random() < FAILING_SHARE ? 'failed' : 'success'),
    fields: {
      jobType,
      shareId: world.newId('uuid'),
      subJobs: (STEPS[jobType] ?? ['prepare', 'apply']).map((type) => ({ type, id: world.newId('uuid') })),
      errorCode: failure?.code ?? 'SFS.TURBO.0005',
      failReason: failure?.reason ?? 'server error',
      ...fields,
    },
  };
  world.tasks.add(task);
  return task;
}

// ---- starts

function startLdap(request: SimulatedRequest, world: World, jobType: string): SimulatedReply {
  const { projectId = '', shareId = '' } = request.params;
  if (jobType !== 'unbind_ldap' && !isConfig(request.json(), jobType === 'bind_ldap')) {
    return failed(world, 400, 'SFS.TURBO.0001', 'parameter error');
  }
  const { id } = createJob(world, { projectId, fields: { jobType, shareId } });
  // The page on unbinding prints the key with another capital letter.
  return reply(world, 200, jobType === 'unbind_ldap' ? { job_Id: id } : { jobId: id });
}

const TEXT_FIELDS = ['base_dn', 'user_dn', 'password', 'vpc_id', 'filter_condition', 'schema'];

function isConfig(config: Json | undefined, isNew: boolean): boolean {
  if (!isRecord(config)) return false;
  if (isNew && (config.url === undefined || !config.base_dn)) return false;
  return (
    TEXT_FIELDS.every((name) => config[name] === undefined || typeof config[name] === 'string') &&
    ['url', 'backup_url'].every((name) => config[name] === undefined || isLdapUrl(config[name])) &&
    (config.search_timeout === undefined || isPositiveInteger(config.search_timeout))
  );
}

function isLdapUrl(value: Json): boolean {
  const [, host, port] = /^ldaps?:\/\/\[?(.+?)\]?:(\d+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return host !== undefined && isIP(host) > 0 && Number(port) <= 65_535;
}

function isPositiveInteger(value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

// ---- the query

function showJob({ params }: SimulatedRequest, world: World): SimulatedReply {
  const job = world.tasks.get('SFS', params.jobId ?? '');
  if (!job || job.projectId !== params.projectId) return failed(world, 404, 'SFS.TURBO.0019', 'Invalid Job Id');
  return reply(world, 200, describeJob(job, world.now()));
}

function describeJob(job: SimulatedTask, now: number): JsonObject {
  const { jobType = '', subJobs = [] } = job.fields;
  const steps = Array.isArray(subJobs) ? (subJobs as readonly JsonObject[]) : [];
  return {
    job_id: job.id,
    job_type: jobType,
    ...describeSpan(job, job.createdAt + job.waitMs, endOf(job), now, job.outcome),
    sub_jobs: steps.map((step, index) => describeStep(job, step, index, steps.length, now)),
  };
}

/** Sub-jobs share the time that the job runs, one after the other. */
function describeStep(job: SimulatedTask, step: JsonObject, index: number, count: number, now: number): JsonObject {
  const runsAt = job.createdAt + job.waitMs;
  const startsAt = runsAt + Math.round((job.runMs * index) / count);
  const endsAt = runsAt + Math.round((job.runMs * (index + 1)) / count);
  const fails = job.outcome === 'failed' && index === count - 1;
  return {
    job_id: step.id ?? '',
    job_type: step.type ?? '',
    // `FAIL` is the word that the API definition's sample of a sub-job has.
    ...describeSpan(job, startsAt, endsAt, now, fails ? 'FAIL' : 'success'),
  };
}

function describeSpan(job: SimulatedTask, startsAt: number, endsAt: number, now: number, outcome: string): JsonObject {
  if (phaseOf(job, now) === 'waiting' || now < startsAt) return { status: 'waiting' };
  const begun = { begin_time: formatTime(startsAt) };
  if (now < endsAt) return { status: 'running', ...begun };
  const ended = { status: outcome, ...begun, end_time: formatTime(endsAt) };
  if (!/^fail/i.test(outcome)) return ended;
  return { ...ended, error_code: job.fields.errorCode ?? '', fail_reason: job.fields.failReason ?? '' };
}

/** `2016-01-02 15:04:05`, UTC. */
function formatTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

function failed(world: World, status: number, errCode: string, errMsg: string): SimulatedReply {
  return reply(world, status, { errCode, errMsg });
}

function reply(world: World, status: number, body: Json): SimulatedReply {
  return { status, headers: { 'X-request-id': world.newId('hex') }, body };
}
