import { createBackoff } from './backoff.js';
import { systemClock, type Clock } from './clock.js';
import { createConnection } from './connection.js';
import { createFollower, type Follower } from './follower.js';
import { followTask } from './follow-task.js';
import { followTasks } from './follow-tasks.js';
import { createFreshStarts } from './fresh-starts.js';
import { FollowStatsDocument } from './generated/documents.js';
import { currentPage, type Page } from './page.js';
import type { Ask, Parts } from './parts.js';
import { sendQuery, type Answer, type AuthReason } from './query.js';
import type { WebSocketConstructor } from './socket.js';
import { createStatus, type StatusStore } from './status.js';
import { stream } from './stream.js';
import type {
  FollowedTask,
  TaskFilter,
  TaskList,
  TaskOrder,
  TaskReset,
  TaskStats,
  TaskUpdate,
  WaitedTask,
} from './task.js';
import { TaskgateError } from './taskgate-error.js';
import { waitForTask } from './wait-for-task.js';

export interface TaskgateOptions {
  /** Of `/graphql`, over HTTP. The socket's address is made from it. */
  readonly url: string;
  /** The `authorization` to send, asked for before every connection; null for none. */
  readonly auth?: (why: AuthReason) => string | null | Promise<string | null>;
  /**
   * A WebSocket constructor, where there is no global one; null for none. Without any, and where sockets turn out to be
   * impossible, server-sent events are read.
   */
  readonly webSocket?: unknown;
  readonly fetch?: typeof fetch;
  /** 0 ≤ x < 1 */
  readonly random?: () => number;
  readonly clock?: Clock;
  /** Default: the browser's, and in Node one that is always seen. */
  readonly page?: Page;
  /** Bounds of the wait between tries. Default: 500 ms and 30 s. */
  readonly backoff?: { readonly baseMs: number; readonly capMs: number };
  /** How long a silent socket is trusted. Default: 15 s. */
  readonly pingMs?: number;
  /** How long the socket outlives its last follower. Default: 3 s. */
  readonly idleCloseMs?: number;
  /** How long a hidden page keeps its connection; it goes on from its cursors when it is seen. Default: 5 min. */
  readonly hiddenCloseMs?: number;
  /** Asked before a hidden page lets go of its connection: true when it is still needed, to notify somebody say. */
  readonly keepAwake?: () => boolean;
}

export interface FollowOptions {
  /** The cursor of an update: the first one is then the one behind it. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

export interface Taskgate {
  readonly status: StatusStore;
  /** @throws TaskgateError when nothing that can be read came back */
  query<Data>(
    document: string,
    variables?: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Answer<Data>>;
  /**
   * The task as it is and then each of its changes, in order and without a gap. Ends behind the final state, or when
   * the task is removed; its end value is the task, null when it is not known.
   *
   * @throws TaskgateError, from `next`, when another try would not help
   */
  followTask(id: string, options?: FollowOptions): Follower<TaskUpdate | TaskReset, FollowedTask | null>;
  /**
   * The tasks of the filter and then each change of one that is in it or was. Never ends. With `after`, the list is
   * left out. `limit`: how many tasks a list holds at most; 200 by default. `order`: newest first by default.
   * With `stale` or `overdue` in the filter the changes are those of the filter without them, and that a task becomes
   * stale or overdue, or no longer is, makes none: `followStats` tells when to read the list again.
   */
  followTasks(
    filter?: TaskFilter,
    options?: FollowOptions & { readonly limit?: number; readonly order?: TaskOrder },
  ): Follower<TaskUpdate | TaskList>;
  /**
   * The task when it is done, or removed, or when `timeoutMs` is over; without it, it waits as long as it takes.
   *
   * @throws TaskgateError when another try would not help, NOT_FOUND say; the reason of `signal` when that is aborted
   */
  waitForTask(
    id: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<WaitedTask>;
  /** Counts, at once and on change. */
  followStats(filter?: TaskFilter, options?: Pick<FollowOptions, 'signal'>): Follower<TaskStats>;
  /**
   * Does not wait for the next try, and looks whether an open connection still is one; also takes up again what stopped
   * because the credential was refused. What a browser tells of its network and its page does not need it.
   */
  reconnectNow(): void;
  close(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 10_000;

/** Opens nothing by itself: the connection comes with the first follower. */
export function createTaskgate(options: TaskgateOptions): Taskgate {
  const { url, auth = () => null, random = Math.random, clock = systemClock } = options;
  const { backoff = { baseMs: 500, capMs: 30_000 } } = options;
  const now = (): number => clock.now();
  const credential = shareAsks(auth);
  const status = createStatus(now);
  const closing = new AbortController();
  let aheadMs = 0;
  const send: typeof fetch = (...request) => (options.fetch ?? globalThis.fetch)(...request);
  const http = { url, fetch: send, credential, now, noteAhead: (ms: number): void => void (aheadMs = ms) };
  const ask: Ask = (document, variables, signal) => sendQuery(http, document.toString(), variables, signal);
  const answers = async (signal: AbortSignal): Promise<boolean> => {
    const limit = new AbortController();
    const timer = clock.setTimer(ANSWERS_WITHIN_MS, () => limit.abort());
    try {
      const { error } = await sendQuery(
        http,
        '{ __typename }',
        {},
        AbortSignal.any([limit.signal, closing.signal, signal]),
      );
      return !error?.retryable;
    } catch {
      return false;
    } finally {
      timer.cancel();
    }
  };
  const connection = createConnection({
    url,
    socketUrl: socketUrlOf(url),
    ask: credential,
    webSocket: (options.webSocket === undefined ? globalThis.WebSocket : options.webSocket) as
      WebSocketConstructor | null | undefined,
    fetch: send,
    random,
    clock,
    page: options.page ?? currentPage(),
    status,
    backoff,
    pingMs: options.pingMs ?? 15_000,
    idleCloseMs: options.idleCloseMs ?? 3_000,
    hiddenCloseMs: options.hiddenCloseMs ?? 300_000,
    keepAwake: options.keepAwake ?? (() => false),
    answers,
    serverNow: () => clock.now() + aheadMs,
  });
  const until = (signal?: AbortSignal): AbortSignal =>
    signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
  const freshStarts = (): ReturnType<Parts['freshStarts']> =>
    createFreshStarts(clock, createBackoff({ ...backoff, random }));
  const parts: Parts = { connection, ask, clock, freshStarts };

  return {
    status,
    query: (document, variables = {}, signal) => sendQuery(http, document, variables, signal),
    followTask: (id, { after, signal } = {}) =>
      createFollower((inner) => followTask(parts, id, after, inner), until(signal)),
    followTasks: (filter = {}, { after, signal, limit = 200, order = 'CREATED_DESC' } = {}) =>
      createFollower((inner) => followTasks(parts, filter, { after, limit, order }, inner), until(signal)),
    waitForTask: (id, { timeoutMs = Infinity, signal } = {}) => waitForTask(parts, id, timeoutMs, until(signal)),
    followStats: (filter = {}, { signal } = {}) =>
      createFollower(async function* (inner) {
        for await (const { event } of stream(connection, FollowStatsDocument, () => ({ filter }), inner)) {
          if (event) yield event;
        }
      }, until(signal)),
    reconnectNow: () => connection.retryNow(),
    close() {
      closing.abort(new TaskgateError('CLOSED', 'The client is closed'));
      connection.close();
      return Promise.resolve();
    },
  };
}

/** Whoever asks while an answer is on its way gets the same one. */
function shareAsks(auth: NonNullable<TaskgateOptions['auth']>): (why: AuthReason) => Promise<string | null> {
  const asked = new Map<AuthReason, Promise<string | null>>();
  return (why) => {
    const running = asked.get(why);
    if (running) return running;
    const answer = (async () => auth(why))().finally(() => asked.delete(why));
    asked.set(why, answer);
    return answer;
  };
}

function socketUrlOf(url: string): string {
  const { location } = globalThis as { readonly location?: Location };
  return new URL(url, location?.href).href.replace(/^http/, 'ws');
}
