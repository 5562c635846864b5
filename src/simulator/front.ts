import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.js';
import { parseJson } from '../base/json.js';
import type { Logger } from '../base/logger.js';
import type { Access, AccessCheck } from './access.js';
import { breakReply, isHandled, jsonReply, type Outgoing } from './broken-reply.js';
import { CONTROL_PREFIX } from './control-routes.js';
import { deliver, leavesUnanswered } from './deliver.js';
import type { Fault, FaultBook } from './faults.js';
import { BACKEND_BROKEN, BODY_TOO_LARGE, frontReply, NOT_PUBLISHED, type FrontError } from './front-error.js';
import { readBody } from './read-body.js';
import type { RequestLog } from './request-log.js';
import type { Router } from './router.js';
import type { Settings } from './settings.js';
import type { SimulatedReply, SimulatedRequest, SimulatedRoute } from './simulated-service.js';
import type { PersistentWorld } from './world.js';

/** What a path leads to; IAM's own route is open to callers that have no credential yet. */
export interface Published {
  readonly service: string;
  readonly route: SimulatedRoute;
  readonly open: boolean;
}

export interface FrontOptions {
  readonly router: Router<Published>;
  readonly checkAccess: AccessCheck;
  readonly faults: FaultBook;
  readonly log: RequestLog;
  readonly world: PersistentWorld;
  readonly settings: () => Settings;
  readonly control: (method: string, path: string, query: URLSearchParams, body: Buffer) => Outgoing;
  readonly newRequestId: () => string;
  /** An id that no task has, in the form of the given one. */
  readonly otherId: (id: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A request that has arrived in full. */
interface Arrived {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What is sent back, and what the log says of it. */
interface Outcome {
  readonly reply: Outgoing;
  readonly fault?: Fault | undefined;
  readonly published?: Published | undefined;
  readonly access?: Access | undefined;
}

/** The way of a request through the cloud: front gateway, access check, faults, service. */
export function createFront(options: FrontOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { clock, logger, log, settings, world } = options;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const id = options.newRequestId();
    response.sendDate = false;
    response.setHeader('Date', new Date(clock.now() + settings().clockSkewMs).toUTCString());
    response.setHeader('X-Request-Id', id);

    const body = await readBody(request);
    if (body === 'lost') return;
    const { url = '/', method = 'GET', headers } = request;
    const [path, query] = splitUrl(url);
    const arrived = { id, method, url, path, query: new URLSearchParams(query), headers };
    if (body !== 'tooLarge' && path.startsWith(CONTROL_PREFIX)) {
      return deliver(response, options.control(method, path, arrived.query, body), undefined, clock);
    }
    const at = clock.now();
    const { reply, fault, published, access } =
      body === 'tooLarge' ? front(BODY_TOO_LARGE, id) : await answer({ ...arrived, body }, options);
    log.add({
      at,
      service: published?.service ?? null,
      method,
      route: published?.route.path ?? null,
      path,
      query,
      projectId: access?.ok ? access.projectId : null,
      means: access?.ok ? access.means : null,
      status: leavesUnanswered(fault?.rule.effect) ? null : reply.status,
      faultId: fault?.id ?? null,
      requestId: id,
    });
    deliver(response, reply, fault?.rule.effect, clock);
  };

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      logger.error({ err: error, method: request.method, tasks: world.tasks.size }, 'the simulator failed to answer');
      response.destroy();
    });
  };
}

async function answer(request: Arrived, options: FrontOptions): Promise<Outcome> {
  const match = options.router.find(request.method, request.path);
  if (!match) return front(NOT_PUBLISHED, request.id);
  const { target: published, params } = match;
  const access = published.open ? undefined : options.checkAccess(request, params['projectId']);

  const projectId = access?.ok ? access.projectId : params['projectId'];
  const fault = options.faults.take(targetOf(request, published, params, projectId));
  const effect = fault?.rule.effect;
  const handle = (): Promise<Outgoing> | Outgoing =>
    access?.ok === false
      ? front(access.error, request.id).reply
      : carryOut(request, published, { ...params, ...(projectId === undefined ? {} : { projectId }) }, fault, options);

  const right = effect === undefined || isHandled(effect) ? await handle() : jsonReply(204, undefined);
  const about = { now: options.clock.now(), requestId: request.id, otherId: options.otherId };
  const reply = effect === undefined ? right : breakReply(effect, right, about);
  return { reply, fault, published, access };
}

async function carryOut(
  { id, method, path, query, headers, body }: Arrived,
  { service, route }: Published,
  params: Readonly<Record<string, string>>,
  fault: Fault | undefined,
  { world, logger }: FrontOptions,
): Promise<Outgoing> {
  const json: SimulatedRequest['json'] = () => parseJson(body.toString('utf8'));
  const effect = fault?.rule.effect;
  const seen = effect?.kind === 'lag' ? world.asOf(effect.lagMs) : world;
  try {
    const reply: SimulatedReply = await route.handle({ method, path, params, query, headers, body, json }, seen);
    return jsonReply(reply.status, reply.body, reply.headers);
  } catch (error) {
    logger.error({ err: error, service, method, route: route.path }, 'a simulated service failed');
    return front(BACKEND_BROKEN, id).reply;
  }
}

function targetOf(
  { method, url, query }: Arrived,
  { service, route }: Published,
  params: Readonly<Record<string, string>>,
  projectId: string | undefined,
) {
  const endsInId = route.path.split('/').at(-1)?.startsWith(':') === true;
  const ids = Object.entries(params).filter(([name]) => name !== 'projectId');
  const values = [...ids.map(([, id]) => id), ...query.values()];
  return { service, method, url, values, projectId, isList: method === 'GET' && !endsInId };
}

function front(error: FrontError, requestId: string): Outcome {
  const { status, body } = frontReply(error, requestId);
  return { reply: jsonReply(status, body) };
}

function splitUrl(url: string): readonly [string, string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}
