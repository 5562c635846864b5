import DataLoader from 'dataloader';
import { noTracer } from '../base/tracer.js';
import type { StoredTask } from '../store/store.js';
import { parseTaskId, type TaskId, type TaskIdentity } from '../task/task-id.js';
import type { Refreshed } from '../watch/watch.js';
import type { Gateway } from './gateway.js';
import type { TaskView } from './task-view.js';
import { failedRead } from './upstream-failure.js';

export interface TaskLoader {
  /**
   * A task by its id. Ids asked for in the same tick are one read of the store, and one round upstream for those that
   * it does not hold; an error belongs to its id alone.
   *
   * @param maxAgeMs when given, what is stored must have been observed within so long, or is read upstream now
   * @returns null when it is not there, not visible, of no known service, or was removed
   * @throws InvalidTaskIdError
   * @throws GatewayError UPSTREAM_* when nothing is stored and the upstream could not be read
   */
  load(id: TaskId, maxAgeMs?: number): Promise<StoredTask | null>;
}

interface Wanted {
  readonly identity: TaskIdentity;
  readonly id: TaskId;
  readonly maxAgeMs: number | null;
}

type Found = StoredTask | null | Error;

/** Nothing is kept between ticks: a mutation may have changed in the meantime what a later field asks for. */
export function createTaskLoader(
  gateway: Gateway,
  accounts: readonly string[],
  { knows }: Pick<TaskView, 'knows'>,
): TaskLoader {
  const loader = new DataLoader<Wanted, StoredTask | null>(
    (wanted) => {
      const { tracer = noTracer } = gateway;
      const about = { attributes: { 'taskgate.tasks': wanted.length } };
      return tracer.step('load tasks', about, () => readAll(gateway, accounts, wanted));
    },
    {
      cache: false,
    },
  );
  return {
    async load(id, maxAgeMs) {
      const identity = parseTaskId(id);
      if (!accounts.includes(identity.account) || !knows(identity.service)) return null;
      return loader.load({ identity, id, maxAgeMs: maxAgeMs ?? null });
    },
  };
}

async function readAll(gateway: Gateway, accounts: readonly string[], wanted: readonly Wanted[]): Promise<Found[]> {
  const found = new Map<Wanted, Found>();
  const byAge = new Map<number, Wanted[]>();
  const stored = wanted.filter((want) => want.maxAgeMs === null || !isReadable(gateway, want));
  for (const want of await missingAfterStore(gateway, accounts, stored, found)) group(byAge, Infinity, want);
  for (const want of wanted) {
    if (want.maxAgeMs !== null && isReadable(gateway, want)) group(byAge, want.maxAgeMs, want);
  }
  await Promise.all([...byAge].map(([maxAgeMs, wants]) => refresh(gateway, maxAgeMs, wants, found)));
  return wanted.map((want) => found.get(want) ?? null);
}

/** Notes what the store holds; returns what it does not hold and an upstream can be asked for. */
async function missingAfterStore(
  { store, ...gateway }: Gateway,
  accounts: readonly string[],
  wanted: readonly Wanted[],
  found: Map<Wanted, Found>,
): Promise<readonly Wanted[]> {
  if (wanted.length === 0) return [];
  try {
    const held = await store.get([...new Set(wanted.map(({ id }) => id))], accounts);
    for (const want of wanted) found.set(want, held.get(want.id) ?? null);
    return wanted.filter((want) => !held.has(want.id) && isReadable({ store, ...gateway }, want));
  } catch (error) {
    for (const want of wanted) found.set(want, asError(error));
    return [];
  }
}

async function refresh(
  { watch }: Gateway,
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

function isReadable({ connections }: Gateway, { identity }: Wanted): boolean {
  return connections.find(identity.account, identity.service) !== undefined;
}

function group(groups: Map<number, Wanted[]>, key: number, want: Wanted): void {
  const members = groups.get(key);
  if (members) members.push(want);
  else groups.set(key, [want]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A read failed', { cause: error });
}
