import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { taskIdOf, type ReadOptions, type TaskRef, type TaskSource } from '../sources/source.js';
import type { Reading } from '../task/reading.js';
import type { TaskId } from '../task/task-id.js';
import { TaskStatus } from '../task/task-status.js';
import { UpstreamErrorCode } from '../upstream/upstream-error.js';

export interface SafeReadParts {
  readonly service: string;
  readonly account: string;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Reads, and makes up for a source that breaks its promise: every ref gets a reading, and nothing is thrown. */
export async function readSafely(
  source: TaskSource,
  refs: readonly TaskRef[],
  options: ReadOptions,
  parts: SafeReadParts,
): Promise<ReadonlyMap<TaskId, Reading>> {
  const answered = await readings(source, refs, options, parts);
  const all = new Map<TaskId, Reading>();
  for (const ref of refs) {
    const id = taskIdOf(ref);
    const reading = answered.get(id) ?? unread(parts.now());
    count(reading, parts);
    all.set(id, reading);
  }
  return all;
}

async function readings(
  source: TaskSource,
  refs: readonly TaskRef[],
  options: ReadOptions,
  { service, account, logger }: SafeReadParts,
): Promise<ReadonlyMap<TaskId, Reading>> {
  try {
    return await source.read(refs, options);
  } catch (error) {
    logger.error({ err: error, service, account }, 'a source threw while it was read');
    return new Map();
  }
}

function count(reading: Reading, { service, account, metrics }: SafeReadParts): void {
  metrics.polls.inc({ service, account, outcome: reading.type === 'unread' ? reading.error.code : reading.type });
  if (reading.type === 'seen' && reading.facts.status === TaskStatus.UNKNOWN) metrics.unknownStatus.inc({ service });
}

function unread(at: number): Reading {
  const code = UpstreamErrorCode.UPSTREAM_BAD_RESPONSE;
  return {
    type: 'unread',
    error: { code, message: 'The upstream answer says nothing of this task', at, retryable: true },
  };
}
