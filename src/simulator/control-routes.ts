import { z } from 'zod';
import { parseJson, type Json } from '../base/json.js';
import {
  ControlError,
  newTasksSchema,
  parse,
  selectionSchema,
  settingsChangeSchema,
  taskChangeSchema,
  type SimulatorControl,
} from './control.js';
import { jsonReply, type Outgoing } from './broken-reply.js';
import { faultSchema } from './faults.js';
import { createRouter } from './router.js';
import type { SimulatedService } from './simulated-service.js';

export const CONTROL_PREFIX = '/__sim/';

interface ControlRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** An empty body is an empty object. */
  readonly body: unknown;
}

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

interface ControlRoute {
  readonly method: string;
  readonly path: string;
  readonly target: (request: ControlRequest) => Answer;
}

/** Answers `/__sim/…`: the control object over HTTP. README.md lists what can be asked. */
export function createControlRoutes(
  control: SimulatorControl,
  services: readonly SimulatedService[],
): (method: string, path: string, query: URLSearchParams, body: Buffer) => Outgoing {
  const router = createRouter([...taskRoutes(control), ...faultRoutes(control), ...otherRoutes(control, services)]);
  return (method, path, query, body) => {
    try {
      const match = router.find(method, path);
      if (!match) throw new ControlError(404, `${method} ${path} is not part of the control API`, null);
      const request = { params: match.params, query: Object.fromEntries(query), body: parseBody(body) };
      const { status, body: answer } = match.target(request);
      return jsonReply(status ?? (answer === undefined ? 204 : 200), answer as Json | undefined);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      return jsonReply(error.status, { error: { message: error.message, field: error.field } });
    }
  };
}

function taskRoutes(control: SimulatorControl): readonly ControlRoute[] {
  const listQuery = selectionSchema.extend({ limit: z.coerce.number().int().min(1).optional() });
  const named = ({ service = '', id = '' }: Readonly<Record<string, string>>): [string, string] => [service, id];
  return [
    {
      method: 'POST',
      path: '/__sim/tasks',
      target: ({ body }) => ({ status: 201, body: { tasks: control.createTasks(parse(newTasksSchema, body)) } }),
    },
    {
      method: 'GET',
      path: '/__sim/tasks',
      target({ query }) {
        const { limit = 1_000, ...selection } = parse(listQuery, query);
        const tasks = control.tasks(selection);
        return { body: { total: tasks.length, tasks: tasks.slice(-limit) } };
      },
    },
    {
      method: 'DELETE',
      path: '/__sim/tasks',
      target: ({ query }) => ({ body: { forgotten: control.forgetAll(parse(selectionSchema, query)) } }),
    },
    {
      method: 'POST',
      path: '/__sim/hurry',
      target: ({ body }) => ({ body: { hurried: control.hurryAll(parse(selectionSchema, body)) } }),
    },
    {
      method: 'GET',
      path: '/__sim/tasks/:service/:id',
      target: ({ params }) => ({ body: control.task(...named(params)) }),
    },
    {
      method: 'POST',
      path: '/__sim/tasks/:service/:id',
      target: ({ params, body }) => ({ body: control.change(...named(params), parse(taskChangeSchema, body)) }),
    },
    {
      method: 'POST',
      path: '/__sim/tasks/:service/:id/hurry',
      target: ({ params }) => ({ body: control.hurry(...named(params)) }),
    },
    {
      method: 'DELETE',
      path: '/__sim/tasks/:service/:id',
      target({ params }) {
        control.forget(...named(params));
        return {};
      },
    },
  ];
}

function faultRoutes(control: SimulatorControl): readonly ControlRoute[] {
  return [
    {
      method: 'POST',
      path: '/__sim/faults',
      target: ({ body }) => ({ status: 201, body: control.addFault(parse(faultSchema, body)) }),
    },
    { method: 'GET', path: '/__sim/faults', target: () => ({ body: { faults: control.faults() } }) },
    {
      method: 'DELETE',
      path: '/__sim/faults',
      target() {
        control.clearFaults();
        return {};
      },
    },
    {
      method: 'DELETE',
      path: '/__sim/faults/:id',
      target({ params }) {
        control.removeFault(params['id'] ?? '');
        return {};
      },
    },
  ];
}

function otherRoutes(control: SimulatorControl, services: readonly SimulatedService[]): readonly ControlRoute[] {
  const logQuery = z.strictObject({ since: z.coerce.number().int().min(0).optional() });
  return [
    {
      method: 'GET',
      path: '/__sim/health',
      target: () => ({ body: { status: 'ok', services: services.map(({ service }) => service) } }),
    },
    { method: 'GET', path: '/__sim/services', target: () => ({ body: { services: services.map(describe) } }) },
    { method: 'GET', path: '/__sim/settings', target: () => ({ body: control.settings() }) },
    {
      method: 'POST',
      path: '/__sim/settings',
      target: ({ body }) => ({ body: control.changeSettings(parse(settingsChangeSchema, body)) }),
    },
    {
      method: 'POST',
      path: '/__sim/tokens/revoke',
      target() {
        control.revokeTokens();
        return {};
      },
    },
    {
      method: 'GET',
      path: '/__sim/log',
      target: ({ query }) => ({ body: control.log(parse(logQuery, query).since) }),
    },
    {
      method: 'DELETE',
      path: '/__sim/log',
      target() {
        control.clearLog();
        return {};
      },
    },
    { method: 'GET', path: '/__sim/counters', target: () => ({ body: { counters: control.counters() } }) },
  ];
}

function describe({ service, routes, outcomes }: SimulatedService) {
  return { service, outcomes: outcomes ?? null, routes: routes.map(({ method, path }) => `${method} ${path}`) };
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  const value = parseJson(body.toString('utf8'));
  if (value === undefined) throw new ControlError(400, 'The body is not JSON', null);
  return value;
}
