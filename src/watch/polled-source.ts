import type { TaskSource } from '../sources/source.js';
import type { StoredTask } from '../store/store.js';
import type { TaskId, TaskIdentity } from '../task/task-id.js';
import type { UpstreamClient } from '../upstream/upstream-client.js';

/** One upstream service in one account, as the engine polls it. */
export interface PolledSource {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly source: TaskSource;
  readonly client: Pick<UpstreamClient, 'status'>;
}

/** A task that is to be read, whether it is polled or not. */
export interface Target {
  readonly id: TaskId;
  readonly identity: TaskIdentity;
  /** What the store holds of a task that is not polled here. */
  readonly stored: StoredTask | null;
  readonly revive: boolean;
}

/** Names a poll group within the process. */
export function groupKey({ account, service }: { readonly account: string; readonly service: string }): string {
  return `${account}/${service}`;
}
