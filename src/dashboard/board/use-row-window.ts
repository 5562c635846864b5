import { useLayoutEffect, useState, type RefObject } from 'react';

/** Rows that are drawn: `first` inclusive, `last` exclusive. */
export interface RowWindow {
  readonly first: number;
  readonly last: number;
}

/** With head, spacers and a focused row that was scrolled away. */
const MOST_ROWS_DRAWN = 55;
const OVERSCAN = 8;
/** The window moves in steps, so that scrolling by a pixel draws nothing. */
const STEP = 4;

/** All rows are equally high, so what is seen follows from the scroll position alone. */
export function useRowWindow(box: RefObject<HTMLElement | null>, rowHeight: number, count: number): RowWindow {
  const [place, setPlace] = useState({ top: 0, seen: 20 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = (): void => {
      const top = Math.floor(element.scrollTop / rowHeight / STEP) * STEP;
      const seen = Math.ceil(element.clientHeight / rowHeight) + 1;
      setPlace((before) => (before.top === top && before.seen === seen ? before : { top, seen }));
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      resized.disconnect();
    };
  }, [box, rowHeight]);
  return rowWindow(place.top, place.seen, count);
}

export function rowWindow(top: number, seen: number, count: number): RowWindow {
  const overscan = Math.max(2, Math.min(OVERSCAN, Math.floor((MOST_ROWS_DRAWN - seen - STEP) / 2)));
  const from = Math.min(top, Math.max(0, count - seen));
  const first = Math.max(0, from - overscan);
  const last = Math.min(count, from + seen + STEP + overscan, first + MOST_ROWS_DRAWN);
  return { first, last: Math.max(first, last) };
}
