import type { Clock } from '../base/clock.js';
import type { Accounts, LogEntry, StoredTask, TaskStore } from '../store/store.js';
import type { Instant } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';

export interface WaitPort {
  readonly store: TaskStore;
  readonly clock: Clock;
  /** Marks the task as watched. */
  readonly follow: (id: TaskId, accounts: Accounts) => () => void;
}

/** Who waits for the end of a task. Costs no poll and no query of its own: the tail tells. */
export class TaskWaits {
  readonly #wakers = new Map<TaskId, Set<() => void>>();
  #over = false;

  constructor(private readonly port: WaitPort) {}

  get size(): number {
    return this.#wakers.size;
  }

  /** Told of each entry by the tail. */
  tell({ type, task }: LogEntry): void {
    if (type === 'CHANGED' && !task.done) return;
    for (const wake of this.#wakers.get(task.id) ?? []) wake();
  }

  /** Answers everybody now, and later callers at once, with the task as it is. */
  end(): void {
    this.#over = true;
    for (const wakers of this.#wakers.values()) for (const wake of wakers) wake();
  }

  async wait(id: TaskId, accounts: Accounts, deadlineAt: Instant, signal: AbortSignal): Promise<StoredTask | null> {
    const read = async (): Promise<StoredTask | null> => (await this.port.store.get([id], accounts)).get(id) ?? null;
    const bell = this.#listen(id, signal);
    let unfollow: (() => void) | undefined;
    try {
      // Listening before reading: an end between the two rings the bell.
      const stored = await read();
      const now = this.port.clock.now();
      if (!stored || stored.task.done || this.#over || signal.aborted || deadlineAt <= now) return stored;
      unfollow = this.port.follow(id, accounts);
      const timer = this.port.clock.setTimer(deadlineAt - now, bell.ring);
      await bell.rung;
      timer.cancel();
      return await read();
    } finally {
      unfollow?.();
      bell.release();
    }
  }

  #listen(id: TaskId, signal: AbortSignal) {
    let ring = (): void => undefined;
    const rung = new Promise<void>((resolve) => (ring = resolve));
    const wakers = this.#wakers.get(id) ?? new Set();
    this.#wakers.set(id, wakers.add(ring));
    signal.addEventListener('abort', ring, { once: true });
    const release = (): void => {
      signal.removeEventListener('abort', ring);
      if (wakers.delete(ring) && wakers.size === 0) this.#wakers.delete(id);
    };
    return { rung, ring: () => ring(), release };
  }
}
