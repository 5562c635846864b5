import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { TaskFilter, TaskOrder, TaskStats } from '../../client/index.js';
import { ask, taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { PageOfTasksDocument } from '../generated/documents.js';
import { createBoardStore, type BoardState, type BoardStore } from './board-store.js';

export interface BoardQuery {
  /** Another key is another list. */
  readonly key: string;
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
}

export interface LiveBoard {
  readonly state: BoardState;
  readonly store: BoardStore;
}

/** `hold` says whether new rows must wait, so that nothing moves under the reader's eyes; it never changes. */
export function useBoard({ key, filter, order }: BoardQuery, live: boolean, hold: () => boolean): LiveBoard {
  const make = (before: BoardState | undefined): { readonly key: string; readonly store: BoardStore } => ({
    key,
    store: createBoardStore({
      taskgate,
      filter,
      order,
      before,
      hold,
      atFrame,
      wait: waitWhileSeen,
      toError: toTaskgateError,
      now: Date.now,
    }),
  });
  const [made, setMade] = useState(() => make(undefined));
  if (made.key !== key) setMade(make(made.store.get()));
  const { store } = made;
  useEffect(() => store.start(), [store]);
  useEffect(() => store.narrow(filter), [store, filter]);
  useEffect(() => (live ? store.resume() : store.pause()), [store, live]);
  return { state: useSyncExternalStore(store.subscribe, store.get), store };
}

const STALE_PAGE = 200;
/** A number that trembles is looked at once. */
const SETTLED_AFTER_MS = 1_000;

/** Which rows are stale is told by no event: they are read again when the number of stale tasks has moved. */
export function useStaleRows(store: BoardStore, filter: TaskFilter, stats: TaskStats | null): void {
  const stale = stats?.stale;
  const text = useMemo(() => JSON.stringify({ ...filter, stale: true }), [filter]);
  useEffect(() => {
    if (stale === undefined) return undefined;
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const variables = { filter: JSON.parse(text) as TaskFilter, order: 'CREATED_DESC', first: STALE_PAGE } as const;
      const { data } = await ask(PageOfTasksDocument, variables, controller.signal);
      if (data?.tasks) store.setStale(data.tasks.nodes, !data.tasks.pageInfo.hasNextPage);
    };
    const timer = setTimeout(() => void read().catch(() => undefined), stale === 0 ? 0 : SETTLED_AFTER_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [store, text, stale]);
}

/** Faster than anybody reads; what is typed meanwhile does not wait for the drawing of rows. */
const SHOW_EVERY_MS = 100;
let shownAt = -Infinity;

/** What comes alone is shown at the next frame, and what comes in crowds ten times a second. */
function atFrame(show: () => void): void {
  const showNow = (): void => {
    shownAt = performance.now();
    show();
  };
  const restMs = shownAt + SHOW_EVERY_MS - performance.now();
  // A hidden tab is given no frames.
  if (document.visibilityState === 'hidden') setTimeout(showNow, 1_000);
  else if (restMs <= 0) requestAnimationFrame(showNow);
  else setTimeout(() => atFrame(show), restMs);
}

/** Not before the browser has nothing better to do, and not while nobody looks. */
function waitWhileSeen(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    const look = (): void => {
      if (document.visibilityState === 'visible') end();
    };
    const timer = setTimeout(() => {
      document.addEventListener('visibilitychange', look);
      look();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
