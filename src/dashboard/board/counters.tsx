import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskStats, TaskStatus } from '../../client/index.js';
import { kindName } from '../kind-name.js';
import { useWords } from '../preferences.js';
import { StatusIcon } from '../status-badge.js';
import { STATUSES } from '../statuses.js';
import type { Words } from '../words/en.js';
import { createdName } from './created-name.js';
import { facetsOf, formatView, isStatus, isWhole, type BoardView } from './view.js';

interface CountersProps {
  /** Of all statuses, whichever the list is narrowed to. */
  readonly stats: TaskStats | null;
  readonly view: BoardView;
}

/** Links that switch a filter on and off, in a fixed order, so that nothing moves but the numbers. */
export function Counters({ stats, view }: CountersProps): ReactNode {
  const words = useWords();
  return (
    <nav className="counters" aria-label={words.countersLabel}>
      {STATUSES.map((status) => (
        <Counter
          key={status}
          word={words.status[status]}
          status={status}
          count={stats ? countOf(stats, status) : null}
          on={view.statuses.includes(status)}
          to={{ ...view, statuses: toggled(view.statuses, status) }}
        />
      ))}
      <span className="counters-rest">
        <Counter word={words.open} count={stats?.open ?? null} on={view.open} to={{ ...view, open: !view.open }} />
        <Counter
          word={words.stale}
          count={stats?.stale ?? null}
          on={view.stale}
          to={{ ...view, stale: !view.stale }}
          attention
        />
        <Counter
          word={words.overdue}
          count={stats?.overdue ?? null}
          on={view.overdue}
          to={{ ...view, overdue: !view.overdue }}
          attention
        />
      </span>
      {!isWhole(facetsOf(view)) && <p className="counts-for">{words.boardPage.countsFor(scopeInWords(view, words))}</p>}
    </nav>
  );
}

interface CounterProps {
  readonly word: string;
  readonly status?: TaskStatus;
  readonly count: number | null;
  readonly on: boolean;
  readonly to: BoardView;
  readonly attention?: boolean;
}

function Counter({ word, status, count, on, to, attention = false }: CounterProps): ReactNode {
  return (
    <Link
      className={status ? 'counter' : 'counter counter-small'}
      href={`/${formatView(to)}`}
      data-status={status}
      data-none={count === 0 ? '' : undefined}
      data-attention={attention && count !== null && count > 0 ? '' : undefined}
      aria-current={on ? 'true' : undefined}
    >
      <span className="counter-number">{count ?? '–'}</span>
      <span className="counter-word">
        {status && <StatusIcon status={status} />}
        {word}
      </span>
    </Link>
  );
}

function toggled(statuses: readonly string[], status: TaskStatus): readonly string[] {
  return statuses.includes(status) ? statuses.filter((each) => each !== status) : [...statuses, status];
}

export function countOf(stats: TaskStats, status: string): number {
  return stats.byStatus.find((each) => each.status === status)?.count ?? 0;
}

/** What the list is narrowed to, in words; undefined where that is nothing that has a name. */
export function viewInWords(view: BoardView, words: Words): string | undefined {
  const statuses = view.statuses.filter(isStatus).map((status) => words.status[status]);
  const text = [...statuses, scopeInWords(view, words)].filter((each) => each !== '').join(words.listSeparator);
  return text === '' ? undefined : text;
}

/** What the counters are narrowed to, in words. */
export function scopeInWords(view: BoardView, words: Words): string {
  const { accounts, services, kinds, resource, search, created } = view;
  const texts = [resource, search === '' ? '' : `“${search}”`, createdName(created, words.boardPage)].filter(
    (text) => text !== '',
  );
  return [...accounts, ...services, ...kinds.map((kind) => kindName(kind, words)), ...texts].join(words.listSeparator);
}
