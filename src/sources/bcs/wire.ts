import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { UPSTREAM_ID } from '../../task/task-id.js';
import { badResponse, parseAnswer } from '../upstream-answer.js';
import { freeTextField, isoField, textField, withoutSecrets, type Spoken } from '../wire-fields.js';

/** A job of a blockchain instance, alike in the query and in the list (BCS ListHuaweiChainJobs). */
export interface WireJob {
  readonly taskId: string;
  readonly word: string;
  readonly type: Spoken<string>;
  readonly failedMessage: Spoken<string>;
  /** 0..100 */
  readonly progress: number | undefined;
  readonly instanceId: Spoken<string>;
  readonly instanceName: Spoken<string>;
  readonly startedAt: Spoken<number>;
  readonly endedAt: Spoken<number>;
  readonly raw: Json;
}

export interface WireList {
  readonly total: number;
  readonly rows: readonly WireJob[];
}

const progressField = z.number().min(0).max(100).optional().catch(undefined);

const jobSchema = z.object({
  id: z.string().regex(UPSTREAM_ID),
  status: z.string().min(1),
  type: textField,
  failed_message: freeTextField,
  progress: progressField,
  instance_id: textField,
  instance_name: textField,
  start_time: isoField,
  end_time: isoField,
});

const listSchema = z.object({
  count: z.number().int().nonnegative().optional().catch(undefined),
  jobs: z
    .array(z.unknown())
    .nullable()
    .transform((jobs) => jobs ?? []),
});

const resultSchema = z.object({ result: z.literal('success') });

/** @throws UpstreamError UPSTREAM_BAD_RESPONSE, also when the answer is about another job */
export function parseJob(body: Json | undefined, askedId: string): WireJob {
  const job = jobOf(parseAnswer(jobSchema, body), body ?? null);
  if (job.taskId.toLowerCase() !== askedId.toLowerCase()) throw badResponse('The upstream answered about another job');
  return job;
}

/**
 * Jobs that cannot be read are left out.
 *
 * @throws UpstreamError UPSTREAM_BAD_RESPONSE when it is no list
 */
export function parseList(body: Json | undefined): WireList {
  const { count, jobs } = parseAnswer(listSchema, body);
  const rows = jobs.flatMap((value) => {
    const { success, data } = jobSchema.safeParse(value);
    return success ? [jobOf(data, value as Json)] : [];
  });
  return { total: count ?? jobs.length, rows };
}

/** Whether the answer to a deletion says that it was done; it says nothing of the single jobs. */
export function isDeleted(body: Json | undefined): boolean {
  return resultSchema.safeParse(body).success;
}

function jobOf(data: z.infer<typeof jobSchema>, value: Json): WireJob {
  return {
    taskId: data.id,
    word: data.status,
    type: data.type,
    failedMessage: data.failed_message,
    progress: data.progress,
    instanceId: data.instance_id,
    instanceName: data.instance_name,
    startedAt: data.start_time,
    endedAt: data.end_time,
    raw: withoutSecrets(value),
  };
}
