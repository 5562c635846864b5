import { z } from 'zod';
import type { Json } from '../base/json.js';

const json: z.ZodType<Json> = z.json();
const status = z.int().min(200).max(599);
const ms = z.number().min(0).max(86_400_000);

/** What goes wrong. README.md says of each what a client sees, and whether the request was carried out. */
export const effectSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status,
    body: json.optional(),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().regex(/^[\t\x20-\x7e]*$/)).optional(),
    handled: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('throttle'),
    code: z.enum(['APIGW.0308', 'APIG.0308']).optional(),
    status: status.optional(),
    retryAfter: z.union([z.number(), z.string().regex(/^[\t\x20-\x7e]*$/)]).optional(),
    retryAfterDateMs: z.number().optional(),
    perSecond: z.number().positive().optional(),
  }),
  z.strictObject({ kind: z.literal('resetBefore') }),
  z.strictObject({ kind: z.literal('resetAfter') }),
  z.strictObject({ kind: z.literal('resetDuring') }),
  z.strictObject({ kind: z.literal('hangAfter') }),
  z.strictObject({ kind: z.literal('slowHeaders'), delayMs: ms }),
  z.strictObject({ kind: z.literal('slowBody'), overMs: ms, pieces: z.int().min(1).max(1_000).optional() }),
  z.strictObject({ kind: z.literal('endlessBody'), everyMs: ms.min(1).optional() }),
  z.strictObject({
    kind: z.literal('huge'),
    bytes: z
      .int()
      .min(1)
      .max(2 ** 31)
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('gzipBomb'),
    bytes: z
      .int()
      .min(1)
      .max(2 ** 31)
      .optional(),
  }),
  z.strictObject({ kind: z.literal('html'), status: status.optional(), handled: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('truncated') }),
  z.strictObject({ kind: z.literal('deep'), levels: z.int().min(1).max(5_000_000).optional() }),
  z.strictObject({ kind: z.literal('redirect'), to: z.url(), status: z.int().min(300).max(399).optional() }),
  z.strictObject({ kind: z.literal('wrongId') }),
  z.strictObject({ kind: z.literal('wrongType') }),
  z.strictObject({ kind: z.literal('notJson') }),
  z.strictObject({ kind: z.literal('lag'), lagMs: ms, queriesToo: z.boolean().optional() }),
]);

export const faultSchema = z.strictObject({
  match: z
    .strictObject({
      service: z.string().optional(),
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).optional(),
      /** A regular expression, looked for in the path with its query. */
      path: z.string().refine(isRegExp, 'is not a regular expression').optional(),
      taskId: z.string().optional(),
      projectId: z.string().optional(),
    })
    .optional(),
  effect: effectSchema,
  /** For so many requests; without it and `forMs`: until it is removed. */
  times: z.int().min(1).optional(),
  forMs: ms.optional(),
  /** So many matching requests pass first. */
  skip: z.int().min(0).optional(),
  /** How likely a matching request is hit: 0..1. */
  chance: z.number().min(0).max(1).optional(),
});

export type FaultEffect = Readonly<z.infer<typeof effectSchema>>;
export type FaultRule = Readonly<z.infer<typeof faultSchema>>;

export interface Fault {
  readonly id: string;
  readonly rule: FaultRule;
  /** How many requests it has hit. */
  readonly applied: number;
}

/** What a fault is matched against. */
export interface FaultTarget {
  readonly service: string;
  readonly method: string;
  /** With the query, as sent. */
  readonly url: string;
  /** Every value that the path and the query name, the project's id apart. */
  readonly values: readonly string[];
  readonly projectId: string | undefined;
  /** A GET whose path does not end in an id. */
  readonly isList: boolean;
}

/** The faults in force, oldest first. At most one hits a request: the oldest that matches it. */
export interface FaultBook {
  add(rule: FaultRule): Fault;
  list(): readonly Fault[];
  remove(id: string): boolean;
  clear(): void;
  /** The fault that hits this request, which counts as applied. */
  take(target: FaultTarget): Fault | undefined;
}

interface Armed {
  readonly id: string;
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  readonly endsAt: number;
  readonly passed: Map<string, number[]>;
  applied: number;
  skipped: number;
}

export function createFaultBook(options: { readonly now: () => number; readonly random: () => number }): FaultBook {
  const { now, random } = options;
  let number = 0;
  let armed: readonly Armed[] = [];
  const current = (): readonly Armed[] => (armed = armed.filter((fault) => !isSpent(fault, now())));

  const hits = (fault: Armed, target: FaultTarget): boolean => {
    if (!matches(fault, target)) return false;
    const { skip = 0, chance = 1, effect } = fault.rule;
    if (fault.skipped < skip) {
      fault.skipped++;
      return false;
    }
    if (chance < 1 && random() >= chance) return false;
    return !(effect.kind === 'throttle' && effect.perSecond !== undefined && passes(fault, target, effect.perSecond));
  };

  /** Whether the caller's project has not used up its requests of the last second. */
  const passes = (fault: Armed, { projectId = '' }: FaultTarget, perSecond: number): boolean => {
    const recent = (fault.passed.get(projectId) ?? []).filter((at) => at > now() - 1_000);
    const free = recent.length < perSecond;
    fault.passed.set(projectId, free ? [...recent, now()] : recent);
    return free;
  };

  return {
    add(rule) {
      const path = rule.match?.path;
      const fault: Armed = {
        id: `fault-${++number}`,
        rule,
        path: path === undefined ? undefined : new RegExp(path),
        endsAt: rule.forMs === undefined ? Infinity : now() + rule.forMs,
        passed: new Map(),
        applied: 0,
        skipped: 0,
      };
      armed = [...current(), fault];
      return shown(fault);
    },
    list: () => current().map(shown),
    remove(id) {
      const before = armed.length;
      armed = armed.filter((fault) => fault.id !== id);
      return armed.length < before;
    },
    clear() {
      armed = [];
    },
    take(target) {
      const fault = current().find((candidate) => hits(candidate, target));
      if (!fault) return undefined;
      fault.applied++;
      return shown(fault);
    },
  };
}

function shown({ id, rule, applied }: Armed): Fault {
  return { id, rule, applied };
}

function isSpent({ rule, endsAt, applied }: Armed, now: number): boolean {
  return now >= endsAt || (rule.times !== undefined && applied >= rule.times);
}

function matches({ rule, path }: Armed, target: FaultTarget): boolean {
  const { service, method, taskId, projectId } = rule.match ?? {};
  return (
    (service === undefined || service === target.service) &&
    (method === undefined || method === target.method) &&
    (projectId === undefined || projectId === target.projectId) &&
    (taskId === undefined || target.values.includes(taskId)) &&
    (path === undefined || path.test(target.url)) &&
    (rule.effect.kind !== 'lag' || target.isList || (rule.effect.queriesToo === true && target.method === 'GET'))
  );
}

function isRegExp(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
