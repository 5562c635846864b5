import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useMemo,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { Taskgate } from './create-taskgate.js';
import {
  liveStoresOf,
  startStats,
  startTask,
  startTasks,
  type Live,
  type LiveTasks,
  type Start,
} from './live-stores.js';
import type { ConnectionStatus } from './status.js';
import type { FollowedTask, SourceError, TaskFilter, TaskStats } from './task.js';
import type { TaskgateError } from './taskgate-error.js';

const TaskgateContext = createContext<Taskgate | undefined>(undefined);

export interface TaskgateProviderProps {
  readonly client: Taskgate;
  readonly children?: ReactNode;
}

export function TaskgateProvider({ client, children }: TaskgateProviderProps): ReactElement {
  return createElement(TaskgateContext.Provider, { value: client }, children);
}

export interface LiveOptions {
  /** What is shown stays as it is, and nothing is subscribed to meanwhile. */
  readonly pause?: boolean;
}

interface LiveResult {
  /** Whether the socket is up: what is shown may be old while it is not. */
  readonly live: boolean;
  /** What was shown before stays beside it. */
  readonly error: TaskgateError | null;
  /** Follows again after an error. */
  retry(): void;
}

export interface UseTask extends LiveResult {
  /** Undefined until it is read; null when it is not known, not visible or removed. */
  readonly task: FollowedTask | null | undefined;
}

export interface UseTasks extends LiveResult {
  /** Newest first; undefined until they are read. */
  readonly tasks: readonly FollowedTask[] | undefined;
  /** The sources that could not be read: the list is then partial. */
  readonly sourceErrors: readonly SourceError[];
}

export interface UseTaskStats extends LiveResult {
  /** Undefined until they are counted. */
  readonly stats: TaskStats | undefined;
}

/** `initialTask` is shown on a server, and in a browser until the gateway has told of a newer one. */
export function useTask(id: string, options: LiveOptions & { readonly initialTask?: FollowedTask } = {}): UseTask {
  const { initialTask, pause } = options;
  const start = useMemo(() => startTask(id), [id]);
  const { value, ...rest } = useLive<FollowedTask | null>(`task ${id}`, start, pause);
  return { task: value === undefined && initialTask?.id === id ? initialTask : value, ...rest };
}

/**
 * `limit`: how many tasks are kept at most; 200 by default. A filter that says the same is the same. With `stale` or
 * `overdue` in it the list is read anew when its counts move, which the gateway looks for every 5 s.
 */
export function useTasks(filter: TaskFilter = {}, options: LiveOptions & { readonly limit?: number } = {}): UseTasks {
  const { limit = 200, pause } = options;
  const text = JSON.stringify(filter);
  const start = useMemo(() => startTasks(JSON.parse(text) as TaskFilter, limit), [text, limit]);
  const { value, ...rest } = useLive<LiveTasks>(`tasks ${limit} ${text}`, start, pause);
  return { tasks: value?.tasks, sourceErrors: value?.sourceErrors ?? NONE, ...rest };
}

export function useTaskStats(filter: TaskFilter = {}, { pause }: LiveOptions = {}): UseTaskStats {
  const text = JSON.stringify(filter);
  const start = useMemo(() => startStats(JSON.parse(text) as TaskFilter), [text]);
  const { value, ...rest } = useLive<TaskStats>(`stats ${text}`, start, pause);
  return { stats: value, ...rest };
}

export function useConnection(): ConnectionStatus {
  const { status } = useTaskgate();
  return useSyncExternalStore(status.subscribe, status.get, status.get);
}

/** @throws Error outside a `TaskgateProvider` */
export function useTaskgate(): Taskgate {
  const taskgate = useContext(TaskgateContext);
  if (!taskgate) throw new Error('No TaskgateProvider around this component');
  return taskgate;
}

const NONE: readonly SourceError[] = [];
const nothing = (): undefined => undefined;

interface Held {
  readonly key: string;
  readonly snapshot: Live<unknown> | undefined;
}

/** Keyed snapshots: another key has another one, so what was shown under the former is never shown under it. */
function useLive<Value>(
  key: string,
  start: Start<Value>,
  pause = false,
): LiveResult & { readonly value: Value | undefined } {
  const taskgate = useTaskgate();
  const stores = liveStoresOf(taskgate);
  const subscribe = useCallback(
    (listener: () => void) => (pause ? nothing : stores.subscribe(key, start as Start<unknown>, listener)),
    [stores, key, start, pause],
  );
  const get = useCallback(() => stores.get(key), [stores, key]);
  const current = useSyncExternalStore(subscribe, get, nothing);
  const retry = useCallback(() => stores.retry(key), [stores, key]);
  const { state } = useConnection();

  // What a pause has frozen; it stays until there is something newer.
  const [held, setHeld] = useState<Held | null>(null);
  const frozen = held?.key === key ? held : null;
  if (pause && !frozen) setHeld({ key, snapshot: current });
  if (!pause && held && (!frozen || current)) setHeld(null);
  const shown = ((pause || !current) && frozen ? frozen.snapshot : current) as Live<Value | undefined> | undefined;
  return { value: shown?.value, error: shown?.error ?? null, live: state === 'live' && !pause, retry };
}
