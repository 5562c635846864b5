import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { BoardState, BoardStore } from './board-store.js';

const STILL_AFTER_MS = 200;

/**
 * Once scrolling has come to rest, rows that have left the filter are taken out where nobody sees them; what is in sight
 * stays where it is.
 */
export function useTidyBehind(
  box: RefObject<HTMLElement | null>,
  store: BoardStore,
  state: BoardState,
  rowHeight: number,
  currentId: string | null,
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shift = useRef(0);
  const latest = useRef({ state, currentId });
  useEffect(() => {
    latest.current = { state, currentId };
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    if (shift.current === 0) return;
    box.current?.scrollBy({ top: -shift.current });
    shift.current = 0;
  }, [box, state.rows]);

  return useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const element = box.current;
      const { state: now, currentId: current } = latest.current;
      if (!element || now.left === 0 || now.pause) return;
      const first = Math.floor(element.scrollTop / rowHeight);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight);
      const inSight = (index: number): boolean => index >= first && index <= last;
      const goes = ({ left, task }: (typeof now.rows)[number]): boolean => left !== null && task.id !== current;
      shift.current = now.rows.slice(0, first).filter(goes).length * rowHeight;
      const known = new Set(now.rows.filter((row, index) => !goes(row) || inSight(index)).map(({ task }) => task.id));
      store.tidy(({ task }) => known.has(task.id));
    }, STILL_AFTER_MS);
  }, [box, store, rowHeight]);
}
