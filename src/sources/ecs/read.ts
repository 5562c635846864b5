import type { Clock } from '../../base/clock.js';
import type { Reading } from '../../task/reading.js';
import { formatTaskId, type TaskId } from '../../task/task-id.js';
import { TaskStatus } from '../../task/task-status.js';
import { UpstreamError } from '../../upstream/upstream-error.js';
import { eachPage, findListed, type PagedList } from '../listed.js';
import { readEach, readingOf } from '../read-each.js';
import type { ReadOptions, TaskRef } from '../source.js';
import type { KpsApi } from './api.js';
import { explainFailure, normaliseRunning, normaliseTask } from './normalise.js';
import type { WireRow } from './wire.js';

/** One list of running tasks costs no more than asking for two. */
const LEAST_LISTED = 2;

export async function readTasks(
  refs: readonly TaskRef[],
  options: ReadOptions,
  { api, clock }: { readonly api: KpsApi; readonly clock: Clock },
): Promise<ReadonlyMap<TaskId, Reading>> {
  const readings = new Map<TaskId, Reading>();
  let missing = refs;
  if (refs.length >= LEAST_LISTED) {
    const askedAt = clock.now();
    const ids = refs.map(({ identity }) => identity.upstreamId);
    const { rows, trouble } = await findListed(ids, api.list('running-tasks', options));
    for (const { identity, task } of refs) {
      const listed = rows.get(identity.upstreamId);
      const reading = listed
        ? seenInList(listed.row, task, listed)
        : trouble && readingOf(trouble, { askedAt, answeredAt: clock.now(), isGone: () => false });
      if (reading) readings.set(formatTaskId(identity), reading);
    }
    missing = refs.filter(({ identity }) => !readings.has(formatTaskId(identity)));
  }
  for (const [id, reading] of await readById(missing, options, { api, clock })) readings.set(id, reading);
  return readings;
}

function seenInList(
  row: WireRow,
  known: TaskRef['task'],
  { askedAt, answeredAt }: { readonly askedAt: number; readonly answeredAt: number },
): Reading {
  return { type: 'seen', from: 'list', facts: normaliseRunning(row, known), askedAt, answeredAt };
}

function readById(
  refs: readonly TaskRef[],
  options: ReadOptions,
  { api, clock }: { readonly api: KpsApi; readonly clock: Clock },
): Promise<ReadonlyMap<TaskId, Reading>> {
  const reasons = createReasons(api.list('failed-tasks', options));
  return readEach(refs, options, {
    clock,
    isGone,
    async readOne({ identity, task: known }) {
      const { task, askedAt, answeredAt } = await api.task(identity.upstreamId, options);
      const facts = normaliseTask(task, known);
      const explained =
        facts.status === TaskStatus.FAILED
          ? explainFailure(facts, await reasons.find(identity.upstreamId), known)
          : facts;
      return { type: 'seen', from: 'query', facts: explained, askedAt, answeredAt };
    },
  });
}

/** KPS documents no 404: a query of an unknown task is answered by 400 with a code of its own. */
export function isGone({ code, details: { status, upstreamCode } }: UpstreamError): boolean {
  if (upstreamCode?.startsWith('APIGW.')) return false;
  return code === 'UPSTREAM_NOT_FOUND' || (status === 400 && upstreamCode?.startsWith('KPS.') === true);
}

/** Why tasks failed, from pages of the list of failed ones that are loaded once for all who ask, as far as needed. */
function createReasons(list: PagedList<WireRow>) {
  const rows = new Map<string, WireRow>();
  const pages = eachPage(list);
  let loading: Promise<void> | undefined;
  let finished = false;

  const loadNext = async (): Promise<void> => {
    const next = await pages.next();
    if (next.done) finished = true;
    else for (const row of next.value.page.rows) rows.set(row.taskId, row);
    loading = undefined;
  };

  return {
    /**
     * @returns null when the list has no row for the task, or is refused
     * @throws UpstreamError when it cannot be read now
     */
    async find(id: string): Promise<WireRow | null> {
      try {
        // A failed load is kept: everybody else who asks in this round gets the same error without a call.
        while (!rows.has(id) && !finished) await (loading ??= loadNext());
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
      return rows.get(id) ?? null;
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && (error.code === 'UPSTREAM_REFUSED' || error.code === 'UPSTREAM_NOT_FOUND');
}
