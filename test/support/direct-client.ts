import { randomBytes } from 'node:crypto';
import { parseJson, type Json, type JsonObject } from '../../src/base/json.js';
import type {
  SimulatedReply,
  SimulatedService,
  SimulatedTask,
  TaskBook,
  World,
} from '../../src/simulator/simulated-service.js';
import type { SourceConnection } from '../../src/sources/source.js';
import type { Refusal, UpstreamClient, UpstreamReply, UpstreamRequest } from '../../src/upstream/upstream-client.js';
import { UpstreamError, type UpstreamErrorCode } from '../../src/upstream/upstream-error.js';
import type { ManualClock } from './manual-clock.js';

export const PROJECT_ID = '0123456789abcdef0123456789abcdef';

/** What the next request to a path gets instead of the simulator's answer. */
export type Scripted = SimulatedReply | UpstreamError;

export interface DirectClient extends UpstreamClient {
  /** Every request so far, in the order of sending. */
  readonly requests: readonly SentRequest[];
  /** Answers the next requests to `path` (no query) by these, one each; later ones reach the simulator again. */
  script(path: string, ...answers: readonly Scripted[]): void;
}

export interface SentRequest extends UpstreamRequest {
  readonly call: 'read' | 'start';
}

/**
 * An `UpstreamClient` that hands requests to a simulated service in this process: no socket, no budget, no credential.
 * Errors are those that the port names for the status and body of the answer.
 */
export function createDirectClient(service: SimulatedService, world: World): DirectClient {
  const requests: SentRequest[] = [];
  const scripts = new Map<string, Scripted[]>();

  const send = async (request: UpstreamRequest): Promise<UpstreamReply> => {
    const askedAt = world.now();
    const scripted = scripts.get(request.path)?.shift();
    if (scripted instanceof UpstreamError) throw scripted;
    const { status, body, headers } = scripted ?? (await dispatch(service, world, request));
    const requestId = headers?.['x-request-id'];
    return { type: 'reply', status, body, requestId, askedAt, answeredAt: world.now() };
  };

  return {
    requests,
    script(path, ...answers) {
      scripts.set(path, [...(scripts.get(path) ?? []), ...answers]);
    },
    async read(request) {
      requests.push({ ...request, call: 'read' });
      const reply = await send(request);
      if (isSuccess(reply.status)) return reply;
      throw errorOf(reply, readErrorCode(reply));
    },
    async start(request) {
      requests.push({ ...request, call: 'start' });
      const reply = await send(request);
      if (isSuccess(reply.status)) return reply;
      const code = readErrorCode(reply);
      if (code === 'UPSTREAM_REFUSED' || code === 'UPSTREAM_NOT_FOUND') return refusalOf(reply);
      const certain = code === 'UPSTREAM_AUTH_FAILED' || code === 'UPSTREAM_THROTTLED';
      throw errorOf(reply, certain ? code : 'UPSTREAM_UNKNOWN_OUTCOME');
    },
    status: () => ({
      state: 'ok',
      requestsPerMinute: 0,
      budgetPerMinute: 600,
      lastSuccessAt: null,
      lastError: null,
      pausedUntil: null,
      waitingPolls: 0,
    }),
  };
}

export function createConnection(client: UpstreamClient, clock: ManualClock): SourceConnection {
  return { client, clock, account: 'team-a', region: 'cn-north-4', projectId: PROJECT_ID };
}

/** A world with the clock's time, random numbers that are the same in every run, and an empty book. */
export function createTestWorld(clock: ManualClock): World {
  let seed = 1;
  return {
    now: () => clock.now(),
    random() {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    },
    newId(form) {
      const hex = randomBytes(16).toString('hex');
      return form === 'hex' ? hex : hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
    tasks: createTaskBook(),
  };
}

function createTaskBook(): TaskBook {
  const tasks = new Map<string, SimulatedTask>();
  const keyOf = (service: string, id: string): string => `${service}/${id}`;
  const put = (task: SimulatedTask): void => void tasks.set(keyOf(task.service, task.id), task);
  return {
    add: put,
    update: put,
    get: (service, id) => tasks.get(keyOf(service, id)),
    list: (service, projectId) =>
      [...tasks.values()]
        .filter((task) => task.service === service && task.projectId === projectId)
        .sort((a, b) => a.createdAt - b.createdAt),
    remove: (service, id) => tasks.delete(keyOf(service, id)),
  };
}

async function dispatch(service: SimulatedService, world: World, request: UpstreamRequest): Promise<SimulatedReply> {
  const segments = request.path.split('/').map(decodeURIComponent);
  for (const route of service.routes) {
    const params = route.method === request.method ? matchPath(route.path.split('/'), segments) : undefined;
    if (!params) continue;
    const { body, contentType } = await encode(request.body);
    return route.handle(
      {
        method: request.method,
        path: request.path,
        params: { projectId: PROJECT_ID, ...params },
        query: queryOf(request),
        headers: { ...(contentType !== undefined && { 'content-type': contentType }), 'x-auth-token': 'token' },
        body,
        json: () => parseJson(body.toString('utf8')),
      },
      world,
    );
  }
  return { status: 404, body: { error_code: 'APIGW.0101', error_msg: 'The API does not exist', request_id: 'none' } };
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function queryOf({ query = {} }: UpstreamRequest): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
}

async function encode(body: UpstreamRequest['body']): Promise<{ body: Buffer; contentType: string | undefined }> {
  if (body === undefined) return { body: Buffer.alloc(0), contentType: 'application/json' };
  if (!(body instanceof FormData)) return { body: Buffer.from(JSON.stringify(body)), contentType: 'application/json' };
  const response = new Response(body);
  const contentType = response.headers.get('content-type') ?? undefined;
  return { body: Buffer.from(await response.arrayBuffer()), contentType };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function readErrorCode({ status, body }: UpstreamReply): UpstreamErrorCode {
  const { code } = errorBody(body);
  if (status === 429 || code === 'APIGW.0308' || code === 'APIG.0308') return 'UPSTREAM_THROTTLED';
  if (status === 401) return 'UPSTREAM_AUTH_FAILED';
  if (status === 404) return 'UPSTREAM_NOT_FOUND';
  if (status < 400) return 'UPSTREAM_BAD_RESPONSE';
  return status < 500 ? 'UPSTREAM_REFUSED' : 'UPSTREAM_UNAVAILABLE';
}

function errorOf(reply: UpstreamReply, code: UpstreamErrorCode): UpstreamError {
  const { code: upstreamCode, message: upstreamMessage } = errorBody(reply.body);
  return new UpstreamError(code, `The upstream answered ${reply.status}`, {
    status: reply.status,
    ...(upstreamCode !== undefined && { upstreamCode }),
    ...(upstreamMessage !== undefined && { upstreamMessage }),
  });
}

function refusalOf(reply: UpstreamReply): Refusal {
  const { code, message } = errorBody(reply.body);
  return { type: 'refusal', status: reply.status, upstreamCode: code ?? null, message: message ?? '' };
}

/** The five shapes in which the services word an error. */
function errorBody(body: Json | undefined): {
  readonly code: string | undefined;
  readonly message: string | undefined;
} {
  const outer = asObject(body);
  const inner = asObject(outer.error);
  return {
    code: firstText(outer.error_code, outer.errCode, inner.code, outer.code),
    message: firstText(outer.error_msg, outer.errMsg, inner.message, outer.message),
  };
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function firstText(...values: readonly (Json | undefined)[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' || typeof value === 'number');
  return found === undefined ? undefined : String(found);
}
