import { Maximize2, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { later } from '../later.js';
import { useWords } from '../preferences.js';
import { Board } from './board.js';
import { useBoardKeys } from './board-keys.js';
import { pathOf } from './task-row.js';

const TaskView = later(() => import('../task/task-view.js').then((module) => module.TaskView));

/** What the history keeps of a task that was opened from the board: the view that stays beside it. */
interface OpenedFromBoard {
  readonly board: string;
}

const WIDE = '(min-width: 1280px)';

/** The task that the address names, when it was opened from the board and there is room beside it. */
export function usePanelTask(): { readonly id: string; readonly board: string } | null {
  const [path] = useLocation();
  const state = useHistoryState<Partial<OpenedFromBoard> | null>();
  const wide = useSyncExternalStore(subscribeToWidth, () => window.matchMedia(WIDE).matches);
  const [, id] = /^\/tasks\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined || typeof state?.board !== 'string' || !wide) return null;
  return { id: decodeURIComponent(id), board: state.board };
}

function subscribeToWidth(listener: () => void): () => void {
  const query = window.matchMedia(WIDE);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The board, and where there is room, the task that was opened from it. */
export function BoardPage({ onSearch }: { readonly onSearch: (search: string) => void }): ReactNode {
  const [, navigate] = useLocation();
  const search = useSearch();
  const panel = usePanelTask();
  const address = panel ? panel.board : search === '' ? '' : `?${search}`;
  const selectedId = panel?.id ?? null;
  useEffect(() => onSearch(address), [address, onSearch]);
  const [opened, setOpened] = useState<string | null>(null);
  const onAddress = useCallback(
    (next: string, replace: boolean) => {
      if (selectedId === null) navigate(`/${next}`, { replace });
      else navigate(pathOf(selectedId), { replace, state: { board: next } satisfies OpenedFromBoard });
    },
    [navigate, selectedId],
  );
  const open = (id: string): void => {
    setOpened(id);
    navigate(pathOf(id), { replace: selectedId !== null, state: { board: address } satisfies OpenedFromBoard });
  };
  const close = (): void => {
    navigate(`/${address}`);
    const id = selectedId ?? opened;
    if (id === null) return;
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`tr[data-task="${CSS.escape(id)}"] a`)?.focus());
  };
  return (
    <div className="board-page" data-panel={panel ? '' : undefined}>
      <Board address={address} onAddress={onAddress} selectedId={selectedId} onOpen={open} />
      {panel && <Panel id={panel.id} onClose={close} />}
    </div>
  );
}

function Panel({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactNode {
  const words = useWords();
  const panel = useRef<HTMLElement>(null);
  useBoardKeys({ Escape: onClose });
  return (
    <aside ref={panel} className="side-panel" aria-label={words.boardPage.panel} tabIndex={-1}>
      <p className="side-panel-tools">
        <Link className="quiet-link" href={pathOf(id)}>
          <Maximize2 size={14} aria-hidden />
          {words.boardPage.asPage}
        </Link>
        <button type="button" className="quiet" aria-label={words.boardPage.closePanel} onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </p>
      <TaskView key={id} id={id} />
    </aside>
  );
}
