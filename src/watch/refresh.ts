import type { Clock } from '../base/clock.js';
import { FencedError, type StoredTask, type TaskStore } from '../store/store.js';
import { formatTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { PollGroup } from './poll-group.js';
import type { Target } from './polled-source.js';
import type { Refreshed } from './watch.js';

interface RefreshOptions {
  readonly maxAgeMs: number;
  readonly revive?: boolean;
}

type Wanted = ReadonlyMap<TaskId, TaskIdentity>;

/** Reads tasks for a request, unless what is known is new enough. */
export function createRefresh(parts: {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly groupOf: (identity: TaskIdentity) => PollGroup | undefined;
}) {
  const { store, clock, groupOf } = parts;

  return async function refresh(
    identities: readonly TaskIdentity[],
    { maxAgeMs, revive = false }: RefreshOptions,
  ): Promise<ReadonlyMap<TaskId, Refreshed>> {
    const wanted: Wanted = new Map(identities.map((identity) => [formatTaskId(identity), identity]));
    const known = await lookUp(wanted);
    const unknown = [...wanted.keys()].filter((id) => !known.has(id));
    const removed = revive || unknown.length === 0 ? new Set<TaskId>() : await store.removed(unknown);
    const answers = new Map<TaskId, Refreshed>();
    const asked = new Map<PollGroup, Target[]>();
    for (const [id, identity] of wanted) {
      const stored = known.get(id) ?? null;
      const group = groupOf(identity);
      if (stored && (!group || isFresh(stored, maxAgeMs))) answers.set(id, { type: 'task', stored, error: null });
      else if (!group || removed.has(id)) answers.set(id, { type: 'absent' });
      else asked.set(group, [...(asked.get(group) ?? []), { id, identity, stored, revive }]);
    }
    const readings = await Promise.all([...asked].map(([group, targets]) => read(group, targets)));
    // A shared reading brings the tasks of others as well.
    for (const reading of readings) {
      for (const [id, refreshed] of reading) if (wanted.has(id)) answers.set(id, refreshed);
    }
    return answers;
  };

  /** A group that was lost on the way is no longer written under its fence. */
  async function read(group: PollGroup, targets: readonly Target[]): Promise<ReadonlyMap<TaskId, Refreshed>> {
    try {
      return await group.read(targets);
    } catch (error) {
      if (!(error instanceof FencedError)) throw error;
      return group.read(targets);
    }
  }

  /** What is polled is known here better than in the store, where freshness arrives a second later. */
  async function lookUp(wanted: Wanted): Promise<Map<TaskId, StoredTask>> {
    const known = new Map<TaskId, StoredTask>();
    for (const [id, identity] of wanted) {
      const group = groupOf(identity);
      const polled = group?.running ? group.entries.get(id) : undefined;
      if (polled) known.set(id, polled.stored);
    }
    const others = [...wanted.keys()].filter((id) => !known.has(id));
    if (others.length > 0) for (const [id, stored] of await store.get(others, null)) known.set(id, stored);
    return known;
  }

  function isFresh({ task, freshness }: StoredTask, maxAgeMs: number): boolean {
    if (task.done) return true;
    return freshness.observedAt !== null && clock.now() - freshness.observedAt < maxAgeMs;
  }
}
