import type { SourceDefinition } from '../sources/source.js';
import type { StoredTask } from '../store/store.js';
import type { Freshness, Task } from '../task/task.js';
import { objectTypeName } from './type-names.js';

/**
 * What resolvers hand to GraphQL for a task: the task, its details and its freshness side by side.
 *
 * `freshness` is null for a task as of an event: how lately it was read is then looked up when it is asked for.
 */
export type TaskValue = Omit<Task, 'details'> & {
  readonly __typename: string;
  readonly freshness: Freshness | null;
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] } & Record<string, unknown>;

export interface TaskView {
  ofStored(stored: StoredTask): TaskValue;
  ofEvent(task: Task): TaskValue;
  /** Whether tasks of this service can be shown at all. */
  knows(service: string): boolean;
}

export function createTaskView(definitions: readonly SourceDefinition[]): TaskView {
  const types = new Map(
    definitions.map(({ service, taskType }) => {
      return [service, { name: objectTypeName(taskType), prototype: taskType.prototype }];
    }),
  );
  const view = (task: Task, freshness: Freshness | null): TaskValue => {
    const type = types.get(task.service);
    if (!type) throw new Error(`No source of service ${task.service}`);
    const value: Writable<TaskValue> = {
      __typename: type.name,
      id: task.id,
      service: task.service,
      account: task.account,
      scope: task.scope,
      upstreamId: task.upstreamId,
      region: task.region,
      kind: task.kind,
      status: task.status,
      done: task.done,
      upstreamStatus: task.upstreamStatus,
      resource: task.resource,
      createdAt: task.createdAt,
      updatedAt: task.updatedAt,
      startedAt: task.startedAt,
      finishedAt: task.finishedAt,
      error: task.error,
      warnings: task.warnings,
      progress: task.progress,
      contentHash: task.contentHash,
      seq: task.seq,
      freshness,
    };
    // Field by field: a spread of two objects costs several times as much as all the rest of a small answer.
    const { details } = task;
    for (const name in details) if (!(name in value)) value[name] = details[name];
    // An instance of its class is taken as it is; of anything else type-graphql makes a copy for each method it calls.
    Object.setPrototypeOf(value, type.prototype);
    return value;
  };
  return {
    ofStored: ({ task, freshness }) => view(task, freshness),
    ofEvent: (task) => view(task, null),
    knows: (service) => types.has(service),
  };
}
