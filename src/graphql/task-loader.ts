import DataLoader from 'dataloader';
import { noTracer } from '../base/tracer.js';
import type { StoredTask, TaskStore } from '../store/store.js';
import { parseTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { Refreshed } from '../watch/watch.js';
import type { Gateway } from './gateway.js';
import type { TaskView } from './task-view.js';
import { failedRead } from './upstream-failure.js';

export interface TaskLoader {
  /**
   * A task by its id. Ids asked for in the same tick are one read of the store, and one round upstream for those that
   * it does not hold; an upstream's error belongs to its id alone, one of the store to all that it was asked for.
   *
   * @param maxAgeMs when given, what is stored must have been observed within so long, or is read upstream now
   * @returns null when it is not there, not visible, of no known service, or was removed
   * @throws InvalidTaskIdError
   * @throws GatewayError UPSTREAM_* when nothing is stored and the upstream could not be read
   */
  load(id: TaskId, maxAgeMs?: number): Promise<StoredTask | null>;
}

/** What the store holds, whoever may see it. One for all requests: what they ask for in the same tick is one read. */
export type StoredTasks = Pick<DataLoader<TaskId, StoredTask | null>, 'load'>;

/** Nothing is kept between ticks: a mutation may have changed in the meantime what a later field asks for. */
const KEEP_NOTHING = { cache: false };

export function createStoredTasks(store: Pick<TaskStore, 'get'>): StoredTasks {
  return new DataLoader<TaskId, StoredTask | null>(async (ids) => {
    const held = await store.get([...new Set(ids)], null);
    return ids.map((id) => held.get(id) ?? null);
  }, KEEP_NOTHING);
}

type Found = StoredTask | null | Error;

interface Wanted {
  readonly identity: TaskIdentity;
  readonly id: TaskId;
  readonly maxAgeMs: number;
}

export function createTaskLoader(
  { connections, watch, tracer = noTracer }: Pick<Gateway, 'connections' | 'watch' | 'tracer'>,
  stored: StoredTasks,
  accounts: readonly string[],
  { knows }: Pick<TaskView, 'knows'>,
): TaskLoader {
  // One for each request, so that nobody waits for what somebody else wants to have read.
  let readings: DataLoader<Wanted, StoredTask | null> | undefined;

  function read(wanted: Wanted): Promise<StoredTask | null> {
    readings ??= new DataLoader((all) => {
      const about = { attributes: { 'taskgate.tasks': all.length } };
      return tracer.step('load tasks', about, () => readAll(watch, all));
    }, KEEP_NOTHING);
    return readings.load(wanted);
  }

  return {
    async load(id, maxAgeMs) {
      const identity = parseTaskId(id);
      if (!accounts.includes(identity.account) || !knows(identity.service)) return null;
      const readable = connections.find(identity.account, identity.service) !== undefined;
      if (maxAgeMs === undefined || !readable) {
        const held = await stored.load(id);
        if (held || !readable) return held;
      }
      return read({ identity, id, maxAgeMs: maxAgeMs ?? Infinity });
    },
  };
}

async function readAll(watch: Gateway['watch'], wanted: readonly Wanted[]): Promise<readonly Found[]> {
  const found = new Map<Wanted, Found>();
  const byAge = new Map<number, Wanted[]>();
  for (const want of wanted) group(byAge, want.maxAgeMs, want);
  await Promise.all([...byAge].map(([maxAgeMs, wants]) => refresh(watch, maxAgeMs, wants, found)));
  return wanted.map((want) => found.get(want) ?? null);
}

async function refresh(
  watch: Gateway['watch'],
  maxAgeMs: number,
  wanted: readonly Wanted[],
  found: Map<Wanted, Found>,
): Promise<void> {
  const identities = new Map(wanted.map(({ id, identity }) => [id, identity]));
  try {
    const refreshed = await watch.refresh([...identities.values()], { maxAgeMs });
    for (const want of wanted) found.set(want, outcome(refreshed.get(want.id), want.identity));
  } catch (error) {
    for (const want of wanted) found.set(want, asError(error));
  }
}

function outcome(refreshed: Refreshed | undefined, identity: TaskIdentity): Found {
  if (!refreshed || refreshed.type === 'absent') return null;
  if (refreshed.type === 'failed') return failedRead(refreshed.error, identity);
  return withPollError(refreshed);
}

/** The stored task, showing why it could not be read again where that is so. */
export function withPollError({ stored, error }: Extract<Refreshed, { readonly type: 'task' }>): StoredTask {
  return error ? { ...stored, freshness: { ...stored.freshness, lastPollError: error } } : stored;
}

function group(groups: Map<number, Wanted[]>, key: number, want: Wanted): void {
  const members = groups.get(key);
  if (members) members.push(want);
  else groups.set(key, [want]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A read failed', { cause: error });
}
