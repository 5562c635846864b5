import { InvalidTaskIdError } from './errors.js';

/** The opaque global id of a task: names service, account, scope and upstream id. Stable for ever. */
export type TaskId = string;

export interface TaskIdentity {
  readonly service: string;
  readonly account: string;
  /** What the upstream needs beside its own id to find the task (APIG: the instance id); empty for most. */
  readonly scope: string;
  readonly upstreamId: string;
}

const SERVICE = /^[A-Z][A-Z0-9_]{0,31}$/;
export const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** Nothing that could change the meaning of a URL path; every documented id fits. */
export const UPSTREAM_ID = /^[A-Za-z0-9_-]{1,128}$/;

const LONGEST_ID = 600;

export function formatTaskId({ service, account, scope, upstreamId }: TaskIdentity): TaskId {
  return Buffer.from(JSON.stringify([service, account, scope, upstreamId])).toString('base64url');
}

/**
 * @param argument where the caller has named it
 * @throws InvalidTaskIdError when `id` is not exactly what `formatTaskId` makes
 */
export function parseTaskId(id: string, argument = 'id'): TaskIdentity {
  const known = parsed.get(id);
  if (known) return known;
  const identity = id.length <= LONGEST_ID ? decode(id) : undefined;
  const formatted = identity && formatTaskId(identity);
  if (!identity || formatted !== id) throw new InvalidTaskIdError(argument);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  // Not `id`: a piece of a text holds the whole text in memory, here that of a request.
  parsed.set(formatted, Object.freeze(identity));
  return identity;
}

/** The tasks that are asked for are mostly the same few. */
const parsed = new Map<TaskId, TaskIdentity>();
const MOST_PARSED = 1_000;

function decode(id: string): TaskIdentity | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4 || !parts.every((part) => typeof part === 'string')) return undefined;
  const [service, account, scope, upstreamId] = parts as [string, string, string, string];
  const valid =
    SERVICE.test(service) &&
    ACCOUNT_NAME.test(account) &&
    (scope === '' || UPSTREAM_ID.test(scope)) &&
    UPSTREAM_ID.test(upstreamId);
  return valid ? { service, account, scope, upstreamId } : undefined;
}
