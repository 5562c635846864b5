import type { Json, JsonObject } from '../base/json.js';
import type { FaultEffect } from './faults.js';
import { throttled } from './front-error.js';

/** A reply about to be sent. */
export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function jsonReply(
  status: number,
  body: Json | undefined,
  headers: Readonly<Record<string, string>> = {},
): Outgoing {
  if (body === undefined) return { status, headers, body: Buffer.alloc(0) };
  const text = Buffer.from(JSON.stringify(body));
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: text };
}

/** Whether the request is carried out although its reply is broken. */
export function isHandled(effect: FaultEffect): boolean {
  switch (effect.kind) {
    case 'status':
    case 'html':
      return effect.handled === true;
    case 'throttle':
    case 'resetBefore':
    case 'redirect':
      return false;
    default:
      return true;
  }
}

/** The reply that a fault puts in the place of the right one. */
export function breakReply(effect: FaultEffect, reply: Outgoing, about: BrokenRequest): Outgoing {
  switch (effect.kind) {
    case 'status':
      return effect.body === undefined && effect.headers === undefined
        ? jsonReply(effect.status, {
            error_code: `SIM.${effect.status}`,
            error_msg: 'A scripted fault of the simulator',
          })
        : jsonReply(effect.status, effect.body, effect.headers);
    case 'throttle':
      return throttle(effect, about);
    case 'html':
      return html(effect.status ?? 502);
    case 'redirect':
      return jsonReply(effect.status ?? 302, undefined, { Location: effect.to });
    case 'notJson':
      return { ...reply, body: Buffer.from('this is not JSON {') };
    case 'truncated':
      return { ...reply, body: reply.body.subarray(0, Math.floor(reply.body.length / 2)) };
    case 'deep': {
      const levels = effect.levels ?? 200_000;
      return { ...reply, body: Buffer.from('['.repeat(levels) + ']'.repeat(levels)) };
    }
    case 'wrongId':
      return changed(reply, (value) => withOtherIds(value, about.otherId));
    case 'wrongType':
      return changed(reply, withOtherTypes);
    default:
      return reply;
  }
}

export interface BrokenRequest {
  readonly now: number;
  readonly requestId: string;
  /** An id that no task has, in the form of the given one. */
  otherId(id: string): string;
}

function throttle(effect: Extract<FaultEffect, { kind: 'throttle' }>, { now, requestId }: BrokenRequest): Outgoing {
  const { code, message } = throttled(effect.code ?? 'APIGW.0308', Math.ceil(effect.perSecond ?? 1));
  const { retryAfter, retryAfterDateMs } = effect;
  const wait = retryAfterDateMs === undefined ? retryAfter : new Date(now + retryAfterDateMs).toUTCString();
  const body = { error_code: code, error_msg: message, request_id: requestId };
  return jsonReply(effect.status ?? 429, body, wait === undefined ? {} : { 'Retry-After': String(wait) });
}

function html(status: number): Outgoing {
  const body = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>\r\n`;
  return { status, headers: { 'Content-Type': 'text/html' }, body: Buffer.from(body) };
}

function changed(reply: Outgoing, change: (value: Json) => Json): Outgoing {
  if (reply.body.length === 0) return reply;
  return { ...reply, body: Buffer.from(JSON.stringify(change(JSON.parse(reply.body.toString()) as Json))) };
}

const ID_KEYS = new Set(['id', 'task_id', 'job_id', 'jobId', 'job_Id']);

function withOtherIds(value: Json, otherId: (id: string) => string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withOtherIds(item, otherId));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [
      key,
      ID_KEYS.has(key) && typeof inner === 'string' ? otherId(inner) : withOtherIds(inner, otherId),
    ]),
  );
}

/** Every value of the outermost object turns into one of another type. */
function withOtherTypes(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'words';
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, inner]) => [key, typeof inner === 'string' ? [42] : 'words']),
  );
}
