import { isRecord, type Json, type JsonObject } from '../base/json.js';

/** What an error body says, whichever of the upstreams' shapes it has. */
export interface ErrorBody {
  readonly upstreamCode?: string;
  readonly upstreamMessage?: string;
  readonly requestId?: string;
}

/** Longest text that is kept: a message is for people, not a place to store a page. */
const LONGEST_TEXT = 2_000;

const ERROR_KEYS: ReadonlySet<string> = new Set([
  'error_code',
  'error_msg',
  'errCode',
  'errMsg',
  'code',
  'message',
  'error',
  'request_id',
]);

/**
 * Reads an error body. The shapes, by who sends them:
 * `{error_code, error_msg}` KPS, APIG, CVR; the same with `request_id` the front gateway; `{errCode, errMsg}` SFS Turbo;
 * `{code: "400", error_code, error_msg, message}` BCS; `{error: {code, message}}` IAM (numeric code) and ECS;
 * `{code, message}` ECS.
 */
export function parseErrorBody(body: Json | undefined): ErrorBody {
  const outer = asObject(body);
  if (!outer) return {};
  const inner = asObject(outer['error']) ?? {};
  // BCS puts the HTTP status into `code`; its own code is `error_code`, so that one goes first.
  const upstreamCode = firstText(outer['error_code'], outer['errCode'], inner['code'], outer['code']);
  const upstreamMessage = firstText(outer['error_msg'], outer['errMsg'], inner['message'], outer['message']);
  const requestId = firstText(outer['request_id']);
  return {
    ...(upstreamCode === undefined ? {} : { upstreamCode }),
    ...(upstreamMessage === undefined ? {} : { upstreamMessage }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Whether a body is an error and nothing else: a job that failed also has an `error_code`, among other fields. */
export function isErrorBody(body: Json | undefined): boolean {
  const keys = Object.keys(asObject(body) ?? {});
  return keys.length > 0 && keys.every((key) => ERROR_KEYS.has(key));
}

function asObject(value: Json | undefined): JsonObject | undefined {
  return isRecord(value) ? value : undefined;
}

function firstText(...values: readonly (Json | undefined)[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && value !== '') return value.slice(0, LONGEST_TEXT);
  }
  return undefined;
}
