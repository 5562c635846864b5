import type { ClassType } from 'type-graphql';
import type { AbortNews } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Facts, Reading } from '../task/reading.js';
import type { Task } from '../task/task.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { Refusal, UpstreamClient } from '../upstream/upstream-client.js';
import type { SimulatedService } from '../simulator/simulated-service.js';

/**
 * One upstream service, seen as a source of tasks. This file is the port; each folder beside it is one service and
 * imports none of its siblings. Registering a definition in `registry.ts` is all that a new service needs elsewhere.
 */
export interface SourceDefinition {
  /** The value of `TaskService` in the schema, and the key of `endpoints` in the configuration. */
  readonly service: string;
  /** The public host of the service in a region. */
  readonly host: (region: string) => string;
  /** The GraphQL object type: a subclass of `TaskType` with the service's own fields. */
  readonly taskType: ClassType;
  /** Further GraphQL types that can be reached only through a union or an interface. */
  readonly orphanedTypes?: readonly ClassType[];
  /** Mutations that start a task. */
  readonly starts: readonly StartDefinition[];
  /** Mutations on tasks that exist. */
  readonly actions: readonly ActionDefinition[];
  /** Whether `trackTask` needs an `instanceId` to find a task. */
  readonly scoped: boolean;
  create(connection: SourceConnection): TaskSource;
  /** How the upstream behaves, for demo and tests; loaded only there. */
  simulate(): Promise<SimulatedService>;
}

export interface SourceConnection {
  readonly client: UpstreamClient;
  readonly account: string;
  readonly region: string;
  readonly projectId: string;
  /** Stamps readings whose call brought no answer. */
  readonly clock: Clock;
}

/** A task to be read; `task` is what is known of it, null when it is asked for the first time. */
export interface TaskRef {
  readonly identity: TaskIdentity;
  readonly task: Task | null;
}

/** The id of the task that is to be read. */
export function taskIdOf({ identity, task }: TaskRef): TaskId {
  return task?.id ?? formatTaskId(identity);
}

export interface ReadOptions {
  readonly priority: 'request' | 'poll';
  readonly signal?: AbortNews;
}

export interface TaskSource {
  /**
   * Reads tasks with as few calls as the upstream allows; a list is used where it is cheaper. An error belongs to the
   * tasks it concerns. Never rejects: a task that could not be read has an `unread` reading.
   *
   * @returns a reading for every ref, by `taskIdOf`
   */
  read(refs: readonly TaskRef[], options: ReadOptions): Promise<ReadonlyMap<TaskId, Reading>>;
  /** How many calls `read` takes for that many open tasks in the ordinary case. Pure. */
  callsFor(openTasks: number): number;
  /**
   * Tasks that the upstream lists, whoever started them: open ones, and those that ended after `since`. Left out
   * where the upstream has no list.
   *
   * @throws UpstreamError
   */
  discover?(since: number, options: ReadOptions): Promise<readonly Discovered[]>;
}

export interface Discovered {
  readonly identity: TaskIdentity;
  readonly facts: Facts;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A mutation that starts a task: `{ input } → { task, userErrors }`. */
export interface StartDefinition {
  /** The mutation's name, e.g. `bindLdap`; the payload type is called after it. */
  readonly name: string;
  readonly description: string;
  /** Its GraphQL input type: an @InputType class with `account` and `clientRequestId` among its fields. */
  readonly inputType: ClassType;
  /** Dotted paths of input fields that are secret: never stored, logged or echoed. */
  readonly secrets: readonly string[];
  /** Finds what the gateway can find wrong without asking the upstream; empty when nothing is. */
  check(input: StartInput): readonly FieldError[];
  /**
   * Sends the start, once.
   *
   * @throws UpstreamError see `UpstreamClient.start`; UPSTREAM_UNKNOWN_OUTCOME also for a 2xx that names no task
   */
  start(connection: SourceConnection, input: StartInput): Promise<Started | Refusal>;
}

/** The coerced input of a mutation: fields as its input type declares them. */
export type StartInput = Readonly<Record<string, unknown>> & { readonly account: string };

export interface Started {
  readonly type: 'started';
  readonly upstreamId: string;
  /** See `TaskIdentity.scope`. */
  readonly scope: string;
  /** What is known from the start alone: kind, resource, details. */
  readonly facts: Facts;
}

export interface FieldError {
  /** The field, below `input`: `['auth', 'key']`. */
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * A mutation on tasks that exist. Its targets are visible tasks of this service in one account; the gateway has
 * looked them up and answers NOT_FOUND for the others by itself.
 */
export interface ActionDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputType: ClassType;
  /** `one`: input `{ id }`, payload `{ task, userErrors }`. `many`: input `{ ids }`, payload `{ deletedIds, userErrors }`. */
  readonly targets: 'one' | 'many';
  /** What becomes of the targets once the upstream has agreed. */
  readonly effect: 'reread' | 'remove';
  /** Most targets of one call; further ones are sent in further calls. */
  readonly mostTargets: number;
  run(connection: SourceConnection, targets: readonly Task[]): Promise<'done' | Refusal>;
}
