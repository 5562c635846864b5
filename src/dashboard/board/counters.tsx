import type { ReactNode } from 'react';
import type { TaskStats, TaskStatus } from '../../client/index.js';
import { useWords } from '../preferences.js';
import { StatusIcon, STATUSES } from '../status-badge.js';
import type { BoardFilter } from './filter-url.js';

export interface FilterProps {
  /** Of all statuses, whichever the list is narrowed to. */
  readonly stats: TaskStats | null;
  readonly filter: BoardFilter;
  readonly onChange: (filter: BoardFilter, replace?: boolean) => void;
}

/** In a fixed order, so that nothing moves but the numbers. */
export function Counters({ stats, filter, onChange }: FilterProps): ReactNode {
  const words = useWords();
  const toggle = (status: TaskStatus): void => {
    const on = filter.statuses.includes(status);
    const statuses = STATUSES.filter((each) => (each === status ? !on : filter.statuses.includes(each)));
    onChange({ ...filter, statuses });
  };
  return (
    <div className="counters" role="group" aria-label={words.countersLabel}>
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          className="counter"
          data-status={status}
          data-none={countOf(stats, status) === 0 ? '' : undefined}
          aria-pressed={filter.statuses.includes(status)}
          onClick={() => toggle(status)}
        >
          <span className="counter-number">{stats ? countOf(stats, status) : '–'}</span>
          <span className="counter-word">
            <StatusIcon status={status} />
            {words.status[status]}
          </span>
        </button>
      ))}
      <dl className="facts-line">
        <Fact word={words.open} value={stats?.open} />
        <Fact word={words.stale} value={stats?.stale} attention />
        <Fact word={words.overdue} value={stats?.overdue} attention />
        <Fact word={words.total} value={stats?.total} />
      </dl>
    </div>
  );
}

interface FactProps {
  readonly word: string;
  readonly value: number | undefined;
  readonly attention?: boolean;
}

function Fact({ word, value, attention }: FactProps): ReactNode {
  return (
    <div data-attention={attention && value ? '' : undefined}>
      <dt>{word}</dt>
      <dd>{value ?? '–'}</dd>
    </div>
  );
}

function countOf(stats: TaskStats | null, status: TaskStatus): number {
  return stats?.byStatus.find((each) => each.status === status)?.count ?? 0;
}
