// What every peer serves: a subset of the gateway's schema, and a task as the gateway shows it.

/** `task` as in schema/schema.graphql, with the fields that the bench asks for. */
export const typeDefs = `
  enum TaskService { ECS SFS APIG RENDER BCS }
  enum TaskStatus { PENDING RUNNING SUCCEEDED FAILED CANCELLED EXPIRED UNKNOWN }
  interface Task {
    id: ID! service: TaskService! account: String! upstreamId: ID! kind: String! status: TaskStatus! done: Boolean!
    upstreamStatus: String createdAt: String! startedAt: String finishedAt: String error: TaskError progress: TaskProgress
  }
  type SfsTask implements Task {
    id: ID! service: TaskService! account: String! upstreamId: ID! kind: String! status: TaskStatus! done: Boolean!
    upstreamStatus: String createdAt: String! startedAt: String finishedAt: String error: TaskError progress: TaskProgress
    subTasks: [SfsSubTask!]!
  }
  type SfsSubTask { upstreamId: ID! kind: String! status: TaskStatus! }
  type TaskError { code: String message: String! }
  type TaskProgress { done: Int! total: Int! percent: Float! }
  type Query { task(id: ID!, maxAgeSeconds: Float): Task }
`;

export const resolveType = { Task: { __resolveType: () => 'SfsTask' } };

/** @returns account and upstream id of an opaque id */
export function parseId(id) {
  const [, account, , upstreamId] = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
  return { account, upstreamId };
}

export function jobPath(projectId, upstreamId) {
  return `/v1/${projectId}/sfs-turbo/jobs/${upstreamId}`;
}

const STATUSES = { waiting: 'PENDING', running: 'RUNNING', success: 'SUCCEEDED', failed: 'FAILED' };
const statusOf = (word) => STATUSES[word] ?? 'UNKNOWN';
const isDone = (status) => status === 'SUCCEEDED' || status === 'FAILED';
const timeOf = (text) => (text ? `${text.replace(' ', 'T')}.000Z` : null);

export function taskOf(id, account, job) {
  const status = statusOf(job.status);
  const done = isDone(status);
  const startedAt = timeOf(job.begin_time);
  const ended = job.sub_jobs.filter((each) => isDone(statusOf(each.status))).length;
  const total = job.sub_jobs.length;
  return {
    id,
    service: 'SFS',
    account,
    upstreamId: job.job_id,
    kind: job.job_type,
    status,
    done,
    upstreamStatus: job.status,
    createdAt: startedAt,
    startedAt,
    finishedAt: done ? timeOf(job.end_time) : null,
    error: status === 'FAILED' ? { code: job.error_code, message: job.fail_reason } : null,
    progress: total > 0 ? { done: ended, total, percent: (ended / total) * 100 } : null,
    subTasks: job.sub_jobs.map((each) => ({
      upstreamId: each.job_id,
      kind: each.job_type,
      status: statusOf(each.status),
    })),
  };
}

/** Arguments of every peer: where the upstream is, and the project. */
export const [upstreamUrl, projectId] = process.argv.slice(2);

export function listening(server) {
  const address = typeof server.address === 'function' ? server.address() : server;
  process.send({ url: `http://127.0.0.1:${address.port}` });
}
