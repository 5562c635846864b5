import type { Json, JsonObject } from '../base/json.js';

/**
 * What one simulated upstream is made of. Its parts are written from the vendor's pages alone and share no type with
 * the source that reads them: that the two agree is a test.
 */
export interface SimulatedService {
  readonly service: string;
  readonly routes: readonly SimulatedRoute[];
  /** The final states that `create` can be asked for: shown by the control API, and each seen in the demo. */
  readonly outcomes?: readonly string[];
  /**
   * Puts a task into the world as if it had been started elsewhere. Every final state of the service can be asked for
   * by `outcome`; left out, one is drawn with realistic odds.
   */
  create(world: World, wish: TaskWish): SimulatedTask;
}

export interface TaskWish {
  readonly projectId: string;
  readonly outcome?: string | undefined;
  readonly waitMs?: number | undefined;
  readonly runMs?: number | undefined;
  /** When it began; now by default. May lie in the past. */
  readonly createdAt?: number | undefined;
  readonly fields?: JsonObject | undefined;
}

export interface SimulatedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v1/:projectId/sfs-turbo/jobs/:jobId` */
  readonly path: string;
  handle(request: SimulatedRequest, world: World): SimulatedReply | Promise<SimulatedReply>;
}

export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  /** From the path. `projectId` is the caller's own and always there, also where the path has none (CVR). */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The body as JSON; undefined when it is not. */
  json(): Json | undefined;
}

export interface SimulatedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; left out for an empty body. */
  readonly body?: Json;
}

export interface World {
  now(): number;
  /** 0 ≤ x < 1, from the simulator's seed. */
  random(): number;
  /** `uuid`: 36 characters with dashes; `hex`: 32 without. */
  newId(form: 'uuid' | 'hex'): string;
  readonly tasks: TaskBook;
}

/** The tasks of the simulated cloud; survives a restart of the simulator. */
export interface TaskBook {
  add(task: SimulatedTask): void;
  get(service: string, id: string): SimulatedTask | undefined;
  /** By `createdAt`, oldest first. */
  list(service: string, projectId: string): readonly SimulatedTask[];
  update(task: SimulatedTask): void;
  remove(service: string, id: string): boolean;
}

/** What becomes of a task is fixed when it begins; where it stands is a function of the clock. */
export interface SimulatedTask {
  readonly service: string;
  readonly projectId: string;
  readonly id: string;
  readonly createdAt: number;
  /** How long it waits before it runs, and how long it then runs. */
  readonly waitMs: number;
  readonly runMs: number;
  /** The final state, in the service's own terms. */
  readonly outcome: string;
  /** Whatever else the service needs to answer about the task. */
  readonly fields: JsonObject;
}

export type Phase = 'waiting' | 'running' | 'ended';

export function phaseOf(task: SimulatedTask, now: number): Phase {
  if (now < task.createdAt + task.waitMs) return 'waiting';
  return now < endOf(task) ? 'running' : 'ended';
}

export function endOf(task: SimulatedTask): number {
  return task.createdAt + task.waitMs + task.runMs;
}
