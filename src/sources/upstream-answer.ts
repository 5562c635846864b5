import type { z } from 'zod';
import type { Json } from '../base/json.js';
import { UPSTREAM_ID } from '../task/task-id.js';
import { UpstreamError } from '../upstream/upstream-error.js';

/** @throws UpstreamError UPSTREAM_BAD_RESPONSE when the answer is not of that shape */
export function parseAnswer<T>(schema: z.ZodType<T>, body: Json | undefined): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw badResponse('The upstream answered in an unknown shape');
  return parsed.data;
}

/** The message reaches users; it holds nothing that the upstream sent. */
export function badResponse(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', message);
}

/**
 * The id in a 2xx answer to a start.
 *
 * @throws UpstreamError UPSTREAM_UNKNOWN_OUTCOME when there is none that could be asked for: something may have begun
 */
export function requireStartedId(id: unknown): string {
  if (typeof id === 'string' && UPSTREAM_ID.test(id)) return id;
  throw new UpstreamError('UPSTREAM_UNKNOWN_OUTCOME', 'The upstream accepted the start but named no task');
}
