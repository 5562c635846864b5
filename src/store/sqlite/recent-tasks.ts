import type { TaskId } from '../../task/task-id.js';
import type { StoredTask } from '../store.js';

const MOST_TASKS = 2_000;
/** A task with the results of a large import may take a hundred times what others take, and is read from the file. */
const LONGEST_BODY = 8_192;

/**
 * The tasks that were asked for last, as the file holds them: the file belongs to this process, so that whatever is not
 * written here stays as it was read. A task that is written is forgotten, also when the transaction then fails.
 */
export class RecentTasks {
  readonly #tasks = new Map<TaskId, StoredTask>();

  get(id: TaskId): StoredTask | undefined {
    const stored = this.#tasks.get(id);
    if (!stored) return undefined;
    this.#tasks.delete(id);
    this.#tasks.set(id, stored);
    return stored;
  }

  /** @param bodyLength in characters, as it is stored */
  keep(id: TaskId, stored: StoredTask, bodyLength: number): void {
    if (bodyLength > LONGEST_BODY) return;
    this.#tasks.set(id, stored);
    const oldest = this.#tasks.keys().next();
    if (this.#tasks.size > MOST_TASKS && !oldest.done) this.#tasks.delete(oldest.value);
  }

  forget(id: TaskId): void {
    this.#tasks.delete(id);
  }
}
