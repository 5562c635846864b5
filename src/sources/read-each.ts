import type { Clock } from '../base/clock.js';
import type { Reading } from '../task/reading.js';
import type { TaskId } from '../task/task-id.js';
import { UpstreamError, UpstreamErrorCode } from '../upstream/upstream-error.js';
import { taskIdOf, type ReadOptions, type TaskRef } from './source.js';

/** Calls of one `read` that are under way together; the client's budget is what really limits them. */
const CONCURRENT_CALLS = 8;

export interface EachReader {
  readOne(ref: TaskRef, options: ReadOptions): Promise<Reading>;
  /** Whether the error says that the upstream does not know this task; other errors leave it unread. */
  isGone(error: UpstreamError, ref: TaskRef): boolean;
  readonly clock: Clock;
}

/** Reads tasks by one call each, some of them at the same time. Never rejects: see `TaskSource.read`. */
export async function readEach(
  refs: readonly TaskRef[],
  options: ReadOptions,
  reader: EachReader,
): Promise<ReadonlyMap<TaskId, Reading>> {
  const readings = new Map<TaskId, Reading>();
  const waiting = refs.values();
  const work = async (): Promise<void> => {
    // Taken from one iterator, so that every ref is read once, whoever is free.
    for (const ref of waiting) readings.set(taskIdOf(ref), await readOrExplain(ref, options, reader));
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_CALLS, refs.length) }, work));
  return readings;
}

async function readOrExplain(ref: TaskRef, options: ReadOptions, reader: EachReader): Promise<Reading> {
  const askedAt = reader.clock.now();
  try {
    return await reader.readOne(ref, options);
  } catch (error) {
    return readingOf(error, { askedAt, answeredAt: reader.clock.now(), isGone: (known) => reader.isGone(known, ref) });
  }
}

/**
 * A 404 of the service itself. The front gateway's own 404 (`APIGW.0101`, no such API) says nothing about a task: a
 * wrong endpoint must not make every task expire.
 */
export function isNotFound({ code, details }: UpstreamError): boolean {
  return code === UpstreamErrorCode.UPSTREAM_NOT_FOUND && details.upstreamCode?.startsWith('APIGW.') !== true;
}

/** What an error that a read threw says of the task it concerns. */
export function readingOf(
  error: unknown,
  {
    askedAt,
    answeredAt,
    isGone,
  }: { readonly askedAt: number; readonly answeredAt: number; readonly isGone: (error: UpstreamError) => boolean },
): Reading {
  if (!(error instanceof UpstreamError)) return unread('UPSTREAM_BAD_RESPONSE', UNUSABLE, true, answeredAt);
  if (isGone(error)) return { type: 'gone', message: error.message, askedAt, answeredAt };
  return unread(error.code, error.message, error.retryable, answeredAt);
}

const UNUSABLE = 'The upstream answered something that cannot be used';

function unread(code: string, message: string, retryable: boolean, at: number): Reading {
  return { type: 'unread', error: { code, message, at, retryable } };
}
