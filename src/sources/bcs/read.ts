import type { Clock } from '../../base/clock.js';
import type { Reading } from '../../task/reading.js';
import type { Task } from '../../task/task.js';
import { formatTaskId, type TaskId } from '../../task/task-id.js';
import type { UpstreamError } from '../../upstream/upstream-error.js';
import { findListed } from '../listed.js';
import { readEach, readingOf } from '../read-each.js';
import type { ReadOptions, TaskRef } from '../source.js';
import type { BcsApi } from './api.js';
import { normaliseJob } from './normalise.js';
import type { WireJob } from './wire.js';

export const OPEN_WORDS = 'Initializing,Running';
/** One list of open jobs costs no more than asking for two. */
const LEAST_LISTED = 2;

interface Answered {
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Open jobs from their list, where that costs fewer calls; those that are not in it have ended, and are asked for. */
export async function readTasks(
  refs: readonly TaskRef[],
  options: ReadOptions,
  { api, clock }: { readonly api: BcsApi; readonly clock: Clock },
): Promise<ReadonlyMap<TaskId, Reading>> {
  const readings = new Map<TaskId, Reading>();
  if (refs.length >= LEAST_LISTED) {
    const askedAt = clock.now();
    const ids = refs.map(({ identity }) => identity.upstreamId);
    const { rows, trouble } = await findListed(ids, api.list({ status: OPEN_WORDS }, options));
    for (const { identity, task } of refs) {
      const listed = rows.get(identity.upstreamId);
      const reading = listed
        ? seen(listed.row, task, listed)
        : trouble && readingOf(trouble, { askedAt, answeredAt: clock.now(), isGone: () => false });
      if (reading) readings.set(formatTaskId(identity), reading);
    }
  }
  const missing = refs.filter(({ identity }) => !readings.has(formatTaskId(identity)));
  const asked = await readEach(missing, options, {
    clock,
    isGone,
    async readOne({ identity, task }) {
      const answer = await api.job(identity.upstreamId, options);
      return seen(answer.job, task, answer);
    },
  });
  return new Map([...readings, ...asked]);
}

/** The list holds the same fields as the query, so its word is as good. */
function seen(job: WireJob, known: Task | null, { askedAt, answeredAt }: Answered): Reading {
  return { type: 'seen', from: 'query', facts: normaliseJob(job, known), askedAt, answeredAt };
}

export function isGone({ code, details: { upstreamCode } }: UpstreamError): boolean {
  if (upstreamCode?.startsWith('APIGW.')) return false;
  return code === 'UPSTREAM_NOT_FOUND' || upstreamCode === 'BCS.4040404';
}
