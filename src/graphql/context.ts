import DataLoader from 'dataloader';
import type { Json } from '../base/json.js';
import type { SourceDefinition } from '../sources/source.js';
import type { Estimate, EstimateKey } from '../store/store.js';
import { UNREAD, type Freshness } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';
import type { TaskContext } from '../task/task-type.js';
import type { Gateway } from './gateway.js';
import { maySee, type Principal } from './principal.js';
import { createTaskLoader, type TaskLoader } from './task-loader.js';
import { createTaskView, type TaskView } from './task-view.js';

/** One request: who asks, what may be seen, and the loaders that batch its reads. */
export interface GraphQLContext extends TaskContext {
  readonly gateway: Gateway;
  readonly principal: Principal;
  readonly correlationId: string;
  /** Aborts when the caller is gone, or everybody is asked to come to an end. */
  readonly signal: AbortSignal;
  /** The configured accounts that the principal may see. */
  readonly accounts: readonly string[];
  readonly view: TaskView;
  readonly tasks: TaskLoader;
  readonly freshness: DataLoader<TaskId, Freshness>;
  readonly raw: DataLoader<TaskId, Json>;
  readonly estimates: DataLoader<EstimateKey, Estimate | null>;
}

const NEVER = new AbortController().signal;
const views = new WeakMap<readonly SourceDefinition[], TaskView>();

export function createContext(
  gateway: Gateway,
  principal: Principal,
  correlationId: string,
  signal: AbortSignal = NEVER,
): GraphQLContext {
  const { store, connections, definitions } = gateway;
  const accounts = connections.accounts().filter((account) => maySee(principal, account));
  const contents = perTask((id) => store.content(id));
  return {
    gateway,
    principal,
    correlationId,
    signal,
    accounts,
    view: viewOf(definitions),
    tasks: createTaskLoader(gateway, accounts, new Set(definitions.map(({ service }) => service))),
    freshness: new DataLoader(
      async (ids) => {
        const held = await store.get(ids, accounts);
        return ids.map((id) => held.get(id)?.freshness ?? UNREAD);
      },
      { cache: false },
    ),
    raw: perTask((id) => store.raw(id)),
    estimates: new DataLoader((keys) => store.estimates(keys), { cache: false }),
    content: async (id) => (await contents.load(id)) ?? '',
  };
}

/** The store gives large texts one at a time; asked for twice in a tick, they are still read once. */
function perTask<T>(read: (id: TaskId) => Promise<T>): DataLoader<TaskId, T> {
  return new DataLoader<TaskId, T>(
    async (ids) => {
      const once = [...new Set(ids)];
      const texts = await Promise.all(once.map((id) => read(id).catch(asError)));
      const byId = new Map(once.map((id, index) => [id, texts[index] as T | Error]));
      return ids.map((id) => byId.get(id) as T | Error);
    },
    { cache: false },
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('A read failed', { cause: error });
}

function viewOf(definitions: readonly SourceDefinition[]): TaskView {
  let view = views.get(definitions);
  if (!view) views.set(definitions, (view = createTaskView(definitions)));
  return view;
}
