import type { Clock } from '../../base/clock.js';
import type { Reading } from '../../task/reading.js';
import type { Task } from '../../task/task.js';
import { formatTaskId, type TaskId } from '../../task/task-id.js';
import { readingOf } from '../read-each.js';
import type { ReadOptions, TaskRef } from '../source.js';
import { badResponse } from '../upstream-answer.js';
import { REACHABLE, type CvrApi, type RenderFilter } from './api.js';
import { knownDevice, normaliseRow } from './normalise.js';
import { scan, type Found, type Scan } from './scan.js';

interface Round {
  readonly api: CvrApi;
  readonly options: ReadOptions;
  readonly clock: Clock;
  readonly readings: Map<TaskId, Reading>;
}

/**
 * CVR has no query by id: tasks are looked for in the list of active ones, then among the finished, and what is beyond
 * the reachable rows by filters on what is known of it. A task is gone only when a list that must have it was read to
 * its end.
 */
export async function readTasks(
  refs: readonly TaskRef[],
  options: ReadOptions,
  { api, clock }: { readonly api: CvrApi; readonly clock: Clock },
): Promise<ReadonlyMap<TaskId, Reading>> {
  const round: Round = { api, options, clock, readings: new Map() };
  const [first] = refs;
  const alone = refs.length === 1 && first && filterOf(first.task);
  if (alone) await narrow(round, refs, alone);
  else if (first) await broaden(round, refs);
  return round.readings;
}

/** The whole list: active tasks, then finished ones if some are missing, then filters if that was not all. */
async function broaden(round: Round, refs: readonly TaskRef[]): Promise<void> {
  const active = await look(round, refs, { status: 'active' });
  const ended = missing(round, refs);
  if (!active || ended.length === 0) return;

  const [only] = ended;
  const filter = ended.length === 1 && only && filterOf(only.task);
  if (filter) return narrow(round, ended, filter);

  const finished = await look(round, ended, { status: 'finish' });
  const rest = missing(round, ended);
  if (!finished || rest.length === 0) return;

  if (active.complete && finished.complete) return setAll(round, rest, () => gone(finished));
  await narrowByApplication(round, rest, active.count + finished.count);
}

/** Tasks of one application are looked for together, then each by all that is known of it. */
async function narrowByApplication(round: Round, refs: readonly TaskRef[], count: number): Promise<void> {
  const groups = groupBy(refs, ({ task }) => textOf(task?.details.applicationId));
  for (const [applicationId, members] of groups) {
    if (applicationId === undefined) {
      setAll(round, members, () => unreachable(round, count));
      continue;
    }
    if (members.length > 1) {
      const whole = await look(round, members, { application_id: applicationId });
      if (!whole) continue;
      if (whole.complete) setAll(round, missing(round, members), () => gone(whole));
    }
    for (const ref of missing(round, members)) await narrow(round, [ref], filterOf(ref.task) ?? {});
  }
}

async function narrow(round: Round, refs: readonly TaskRef[], filter: RenderFilter): Promise<void> {
  const result = await look(round, refs, filter);
  if (!result) return;
  setAll(round, missing(round, refs), () => (result.complete ? gone(result) : unreachable(round, result.count)));
}

/** Reads one list and notes what it says of the refs; undefined when it could not be read, which is noted as well. */
async function look(round: Round, refs: readonly TaskRef[], filter: RenderFilter): Promise<Scan | undefined> {
  const { api, options, clock } = round;
  const askedAt = clock.now();
  const hasAll = (found: ReadonlyMap<string, Found>): boolean =>
    refs.every(({ identity }) => found.has(identity.upstreamId));
  const result = await scan(api, filter, options, hasAll);
  for (const ref of refs) {
    const found = result.found.get(ref.identity.upstreamId);
    if (found) set(round, ref, seen(found, ref.task));
    else if (result.unusable.has(ref.identity.upstreamId)) set(round, ref, unusable(round));
  }
  if (result.trouble === undefined) return result;
  const answeredAt = clock.now();
  setAll(round, missing(round, refs), () => readingOf(result.trouble, { askedAt, answeredAt, isGone: () => false }));
  return undefined;
}

/** What a task is found by: its application, server and device never change. */
function filterOf(task: Task | null): RenderFilter | undefined {
  const application_id = textOf(task?.details.applicationId);
  const server_id = textOf(task?.details.serverId);
  const device_id = textOf(knownDevice(task).id);
  if (application_id === undefined) return undefined;
  return { application_id, ...(server_id && { server_id }), ...(device_id && { device_id }) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function missing({ readings }: Round, refs: readonly TaskRef[]): readonly TaskRef[] {
  return refs.filter(({ identity }) => !readings.has(formatTaskId(identity)));
}

function set({ readings }: Round, { identity }: TaskRef, reading: Reading): void {
  readings.set(formatTaskId(identity), reading);
}

function setAll(round: Round, refs: readonly TaskRef[], reading: () => Reading): void {
  for (const ref of refs) set(round, ref, reading());
}

function seen({ row, askedAt, answeredAt }: Found, known: Task | null): Reading {
  // The list is all there is: its word is as good as a query's.
  return { type: 'seen', from: 'query', facts: normaliseRow(row, known), askedAt, answeredAt };
}

function gone({ pages }: Scan): Reading {
  const askedAt = pages[0]?.askedAt ?? 0;
  const answeredAt = pages.at(-1)?.answeredAt ?? 0;
  return { type: 'gone', message: 'The upstream lists no such render task', askedAt, answeredAt };
}

function unusable({ clock }: Round): Reading {
  const error = badResponse('The upstream lists the render task in an unknown shape');
  return readingOf(error, { askedAt: clock.now(), answeredAt: clock.now(), isGone: () => false });
}

function unreachable({ clock }: Round, count: number): Reading {
  const rows =
    count > REACHABLE
      ? `The upstream has ${count} matching render tasks, of which the first ${REACHABLE} can be listed; this one is not among them`
      : 'The render task is missing from a list that changed or could not be read whole';
  return readingOf(badResponse(rows), { askedAt: clock.now(), answeredAt: clock.now(), isGone: () => false });
}
