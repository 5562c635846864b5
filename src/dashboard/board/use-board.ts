import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { TaskFilter, TaskOrder, TaskStats } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { noteReset } from '../resets.js';
import { serverNow } from '../server-clock.js';
import { createBoardStore, type BoardState, type BoardStore, type Mark } from './board-store.js';
import { readTasks, usePacedRead } from './use-paced-read.js';

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
      onReset: noteReset,
      now: serverNow,
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

const MARKED_PAGE = 200;

/**
 * Which tasks are stale or overdue is told by no event: they are read again when their number has moved. No filter: none
 * of them is shown as such.
 */
export function useMarkedRows(store: BoardStore, mark: Mark, filter: TaskFilter | null, stats: TaskStats | null): void {
  const text = useMemo(() => filter && JSON.stringify({ ...filter, [mark]: true }), [filter, mark]);
  const count = (text !== null && stats?.[mark]) || null;
  const none = text !== null && stats?.[mark] === 0;
  const read = useCallback(
    async (signal: AbortSignal): Promise<void> => {
      if (text === null) return;
      const variables = { filter: JSON.parse(text) as TaskFilter, order: 'CREATED_DESC', first: MARKED_PAGE } as const;
      const { nodes, pageInfo } = await readTasks(variables, signal);
      if (!signal.aborted) store.setMarked(mark, nodes, !pageInfo.hasNextPage);
    },
    [store, mark, text],
  );
  usePacedRead(read, count);
  useEffect(() => {
    if (none) store.setMarked(mark, [], true);
  }, [store, mark, none]);
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
