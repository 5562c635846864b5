import {
  compareTasks,
  type ResetCause,
  type SourceError,
  type TaskFilter,
  type Taskgate,
  type TaskgateError,
  type TaskList,
  type TaskOrder,
  type TaskUpdate,
} from '../../client/index.js';
import { createBoardRows, type BoardRow } from './board-rows.js';
import type { BoardTask } from './board-task.js';
import { FIRST_PAGE, MOST_READ, readPages, type PageReaderOptions } from './page-reader.js';

export interface BoardState {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly error: TaskgateError | null;
  /** Until when the rows were kept up, in milliseconds since 1970 by this machine's clock; null while they are. */
  readonly oldSince: number | null;
  readonly rows: readonly BoardRow[];
  /** New tasks that are held back, so that nothing moves under the reader's eyes. */
  readonly waiting: number;
  /** Set while the rows are frozen: since when, and how many tasks have changed since. */
  readonly pause: { readonly since: number; readonly changed: number; readonly overflown: boolean } | null;
  /** How many rows have left the filter. */
  readonly left: number;
  /** How many tasks there were when the list was read. */
  readonly totalCount: number;
  /** All tasks of the filter are here. */
  readonly complete: boolean;
  /** As many are here as are read of one list, and there are more. */
  readonly full: boolean;
  readonly sourceErrors: readonly SourceError[];
  /** Since the board was opened. */
  readonly finished: number;
  readonly failed: number;
}

export type Mark = 'stale' | 'overdue';

export interface BoardStore {
  get(): BoardState;
  subscribe(listener: () => void): () => void;
  /** Reads the list and follows it; what it gives back ends that. */
  start(): () => void;
  /** Reads the list again. */
  reload(): void;
  pause(): void;
  resume(): void;
  /** Inserts what waits. */
  showWaiting(): void;
  tidy(keep: (row: BoardRow, index: number) => boolean): void;
  /** The tasks that are stale or overdue now, of which no event tells; `all`: no other is. */
  setMarked(mark: Mark, tasks: readonly BoardTask[], all: boolean): void;
  /** Judges by a narrower filter without reading anything: a window of time that has moved on. */
  narrow(filter: TaskFilter): void;
}

export interface BoardStoreOptions {
  readonly taskgate: Pick<Taskgate, 'followTasks' | 'query'>;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  /** What was shown before; it stays, marked as loading, until the list is here. */
  readonly before: BoardState | undefined;
  /** Whether new rows must wait. */
  readonly hold: () => boolean;
  /** Calls back once, at the next frame; what comes until then is shown together. */
  readonly atFrame: (show: () => void) => void;
  readonly wait: PageReaderOptions['wait'];
  readonly toError: (cause: unknown) => TaskgateError;
  /** Told when the list had to be read again, because its stream could not go on. */
  readonly onReset: (cause: ResetCause) => void;
  readonly now: () => number;
}

/** How many rows there are, those included that are still to be read: none is waited for in vain. */
export function rowsInReach({ rows, full }: Pick<BoardState, 'rows' | 'full'>, total: number): number {
  return full ? rows.length : Math.max(rows.length, Math.min(total, MOST_READ));
}

/** What is collected while the rows are frozen, or new ones held back. */
const MOST_COLLECTED = 5_000;
const RETRY_MS = 5_000;

export function createBoardStore(options: BoardStoreOptions): BoardStore {
  const { taskgate, order, hold, atFrame, now } = options;
  let { filter } = options;
  const rows = createBoardRows(order, filter);
  const compare = compareTasks(order);
  const waiting = new Map<string, BoardTask>();
  /** Some that waited were let go of: the list is read again when the others are shown. */
  let tooManyWaited = false;
  /** Changes of tasks that a page on its way may bring as they were before. */
  let aside: Map<string, BoardTask> | undefined;
  let collected: Map<string, TaskUpdate> | undefined;
  let overflown = false;
  /** What was read of marked tasks while the rows were frozen. */
  const markedNews = new Map<Mark, () => void>();
  let pausedAt = 0;
  /** Where the pages read so far end; null when there is nothing behind them. */
  let end: BoardTask | null = null;
  let controller: AbortController | undefined;
  let pages: AbortController | undefined;

  let state: BoardState = {
    phase: 'loading',
    error: null,
    oldSince: null,
    rows: options.before?.rows ?? [],
    waiting: 0,
    pause: null,
    left: 0,
    totalCount: 0,
    complete: false,
    full: false,
    sourceErrors: [],
    finished: options.before?.finished ?? 0,
    failed: options.before?.failed ?? 0,
  };
  let pending: Partial<BoardState> | undefined;
  const listeners = new Set<() => void>();

  const show = (): void => {
    if (waiting.size > 0 && !hold() && !collected) insertWaiting();
    const changes = pending;
    const all = current().phase === 'loading' ? state.rows : rows.all();
    const left = all === state.rows ? state.left : all.reduce((sum, row) => sum + (row.left === null ? 0 : 1), 0);
    const pause = collected ? { since: pausedAt, changed: collected.size, overflown } : null;
    pending = undefined;
    state = { ...state, ...changes, rows: all, left, waiting: waiting.size, pause };
    for (const listener of [...listeners]) listener();
  };
  const showSoon = (changes: Partial<BoardState> = {}): void => {
    if (!pending) atFrame(show);
    pending = { ...pending, ...changes };
  };
  const current = (): BoardState => ({ ...state, ...pending });

  const insertWaiting = (): void => {
    rows.insert([...waiting.values()]);
    waiting.clear();
    if (tooManyWaited) {
      tooManyWaited = false;
      begin();
    }
    // A board that is open for days holds no more than one that was opened just now.
    if (!rows.keepFirst(MOST_READ)) return;
    pages?.abort();
    aside = undefined;
    end = rows.all().at(-1)?.task ?? null;
    showSoon({ complete: false, full: true });
  };
  const holdBack = (task: BoardTask): void => {
    waiting.set(task.id, task);
    const [oldest] = waiting.keys();
    if (oldest === undefined || waiting.size <= MOST_COLLECTED) return;
    waiting.delete(oldest);
    tooManyWaited = true;
  };

  const takeTask = (task: BoardTask): void => {
    if (rows.change(task)) return;
    const known = waiting.get(task.id);
    if (known && known.seq > task.seq) return;
    waiting.delete(task.id);
    if (end && compare(task, end) > 0) {
      aside?.set(task.id, task);
      return;
    }
    if (rows.matches(task)) holdBack(task);
  };

  const takeUpdate = (update: TaskUpdate): void => {
    const { kind, task, previousStatus } = update;
    if (kind === 'removed') {
      rows.leave(task.id);
      waiting.delete(task.id);
      aside?.delete(task.id);
      return;
    }
    if (task.done && previousStatus !== task.status) {
      const { finished, failed } = current();
      showSoon({ finished: finished + 1, failed: failed + (task.status === 'FAILED' ? 1 : 0) });
    }
    takeTask(task);
  };

  const takeList = (list: TaskList): void => {
    pages?.abort();
    waiting.clear();
    tooManyWaited = false;
    aside = undefined;
    rows.clear();
    rows.append(list.tasks);
    if (collected) collected.clear();
    markedNews.clear();
    overflown = false;
    const { totalCount, sourceErrors, endCursor } = list;
    end = endCursor === null ? null : (list.tasks.at(-1) ?? null);
    showSoon({
      phase: 'ready',
      error: null,
      oldSince: null,
      totalCount,
      sourceErrors,
      complete: end === null,
      full: false,
    });
    if (list.reason !== 'initial') options.onReset(list.reason);
    if (endCursor !== null) readOn(endCursor, list.tasks.length);
  };

  const readOn = (from: string, loaded: number): void => {
    if (!controller) return;
    const reading = new AbortController();
    pages = reading;
    const signal = AbortSignal.any([reading.signal, controller.signal]);
    const asked = (): void => void (aside = new Map());
    const read: PageReaderOptions['read'] = (tasks, behind) => {
      const newest = tasks.map((task) => {
        const changed = aside?.get(task.id);
        return changed && changed.seq > task.seq ? changed : task;
      });
      aside = undefined;
      rows.append(newest.filter((task) => rows.has(task.id) || rows.matches(task)));
      for (const { id } of tasks) waiting.delete(id);
      end = behind === 'nothing' ? null : (tasks.at(-1) ?? end);
      showSoon({ complete: behind === 'nothing', full: behind === 'unread' });
    };
    void readPages({ ...options, filter, signal, asked, read }, from, loaded);
  };

  const take = (update: TaskUpdate | TaskList): void => {
    if (update.kind === 'list') {
      // What is frozen stays; what it has become is read when it may move again.
      if (collected && current().phase === 'ready') overflown = true;
      else takeList(update);
    } else if (!collected) takeUpdate(update);
    else if (collected.has(update.task.id) || collected.size < MOST_COLLECTED) collected.set(update.task.id, update);
    else overflown = true;
    showSoon();
  };

  const follow = async (signal: AbortSignal): Promise<void> => {
    const over = (): boolean => signal.aborted;
    while (!over()) {
      try {
        for await (const update of taskgate.followTasks(filter, { signal, limit: FIRST_PAGE, order })) take(update);
      } catch (cause) {
        if (over()) return;
        const error = options.toError(cause);
        showSoon({ phase: 'failed', error, oldSince: current().oldSince ?? Date.now() });
        if (!error.retryable) return;
        await options.wait(error.retryAfterMs ?? RETRY_MS, signal);
      }
    }
  };
  const begin = (): void => {
    controller?.abort();
    controller = new AbortController();
    void follow(controller.signal);
  };

  const setMarked = (mark: Mark, tasks: readonly BoardTask[], all: boolean): void => {
    const ids = new Set(tasks.map(({ id }) => id));
    for (const { task } of all ? rows.all() : []) {
      if (ids.has(task.id)) continue;
      if (mark === 'stale' && task.stale) rows.refresh(task.id, { stale: false });
      if (mark === 'overdue' && task.estimate?.overdue === true) {
        rows.refresh(task.id, { estimate: { ...task.estimate, overdue: false } });
      }
    }
    tasks.forEach(takeTask);
  };

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      begin();
      return () => controller?.abort();
    },
    reload() {
      showSoon({ phase: 'loading', error: null });
      begin();
    },
    pause() {
      if (collected) return;
      collected = new Map();
      overflown = false;
      pausedAt = now();
      showSoon();
    },
    resume() {
      if (!collected) return;
      const updates = [...collected.values()];
      const reload = overflown;
      collected = undefined;
      if (reload) begin();
      else updates.forEach(takeUpdate);
      for (const take of markedNews.values()) take();
      markedNews.clear();
      showSoon();
    },
    showWaiting() {
      insertWaiting();
      showSoon();
    },
    tidy(keep) {
      rows.tidy(keep);
      showSoon();
    },
    setMarked(mark, tasks, all) {
      if (collected) markedNews.set(mark, () => setMarked(mark, tasks, all));
      else setMarked(mark, tasks, all);
      showSoon();
    },
    narrow(next) {
      filter = next;
      rows.narrow(next);
      showSoon();
    },
  };
}
