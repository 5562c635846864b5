import type { AbortNews } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Discovered } from '../sources/source.js';
import type { TaskStore } from '../store/store.js';
import type { TaskId } from '../task/task-id.js';
import { formatTaskId } from '../task/task-id.js';
import type { PollGroup } from './poll-group.js';

const MOST_AT_ONCE = 500;

/** Takes up tasks that were started elsewhere. */
export function createDiscovery(parts: { readonly store: TaskStore; readonly clock: Clock; readonly logger: Logger }) {
  const { store, clock, logger } = parts;
  const firstReadAt = new Map<string, number>();
  /** Listed, and nothing to adopt: known, or removed. Remembered for one round, so that the store is not asked again. */
  const settled = new Map<string, ReadonlySet<TaskId>>();

  /** Looks through the lists of one source once. Never rejects: the next round makes up for a failed one. */
  return async function discover(group: PollGroup, signal: AbortNews): Promise<void> {
    const { service, account, source } = group.polled;
    const key = `${account}/${service}`;
    try {
      if (!source.discover) return;
      const since = firstReadAt.get(key) ?? (await store.firstReadAt(account, service, clock.now()));
      firstReadAt.set(key, since);
      const found = await source.discover(since, { priority: 'poll', signal });
      const listed = new Map(found.map((task) => [formatTaskId(task.identity), task]));
      const seen = settled.get(key) ?? new Set<TaskId>();
      const strange = await unknown([...listed.keys()].filter((id) => !group.entries.has(id) && !seen.has(id)));
      const adopted = strange.flatMap((id) => listed.get(id) ?? []);
      for (const batch of batches(adopted)) await group.adoptListed(batch);
      settled.set(key, new Set([...listed.keys()].filter((id) => !group.entries.has(id))));
    } catch (error) {
      logger.debug({ err: error, service, account }, 'lists could not be looked through');
    }
  };

  async function unknown(ids: readonly TaskId[]): Promise<readonly TaskId[]> {
    if (ids.length === 0) return [];
    const [known, removed] = await Promise.all([store.get(ids, null), store.removed(ids)]);
    return ids.filter((id) => !known.has(id) && !removed.has(id));
  }
}

function* batches(found: readonly Discovered[]): Iterable<readonly Discovered[]> {
  for (let from = 0; from < found.length; from += MOST_AT_ONCE) yield found.slice(from, from + MOST_AT_ONCE);
}
