/** What planning looks at of a task. */
export interface Planned {
  readonly dueAt: number;
  /** The stretched interval it was planned with. */
  readonly plannedMs: number;
  /** To be read by itself, because a reading of it has held up others. */
  readonly alone: boolean;
}

/** The part of its interval by which a task may be read early to share a list. Half of it makes any two rounds of equal
 * interval meet within one of them. */
const EARLY_SHARE = 0.5;

/** Whether a list can ever be cheaper than single calls for that many tasks. */
export function canShare(openTasks: number, callsFor: (tasks: number) => number): boolean {
  return callsFor(openTasks) < openTasks * callsFor(1);
}

/**
 * What one reading should cover, given the tasks that are due and others of the group that are not. Pure.
 *
 * Tasks that are due before half of their interval has passed come along when the calls that this adds are fewer than
 * half of what they would cost by themselves: half, because they are read up to twice as often.
 */
export function planReading<T extends Planned>(
  due: readonly T[],
  others: Iterable<T>,
  now: number,
  callsFor: (tasks: number) => number,
): readonly (readonly T[])[] {
  const together = due.filter((task) => !task.alone);
  const singles = due.filter((task) => task.alone).map((task) => [task]);
  const early: T[] = [];
  if (together.length > 0) {
    for (const task of others) {
      if (!task.alone && task.dueAt - now <= task.plannedMs * EARLY_SHARE) early.push(task);
    }
  }
  const all = [...together, ...early];
  if (all.length === 0) return singles;
  const added = callsFor(all.length) - callsFor(together.length);
  const withEarly = early.length > 0 && 2 * added <= early.length * callsFor(1) ? all : together;
  return [...(sharing(withEarly, callsFor) ? [withEarly] : withEarly.map((task) => [task])), ...singles];
}

function sharing(tasks: readonly unknown[], callsFor: (tasks: number) => number): boolean {
  return tasks.length > 1 && callsFor(tasks.length) < tasks.length * callsFor(1);
}
