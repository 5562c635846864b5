import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { badResponse, parseAnswer } from '../upstream-answer.js';

/**
 * The upstream's own shapes. The job page marks all eight fields as required and leaves three of them out in its example;
 * only what a job cannot be understood without is required here.
 */
const jobFields = {
  job_id: z.string().min(1),
  status: z.string().min(1),
  job_type: z.string().nullish(),
  begin_time: z.string().nullish(),
  end_time: z.string().nullish(),
  error_code: z.string().nullish(),
  fail_reason: z.string().nullish(),
};
const subJobSchema = z.object(jobFields);
const jobSchema = z.object({ ...jobFields, sub_jobs: z.array(subJobSchema).nullish() });

export type SubJobWire = z.infer<typeof subJobSchema>;
export type JobWire = z.infer<typeof jobSchema>;

/**
 * @param jobId the job that was asked for
 * @throws UpstreamError UPSTREAM_BAD_RESPONSE for another shape, or for another job
 */
export function parseJob(body: Json | undefined, jobId: string): JobWire {
  const job = parseAnswer(jobSchema, body);
  if (job.job_id !== jobId) throw badResponse('The upstream answered about another job');
  return job;
}

// The LDAP pages print `jobId` (create, update) and `job_Id` (delete); the active directory pages `job_id`.
const startedSchema = z.object({ jobId: z.unknown(), job_id: z.unknown(), job_Id: z.unknown() }).partial();

/** The id in the answer to a start, under any of its three names; undefined when there is none. */
export function parseStarted(body: Json | undefined): unknown {
  const started = startedSchema.safeParse(body);
  return started.success ? (started.data.jobId ?? started.data.job_id ?? started.data.job_Id) : undefined;
}
