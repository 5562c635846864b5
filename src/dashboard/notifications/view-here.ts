import { useLocation, useSearch } from 'wouter';
import { usePanelTask } from '../board/board-page.js';
import { scopeOf } from './bell-state.js';

/** The address of what the board shows, whatever its statuses; null where no board is shown. */
export function useViewHere(): string | null {
  const [path] = useLocation();
  const search = useSearch();
  const panel = usePanelTask();
  if (panel) return scopeOf(panel.board);
  return path === '/' ? scopeOf(search) : null;
}
