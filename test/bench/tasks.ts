import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.js';
import type { JsonObject } from '../../src/base/json.js';
import { silentLogger } from '../../src/base/logger.js';
import { normaliseJob as normaliseBcsJob } from '../../src/sources/bcs/normalise.js';
import { parseJob as parseBcsJob } from '../../src/sources/bcs/wire.js';
import { normaliseJob } from '../../src/sources/sfs/normalise.js';
import { parseJob } from '../../src/sources/sfs/wire.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { ChangeWrite } from '../../src/store/store.js';
import { createTask } from '../../src/task/apply-reading.js';
import type { Facts } from '../../src/task/reading.js';
import { UNREAD } from '../../src/task/task.js';
import { formatTaskId, type TaskIdentity } from '../../src/task/task-id.js';

/** The tasks of the bench: their ids, what the upstream says of them, and stores that hold them. */

export const ACCOUNT = 'bench';
export const REGION = 'cn-north-4';
export const PROJECT_ID = '0123456789abcdef0123456789abcdef';
/** Long enough ago that nothing of the bench is young; recent enough that nothing is trimmed. */
const BEGAN_AT = Math.floor((Date.now() - 6 * 3_600_000) / 1000) * 1000;

export function upstreamId(index: number): string {
  return `2c9080${index.toString(16).padStart(26, '0')}`;
}

export function taskId(service: string, index: number, account = ACCOUNT): string {
  return formatTaskId(identityOf(service, index, account));
}

function identityOf(service: string, index: number, account: string): TaskIdentity {
  return { service, account, scope: service === 'APIG' ? 'instance-1' : '', upstreamId: upstreamId(index) };
}

/** SFS ShowJobDetail: an open job with one step done and one under way. */
export function sfsJob(id: string, status = 'running'): JsonObject {
  const began = upstreamTime(BEGAN_AT);
  const step = { job_type: 'bind_ldap_step', begin_time: began, error_code: '', fail_reason: '' };
  return {
    job_id: id,
    job_type: 'bind_ldap',
    status,
    begin_time: began,
    end_time: '',
    error_code: '',
    fail_reason: '',
    sub_jobs: [
      { ...step, job_id: `${id}-1`, status: 'success', end_time: upstreamTime(BEGAN_AT + 5_000) },
      { ...step, job_id: `${id}-2`, status: 'running', end_time: '' },
    ],
  };
}

/** SFS times are UTC and do not say so. */
function upstreamTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** BCS ListHuaweiChainJobs: an open job. */
export function bcsJob(id: string, progress: number): JsonObject {
  return {
    id,
    status: 'Running',
    type: 'CreateInstance',
    failed_message: '',
    progress,
    instance_id: `instance-${id.slice(-4)}`,
    instance_name: 'chain',
    start_time: new Date(BEGAN_AT).toISOString(),
    end_time: '',
  };
}

export function openSfsTask(index: number, account = ACCOUNT): ChangeWrite {
  const job = sfsJob(upstreamId(index));
  const facts = normaliseJob(parseJob(job, upstreamId(index)));
  const details = { shareId: null, subTasks: [], ...facts.details };
  return firstChange(identityOf('SFS', index, account), { ...facts, details, raw: job });
}

/** The same, with its next poll as far away as the intervals allow: a start would make it due at once otherwise. */
export function restingSfsTask(index: number): ChangeWrite {
  const write = openSfsTask(index);
  return { ...write, freshness: { ...write.freshness, nextPollAt: write.freshness.staleAt } };
}

export function openBcsTask(index: number, account: string): ChangeWrite {
  const job = bcsJob(upstreamId(index), 0);
  return firstChange(identityOf('BCS', index, account), normaliseBcsJob(parseBcsJob(job, upstreamId(index)), null));
}

const SERVICES = ['ECS', 'SFS', 'APIG', 'RENDER', 'BCS'] as const;

/** One of every service in turn; nine of ten have ended. */
export function mixedTask(index: number): ChangeWrite {
  const service = SERVICES[index % SERVICES.length]!;
  const open = index % 10 < 1;
  const failed = index % 97 === 1;
  const startedAt = BEGAN_AT + index;
  const facts: Facts = {
    kind: 'bind_ldap',
    status: open ? 'RUNNING' : failed ? 'FAILED' : 'SUCCEEDED',
    upstreamStatus: open ? 'running' : failed ? 'failed' : 'success',
    startedAt,
    ...(!open && { finishedAt: startedAt + 60_000 }),
    ...(failed && { error: { code: 'CONFLICT', message: 'It was in use', upstreamCode: 'SFS.TURBO.0009' } }),
    resource: { type: 'share', id: `share-${index % 20_000}`, name: `share ${index % 3_000}` },
    progress: { done: open ? 1 : 2, total: 2, percent: open ? 50 : 100 },
    details: DETAILS[service](index),
    raw: { job_id: upstreamId(index), status: open ? 'running' : 'success', job_type: 'bind_ldap' },
  };
  return firstChange(identityOf(service, index, ACCOUNT), facts, startedAt + 70_000);
}

const DETAILS: Readonly<Record<(typeof SERVICES)[number], (index: number) => JsonObject>> = {
  ECS: (index) => ({
    operation: 'BIND',
    serverId: `server-${index}`,
    serverName: `web ${index}`,
    keypairName: 'KeyPair-1',
  }),
  SFS: (index) => ({
    shareId: `share-${index}`,
    subTasks: [1, 2].map((step) => ({
      upstreamId: `${upstreamId(index)}-${step}`,
      kind: 'step',
      status: 'SUCCEEDED',
      upstreamStatus: 'success',
      startedAt: BEGAN_AT,
      finishedAt: BEGAN_AT + 1000,
      error: null,
    })),
  }),
  APIG: () => ({ instanceId: 'instance-1', result: null }),
  RENDER: (index) => ({
    applicationId: `application-${index % 100}`,
    serverId: `server-${index % 1000}`,
    sessionId: `session-${index}`,
    device: { id: 'device-1', brand: 'Huawei', type: 'phone' },
    locations: ['cn-north-4a'],
    finishReason: null,
  }),
  BCS: (index) => ({ instanceId: `instance-${index % 500}`, instanceName: `chain ${index % 500}` }),
};

function firstChange(identity: TaskIdentity, { raw, ...facts }: Facts, at = BEGAN_AT + 10_000): ChangeWrite {
  const { task, transition } = createTask(identity, REGION, facts, at);
  const read = { observedAt: at, askedAt: at - 10, nextPollAt: null, staleAt: task.done ? null : at + 9e11 };
  return {
    type: 'change',
    task,
    transition,
    before: null,
    freshness: { ...UNREAD, ...read },
    ...(raw !== undefined && { raw }),
  };
}

const MOST_WRITES = 1000;

/** Fills the store of a folder; adds to what is there. */
export async function seedStore(folder: string, writes: Iterable<ChangeWrite>): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, STORE_FILE);
  const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
  try {
    let batch: ChangeWrite[] = [];
    for (const write of writes) {
      if (batch.push(write) < MOST_WRITES) continue;
      await store.commit(batch);
      batch = [];
    }
    if (batch.length > 0) await store.commit(batch);
  } finally {
    await store.close();
  }
}

export const STORE_FILE = 'store.db';

export function copyStore(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  // The newest changes may still lie in the log beside the file.
  for (const name of [STORE_FILE, `${STORE_FILE}-wal`]) {
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name));
  }
}

export function* range<T>(from: number, to: number, make: (index: number) => T): Iterable<T> {
  for (let index = from; index < to; index++) yield make(index);
}
