import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { TaskStats } from '../../client/index.js';
import { useConnection, useTaskStats } from '../../client/react.js';
import { ErrorPanel } from '../error-panel.js';
import { OldData } from '../old-data.js';
import { useWords } from '../preferences.js';
import { byServerClock } from '../server-clock.js';
import { useTab } from '../tab.js';
import { Attention } from './attention.js';
import { useBoardKeys } from './board-keys.js';
import { rowsInReach, type BoardState } from './board-store.js';
import { columnsOf, toggleColumn } from './columns.js';
import { Counters, countOf, viewInWords } from './counters.js';
import { Chips, Filters } from './filters.js';
import { ListFooter } from './list-footer.js';
import { ListNotice } from './list-notice.js';
import { LiveSwitch } from './live-switch.js';
import { pathOf } from './task-row.js';
import { TaskTable } from './task-table.js';
import { useBoard, useMarkedRows } from './use-board.js';
import { DENSITIES, useDensity } from './use-density.js';
import { useKept } from './use-kept.js';
import { usePlace } from './use-place.js';
import { useSources } from './use-sources.js';
import { useTidyBehind } from './use-tidy-behind.js';
import { useView } from './use-view.js';
import { useWindowStart } from './use-window-start.js';
import {
  DEFAULT_ORDER,
  facetsOf,
  formatScope,
  formatView,
  ORDERS,
  toTaskFilter,
  withoutFilters,
  type BoardView,
} from './view.js';

interface BoardProps {
  /** The view, with its `?`. */
  readonly address: string;
  readonly onAddress: (address: string, replace: boolean) => void;
  /** The task that is shown beside the board. */
  readonly selectedId: string | null;
  readonly onOpen: (id: string) => void;
}

export function Board({ address, onAddress, selectedId, onOpen }: BoardProps): ReactNode {
  const words = useWords();
  const replace = useCallback((next: string) => onAddress(next, true), [onAddress]);
  const [view, canonical] = useView(address, replace);
  const change = (next: BoardView, inPlace = false): void => onAddress(formatView(next), inPlace);
  const sources = useSources();
  const { filter, order, facets, key, scope } = useQuery(view, sources.services);

  const counts = useTaskStats(facets);
  // The list fails for the same reason and says it; unknown counts are shown as unknown.
  const latestStats = useKept(scope, counts.stats ?? null);
  const stats = counts.error ? null : latestStats;
  const exact = useKept(key, useTaskStats(isCountedByStatus(view) ? facets : filter).stats ?? null);

  useTab(selectedId === null ? viewInWords(view, words) : undefined);
  const box = useRef<HTMLDivElement>(null);
  const hold = useCallback(() => isHeld(box.current), []);
  const { state, store } = useBoard({ key, filter, order }, view.live, hold);
  useMarkedRows(store, 'stale', facets, stats);
  useMarkedRows(store, 'overdue', view.overdue ? filter : null, stats);
  const [density, setDensity] = useDensity();
  const rowHeight = DENSITIES[density];
  const [currentId, setCurrentId] = useState<string | null>(selectedId);
  usePlace(box, canonical, state.phase === 'ready');
  const tidyBehind = useTidyBehind(box, store, state, rowHeight, currentId);
  const total = totalOf(exact, view, state);
  const frozenAt = useFrozenAt(state);
  const columns = useMemo(() => columnsOf(view), [view]);

  const showWaiting = (): void => {
    box.current?.scrollTo({ top: 0 });
    store.showWaiting();
  };
  const step = (by: number): void => {
    const { rows } = state;
    const at = rows.findIndex(({ task }) => task.id === currentId);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
    if (!next || !box.current) return;
    setCurrentId(next.task.id);
    focusRow(box.current, next.task.id, rows.indexOf(next), rowHeight);
  };
  const openCurrent = (open: (id: string) => void) => (): void => {
    if (currentId !== null) open(currentId);
  };
  useBoardKeys({
    p: () => change({ ...view, live: !view.live }, true),
    n: showWaiting,
    j: () => step(1),
    k: () => step(-1),
    o: openCurrent((id) => window.open(pathOf(id), '_blank', 'noopener')),
  });
  useBoardKeys({ ArrowDown: () => step(1), ArrowUp: () => step(-1) }, box);
  const retry = (): void => {
    store.reload();
    counts.retry();
  };

  return (
    <section className="board">
      <h1 className="visually-hidden">{words.board}</h1>
      <Counters stats={stats} view={view} />
      <Attention stats={stats} view={view} filter={facets} scopeKey={scope} troubledSources={sources.troubled} />
      <div role="group" aria-label={words.boardPage.filtersLabel} tabIndex={-1}>
        <div className="board-tools">
          <Filters view={view} sources={sources} onChange={change} />
          <LiveSwitch
            live={view.live}
            pause={state.pause}
            onSwitch={() => change({ ...view, live: !view.live }, true)}
          />
        </div>
        <Chips view={view} sources={sources} onChange={change} />
      </div>
      {state.sourceErrors.length > 0 && (
        <p className="notice notice-stale" role="status">
          {words.partial(
            state.sourceErrors.length,
            Math.max(sources.count, state.sourceErrors.length),
            state.sourceErrors.map(({ service, account }) => `${service} · ${account}`).join(words.listSeparator),
          )}
        </p>
      )}
      {state.error && <ErrorPanel error={state.error} onRetry={retry} />}
      {state.error && state.rows.length > 0 && state.oldSince !== null && <OldData readAt={state.oldSince} />}
      <div
        ref={box}
        className="list"
        tabIndex={-1}
        data-density={density}
        data-dimmed={state.phase === 'ready' ? undefined : ''}
        aria-busy={state.phase === 'loading'}
        onScroll={tidyBehind}
      >
        {state.waiting > 0 && (
          <button type="button" className="new-tasks" aria-keyshortcuts="n" onClick={showWaiting}>
            {words.newTasks(state.waiting > 999 ? '999+' : String(state.waiting))}
          </button>
        )}
        {state.rows.length > 0 ? (
          <TaskTable
            box={box}
            label={words.tableLabel(words.boardPage.orders[view.order] ?? words.boardPage.orders[DEFAULT_ORDER] ?? '')}
            rows={state.rows}
            count={rowsInReach(state, total)}
            rowHeight={rowHeight}
            currentId={currentId}
            onCurrent={setCurrentId}
            selectedId={selectedId}
            onOpen={(id, how) => (how === 'tab' ? window.open(pathOf(id), '_blank', 'noopener') : onOpen(id))}
            frozenAt={frozenAt}
            columns={columns}
            chosen={view.columns !== null}
          />
        ) : (
          <ListNotice phase={state.phase} view={view} onClear={() => change(withoutFilters(view))} />
        )}
      </div>
      <ListFooter
        state={state}
        total={total}
        density={density}
        onDensity={setDensity}
        columns={columns}
        onColumn={(column) => change(toggleColumn(view, column), true)}
        onTidy={() => store.tidy(() => false)}
      />
    </section>
  );
}

interface Query {
  readonly key: string;
  /** The same for what the counters count. */
  readonly scope: string;
  readonly filter: ReturnType<typeof toTaskFilter>;
  readonly facets: ReturnType<typeof toTaskFilter>;
  readonly order: (typeof ORDERS)[string];
}

/** What the gateway is asked for. A window of time moves on without another list being asked for. */
function useQuery(view: BoardView, services: ReadonlySet<string>): Query {
  const now = useWindowStart(view.created);
  const asked = formatView({ ...view, live: true, columns: null, others: [] });
  const scope = formatScope(view);
  const unknown = view.services.filter((service) => !services.has(service)).join();
  return useMemo(() => {
    const known = { services };
    return {
      key: `${asked} ${unknown}`,
      scope: `${scope} ${unknown}`,
      filter: toTaskFilter(view, known, now),
      facets: toTaskFilter(facetsOf(view), known, now),
      order: ORDERS[view.order] ?? ORDERS[DEFAULT_ORDER] ?? 'CREATED_DESC',
    };
    // `asked` says all of the view that matters here.
  }, [asked, scope, unknown, services, now]);
}

/** Under somebody's hand, eyes or focus nothing moves. */
function isHeld(box: HTMLElement | null): boolean {
  return box !== null && (box.scrollTop > 0 || box.matches(':hover') || box.contains(document.activeElement));
}

const FROZEN_AFTER_MS = 3_000;

/** Clocks in rows stand still while the board is paused, and when nothing is heard of the gateway. */
function useFrozenAt({ pause }: BoardState): number | null {
  const { state, since, lostAt } = useConnection();
  const blindFrom = lostAt ?? since;
  const [blindSince, setBlindSince] = useState<number | null>(null);
  const hears = state === 'live' || state === 'connecting';
  useEffect(() => {
    if (hears) {
      setBlindSince(null);
      return undefined;
    }
    // The connection counts by this machine's clock, the rows by the gateway's.
    const freeze = (): void => setBlindSince(byServerClock(blindFrom));
    const timer = setTimeout(freeze, FROZEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [hears, blindFrom]);
  return pause ? pause.since : blindSince;
}

/** The row may be far away: it is scrolled to first, and drawn by the next frame. */
function focusRow(box: HTMLElement, id: string, at: number, rowHeight: number): void {
  const top = at * rowHeight;
  const head = box.querySelector('thead')?.clientHeight ?? 0;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + rowHeight + head > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + rowHeight + head - box.clientHeight;
  }
  const focus = (): void =>
    box.querySelector<HTMLElement>(`tr[data-task="${CSS.escape(id)}"] a`)?.focus({ preventScroll: true });
  requestAnimationFrame(() => requestAnimationFrame(focus));
}

function isCountedByStatus({ open, stale, overdue }: BoardView): boolean {
  return !open && !stale && !overdue;
}

function totalOf(stats: TaskStats | null, view: BoardView, state: BoardState): number {
  if (state.phase !== 'ready') return 0;
  const loaded = state.rows.length - state.left;
  if (state.complete) return loaded;
  if (!stats) return Math.max(loaded, state.totalCount);
  const { statuses } = view;
  if (!isCountedByStatus(view) || statuses.length === 0) return Math.max(loaded, stats.total);
  return statuses.reduce((sum, status) => sum + countOf(stats, status), 0);
}
