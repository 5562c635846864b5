import type { Accounts } from '../store/store.js';
import { matchesFilter, type TaskFilter } from '../task/task-filter.js';
import type { TaskId } from '../task/task-id.js';
import type { Task } from '../task/task.js';
import { filterFacts } from '../task/transition.js';
import type { Interest } from './watch.js';

interface Matching {
  readonly filter: TaskFilter;
  readonly accounts: Accounts;
  holders: number;
}

/** Who watches what. Equal filters are kept once, however many hold them. */
export class Interests {
  readonly #byId = new Map<TaskId, number>();
  readonly #byFilter = new Map<string, Matching>();
  #version = 0;

  /** Changes whenever a task may have become watched, or no longer. */
  get version(): number {
    return this.#version;
  }

  watches(task: Task): boolean {
    if (this.#byId.has(task.id)) return true;
    for (const matching of this.#byFilter.values()) {
      if (isIn(task, matching)) return true;
    }
    return false;
  }

  /** @param arrived called when nobody watched this task by its id before */
  follow(id: TaskId, arrived: () => void): Interest {
    const holders = this.#byId.get(id) ?? 0;
    this.#byId.set(id, holders + 1);
    if (holders === 0) {
      this.#version++;
      arrived();
    }
    return releasing(() => {
      const left = (this.#byId.get(id) ?? 0) - 1;
      if (left > 0) return void this.#byId.set(id, left);
      this.#byId.delete(id);
      this.#version++;
    });
  }

  /** @param arrived called when nobody held this filter before, with a test of tasks */
  followMatching(
    filter: TaskFilter,
    accounts: Accounts,
    arrived: (matches: (task: Task) => boolean) => void,
  ): Interest {
    const key = JSON.stringify([filter, accounts]);
    const matching = this.#byFilter.get(key) ?? { filter, accounts, holders: 0 };
    if (matching.holders++ === 0) {
      this.#byFilter.set(key, matching);
      this.#version++;
      arrived((task) => isIn(task, matching));
    }
    return releasing(() => {
      if (--matching.holders > 0) return;
      this.#byFilter.delete(key);
      this.#version++;
    });
  }
}

function isIn(task: Task, { filter, accounts }: Matching): boolean {
  return (accounts === null || accounts.includes(task.account)) && matchesFilter(task, filterFacts(task), filter);
}

function releasing(release: () => void): Interest {
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      release();
    },
  };
}
