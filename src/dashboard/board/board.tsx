import { useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { TaskStats } from '../../client/index.js';
import { useTaskStats } from '../../client/react.js';
import { ErrorPanel } from '../error-panel.js';
import { useWords } from '../preferences.js';
import type { BoardState } from './board-state.js';
import { Counters } from './counters.js';
import { Filters } from './filters.js';
import { formatFilter, parseFilter, toTaskFilter, type BoardFilter } from './filter-url.js';
import { Summary } from './summary.js';
import { TaskTable } from './task-table.js';
import { useBoard } from './use-board.js';

export function Board({ onSearch }: { readonly onSearch: (search: string) => void }): ReactNode {
  const words = useWords();
  const [, navigate] = useLocation();
  const search = useSearch();
  const filter = useMemo(() => parseFilter(search), [search]);
  const canonical = formatFilter(filter);
  useEffect(() => onSearch(canonical), [canonical, onSearch]);

  const taskFilter = useMemo(() => toTaskFilter(parseFilter(canonical)), [canonical]);
  const facets = formatFilter({ ...filter, statuses: [] });
  const counts = useTaskStats(useMemo(() => toTaskFilter(parseFilter(facets)), [facets]));
  // The list fails for the same reason and says it; unknown counts are shown as unknown.
  const stats = counts.error ? null : (counts.stats ?? null);

  const list = useRef<HTMLDivElement>(null);
  const hold = useCallback(() => {
    const box = list.current;
    return box !== null && (box.getBoundingClientRect().top < 0 || box.contains(document.activeElement));
  }, []);
  const { state, retry, showWaiting } = useBoard(taskFilter, hold);
  const retryAll = (): void => {
    retry();
    counts.retry();
  };
  const change = (next: BoardFilter, replace = false): void => navigate(`/${formatFilter(next)}`, { replace });

  return (
    <>
      <h1 className="visually-hidden">{words.board}</h1>
      <Counters stats={stats} filter={filter} onChange={change} />
      <Filters stats={stats} filter={filter} onChange={change} />
      {state.sourceErrors.length > 0 && (
        <p className="notice notice-stale">
          {words.partial(state.sourceErrors.map(({ service, account }) => `${service} · ${account}`).join(', '))}
        </p>
      )}
      {state.error && <ErrorPanel error={state.error} onRetry={retryAll} />}
      {state.waiting.length > 0 && (
        <button type="button" className="new-tasks" onClick={showWaiting}>
          {words.newTasks(state.waiting.length)}
        </button>
      )}
      <div ref={list} className="list" aria-busy={state.phase === 'loading'}>
        <List state={state} filtered={canonical !== ''} onClear={() => navigate('/')} />
      </div>
      <Summary state={state} total={totalOf(stats, filter)} />
    </>
  );
}

interface ListProps {
  readonly state: BoardState;
  readonly filtered: boolean;
  readonly onClear: () => void;
}

function List({ state, filtered, onClear }: ListProps): ReactNode {
  const words = useWords();
  if (state.rows.length > 0) return <TaskTable rows={state.rows} />;
  if (state.phase === 'loading') return <p className="notice notice-late">{words.loading}</p>;
  if (state.phase === 'failed') return null;
  return filtered ? (
    <div className="notice">
      <p>{words.noMatch}</p>
      <button type="button" onClick={onClear}>
        {words.clearFilters}
      </button>
    </div>
  ) : (
    <div className="notice">
      <p>
        <strong>{words.noTasks}</strong>
      </p>
      <p>{words.noTasksHint}</p>
    </div>
  );
}

function totalOf(stats: TaskStats | null, { statuses }: BoardFilter): number | null {
  if (!stats) return null;
  if (statuses.length === 0) return stats.total;
  return stats.byStatus.reduce((sum, { status, count }) => sum + (statuses.includes(status) ? count : 0), 0);
}
