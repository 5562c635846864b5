import DataLoader from 'dataloader';
import type { Json } from '../base/json.js';
import type { SourceDefinition } from '../sources/source.js';
import type { Estimate, EstimateKey } from '../store/store.js';
import { UNREAD, type Freshness } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';
import type { TaskContext } from '../task/task-type.js';
import type { Gateway } from './gateway.js';
import type { Caller } from './operation.js';
import { maySee, type Principal } from './principal.js';
import { createTaskLoader, type StoredTasks, type TaskLoader } from './task-loader.js';
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

const STAYS: Caller = new AbortController();
const views = new WeakMap<readonly SourceDefinition[], TaskView>();

/** The configured accounts that the principal may see. */
export function visibleAccounts({ connections }: Gateway, principal: Principal): readonly string[] {
  return connections.accounts().filter((account) => maySee(principal, account));
}

/** What all requests have in common. */
export interface ContextParts {
  readonly gateway: Gateway;
  readonly stored: StoredTasks;
}

export function createContext(
  parts: ContextParts,
  principal: Principal,
  correlationId: string,
  caller: Caller = STAYS,
): GraphQLContext {
  return new RequestContext(parts, principal, correlationId, caller);
}

/** Makes a loader when it is first asked for: most requests need one of them. */
class RequestContext implements GraphQLContext {
  readonly accounts: readonly string[];
  readonly view: TaskView;
  #tasks: TaskLoader | undefined;
  #freshness: GraphQLContext['freshness'] | undefined;
  #raw: GraphQLContext['raw'] | undefined;
  #estimates: GraphQLContext['estimates'] | undefined;
  #contents: DataLoader<TaskId, string | null> | undefined;

  readonly gateway: Gateway;
  readonly #stored: StoredTasks;

  constructor(
    { gateway, stored }: ContextParts,
    readonly principal: Principal,
    readonly correlationId: string,
    private readonly caller: Caller,
  ) {
    this.gateway = gateway;
    this.#stored = stored;
    this.accounts = visibleAccounts(gateway, principal);
    this.view = viewOf(gateway.definitions);
  }

  get signal(): AbortSignal {
    return this.caller.signal;
  }

  get tasks(): TaskLoader {
    return (this.#tasks ??= createTaskLoader(this.gateway, this.#stored, this.accounts, this.view));
  }

  get freshness(): GraphQLContext['freshness'] {
    return (this.#freshness ??= new DataLoader(
      async (ids: readonly TaskId[]) => {
        const held = await this.gateway.store.get(ids, this.accounts);
        return ids.map((id) => held.get(id)?.freshness ?? UNREAD);
      },
      { cache: false },
    ));
  }

  get raw(): GraphQLContext['raw'] {
    return (this.#raw ??= perTask((id) => this.gateway.store.raw(id)));
  }

  get estimates(): GraphQLContext['estimates'] {
    return (this.#estimates ??= new DataLoader((keys: readonly EstimateKey[]) => this.gateway.store.estimates(keys), {
      cache: false,
    }));
  }

  async content(id: TaskId): Promise<string> {
    this.#contents ??= perTask((each) => this.gateway.store.content(each));
    return (await this.#contents.load(id)) ?? '';
  }
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
