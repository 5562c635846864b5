import { z } from 'zod';
import type { JsonObject } from '../base/json.js';
import { faultSchema, type Fault, type FaultBook, type FaultRule } from './faults.js';
import { createRandom } from './random.js';
import type { Counter, LogPage, RequestLog } from './request-log.js';
import type { Settings } from './settings.js';
import { endOf, phaseOf, type Phase, type SimulatedService, type SimulatedTask } from './simulated-service.js';
import type { Tenant } from './tenants.js';
import type { Tokens } from './tokens.js';
import { createWorld, type PersistentWorld } from './world.js';

const ms = z
  .number()
  .min(0)
  .max(30 * 86_400_000);
const fields: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export const newTasksSchema = z.strictObject({
  service: z.string(),
  /** Left out: the first project of the first tenant. */
  projectId: z.string().optional(),
  outcome: z.string().optional(),
  waitMs: ms.optional(),
  runMs: ms.optional(),
  createdAt: z.number().optional(),
  fields: fields.optional(),
  /** So many of the same kind; 1 by default. */
  count: z.int().min(1).max(20_000).optional(),
});

export const taskChangeSchema = z.strictObject({
  outcome: z.string().optional(),
  waitMs: ms.optional(),
  runMs: ms.optional(),
  fields: fields.optional(),
});

export const settingsChangeSchema = z.strictObject({
  clockSkewMs: z
    .number()
    .min(-86_400_000 * 365)
    .max(86_400_000 * 365)
    .optional(),
  tokenValidityMs: z.number().min(1).optional(),
  tokenBytes: z.int().min(32).max(20_480).optional(),
  refusedDomains: z.array(z.string()).optional(),
});

export const selectionSchema = z.strictObject({ service: z.string().optional(), projectId: z.string().optional() });

export type NewTasks = Readonly<z.infer<typeof newTasksSchema>>;
export type TaskChange = Readonly<z.infer<typeof taskChangeSchema>>;
export type SettingsChange = Readonly<z.infer<typeof settingsChangeSchema>>;
export type Selection = Readonly<z.infer<typeof selectionSchema>>;

export interface ShownTask extends SimulatedTask {
  readonly phase: Phase;
  readonly endsAt: number;
}

/** Why the control API refuses: the field that is wrong, or what does not exist. */
export class ControlError extends Error {
  override readonly name = 'ControlError';

  constructor(
    readonly status: 400 | 404,
    message: string,
    readonly field: string | null,
  ) {
    super(message);
  }
}

/**
 * What tests and the demo tell the simulator, in-process or as `/__sim/…`.
 *
 * @throws ControlError where something named does not exist or has a wrong value
 */
export interface SimulatorControl {
  createTasks(wish: NewTasks): readonly SimulatedTask[];
  createTask(wish: NewTasks): SimulatedTask;
  tasks(selection?: Selection): readonly ShownTask[];
  task(service: string, id: string): ShownTask;
  /** Ends the task now, with the outcome that it has. An ended task stays as it is. */
  hurry(service: string, id: string): ShownTask;
  /** Ends all of them now, at the same instant; says how many. */
  hurryAll(selection?: Selection): number;
  change(service: string, id: string, change: TaskChange): ShownTask;
  /** The upstream no longer knows the task. */
  forget(service: string, id: string): void;
  /** Says how many. */
  forgetAll(selection?: Selection): number;
  addFault(rule: FaultRule): Fault;
  faults(): readonly Fault[];
  removeFault(id: string): void;
  clearFaults(): void;
  settings(): Settings;
  changeSettings(change: SettingsChange): Settings;
  /** Every token that IAM has issued is refused from now on. */
  revokeTokens(): void;
  log(since?: number): LogPage;
  clearLog(): void;
  counters(): readonly Counter[];
}

export function createControl(cloud: {
  readonly services: readonly SimulatedService[];
  readonly tenants: readonly Tenant[];
  readonly world: PersistentWorld;
  readonly faults: FaultBook;
  readonly log: RequestLog;
  readonly tokens: Tokens;
  readonly settings: { current: Settings };
}): SimulatorControl {
  const { services, tenants, world, faults, log, tokens, settings } = cloud;

  const serviceOf = (name: string): SimulatedService => {
    const found = services.find(({ service }) => service === name);
    if (found) return found;
    throw new ControlError(400, `is none of ${services.map(({ service }) => service).join(', ')}`, 'service');
  };

  const projectOf = (projectId: string | undefined): string => {
    const projects = tenants.flatMap((tenant) => tenant.projects.map(({ id }) => id));
    const found = projectId === undefined ? projects[0] : projects.find((id) => id === projectId);
    if (found !== undefined) return found;
    throw new ControlError(400, 'is no project of the simulator', 'projectId');
  };

  const get = (service: string, id: string): SimulatedTask => {
    const task = world.tasks.get(service, id);
    if (task) return task;
    throw new ControlError(404, `${service} has no task ${id}`, null);
  };

  const show = (task: SimulatedTask): ShownTask => ({
    ...task,
    phase: phaseOf(task, world.now()),
    endsAt: endOf(task),
  });

  const select = ({ service, projectId }: Selection = {}): readonly SimulatedTask[] =>
    world.tasks
      .all()
      .filter((task) => (service ?? task.service) === task.service && (projectId ?? task.projectId) === task.projectId);

  const end = (task: SimulatedTask): SimulatedTask => {
    const now = world.now();
    if (phaseOf(task, now) === 'ended') return task;
    const createdAt = Math.min(task.createdAt, now);
    const waitMs = Math.min(task.waitMs, now - createdAt);
    const ended = { ...task, createdAt, waitMs, runMs: now - createdAt - waitMs };
    world.tasks.update(ended);
    return ended;
  };

  const createTasks = (wish: NewTasks): readonly SimulatedTask[] => {
    const { service: name, count = 1, projectId, ...rest } = wish;
    const service = serviceOf(name);
    const full = { ...rest, projectId: projectOf(projectId) };
    return Array.from({ length: count }, () => createChecked(service, world, full));
  };

  return {
    createTasks,
    createTask: (wish) => createTasks({ ...wish, count: 1 })[0] as SimulatedTask,
    tasks: (selection) => select(selection).map(show),
    task: (service, id) => show(get(service, id)),
    hurry: (service, id) => show(end(get(service, id))),
    hurryAll(selection) {
      const open = select(selection).filter((task) => phaseOf(task, world.now()) !== 'ended');
      open.forEach(end);
      return open.length;
    },
    change(service, id, change) {
      const task = get(service, id);
      const { waitMs = task.waitMs, runMs = task.runMs } = change;
      const told = change.outcome === undefined ? task : retold(serviceOf(service), task, change.outcome, world.now());
      const changed = { ...told, waitMs, runMs, fields: { ...told.fields, ...change.fields } };
      world.tasks.update(changed);
      return show(changed);
    },
    forget(service, id) {
      get(service, id);
      world.tasks.remove(service, id);
    },
    forgetAll(selection) {
      const chosen = select(selection);
      for (const { service, id } of chosen) world.tasks.remove(service, id);
      return chosen.length;
    },
    addFault(rule) {
      if (rule.match?.service !== undefined && rule.match.service !== 'IAM') checkFaultService(rule, serviceOf);
      return faults.add(parse(faultSchema, rule));
    },
    faults: () => faults.list(),
    removeFault(id) {
      if (!faults.remove(id)) throw new ControlError(404, `There is no fault ${id}`, null);
    },
    clearFaults: () => faults.clear(),
    settings: () => settings.current,
    changeSettings(change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      settings.current = { ...settings.current, ...(given as Partial<Settings>) };
      return settings.current;
    },
    revokeTokens: () => tokens.revokeAll(),
    log: (since) => log.read(since),
    clearLog: () => log.clear(),
    counters: () => log.counters(),
  };
}

/** @throws ControlError naming the first field that is wrong */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...unknownKey].join('.');
  throw new ControlError(400, issue?.message ?? 'is wrong', field === '' ? null : field);
}

function checkFaultService(rule: FaultRule, serviceOf: (name: string) => SimulatedService): void {
  try {
    serviceOf(rule.match?.service ?? '');
  } catch (error) {
    if (error instanceof ControlError) throw new ControlError(400, error.message, 'match.service');
    throw error;
  }
}

function createChecked(
  service: SimulatedService,
  world: Parameters<SimulatedService['create']>[0],
  wish: Parameters<SimulatedService['create']>[1],
): SimulatedTask {
  try {
    return service.create(world, wish);
  } catch (error) {
    // What it was asked for is all that can be wrong here.
    throw new ControlError(
      400,
      error instanceof Error ? error.message : String(error),
      wish.outcome === undefined ? null : 'outcome',
    );
  }
}

/** The same task with another outcome: the service itself makes a twin of it, in a world that nobody sees. */
function retold(service: SimulatedService, task: SimulatedTask, outcome: string, now: number): SimulatedTask {
  const { projectId, waitMs, runMs, createdAt } = task;
  const nowhere = createWorld({
    clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) },
    random: createRandom(task.id),
    state: { opened: 0, tasks: [], put: () => undefined, remove: () => undefined, close: () => undefined },
  });
  const twin = createChecked(service, nowhere, { projectId, waitMs, runMs, createdAt, outcome, fields: task.fields });
  return { ...task, outcome: twin.outcome, fields: { ...task.fields, ...twin.fields } };
}
