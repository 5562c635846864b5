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

export interface TaskView {
  ofStored(stored: StoredTask): TaskValue;
  ofEvent(task: Task): TaskValue;
  /** Whether tasks of this service can be shown at all. */
  knows(service: string): boolean;
}

export function createTaskView(definitions: readonly SourceDefinition[]): TaskView {
  const typeNames = new Map(definitions.map(({ service, taskType }) => [service, objectTypeName(taskType)]));
  const view = (task: Task, freshness: Freshness | null): TaskValue => {
    const typeName = typeNames.get(task.service);
    if (typeName === undefined) throw new Error(`No source of service ${task.service}`);
    // Leaving `details` out would cost more than the rest; no field is called so.
    return { ...task.details, ...task, __typename: typeName, freshness };
  };
  return {
    ofStored: ({ task, freshness }) => view(task, freshness),
    ofEvent: (task) => view(task, null),
    knows: (service) => typeNames.has(service),
  };
}
