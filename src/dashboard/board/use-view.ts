import { useEffect, useMemo } from 'react';
import { formatView, parseView, type BoardView } from './view.js';

export const LAST_VIEW = 'taskgate.view';

let opened = false;

/**
 * The view that an address says. The bare address with which the page is opened says the one that was used last; any
 * other address wins over it, and whoever clears the filters later wants them cleared.
 */
export function useView(address: string, replace: (address: string) => void): readonly [BoardView, string] {
  const canonical = useMemo(() => formatView(parseView(address)), [address]);
  const view = useMemo(() => parseView(canonical), [canonical]);
  useEffect(() => {
    const first = !opened;
    opened = true;
    const last = localStorage.getItem(LAST_VIEW) ?? '';
    if (first && canonical === '' && last !== '') replace(last);
    else localStorage.setItem(LAST_VIEW, formatView({ ...view, live: true, others: [] }));
  }, [view, canonical, replace]);
  return [view, canonical];
}
