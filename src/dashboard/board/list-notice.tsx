import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useWords } from '../preferences.js';
import type { Words } from '../words/en.js';
import type { BoardState } from './board-store.js';
import { scopeInWords } from './counters.js';
import { isStatus, isWhole, type BoardView } from './view.js';

interface ListNoticeProps {
  readonly phase: BoardState['phase'];
  readonly view: BoardView;
  readonly onClear: () => void;
}

const SKELETON_ROWS = 12;

/** What stands where rows would. An error is said above, and is no empty list. */
export function ListNotice({ phase, view, onClear }: ListNoticeProps): ReactNode {
  const words = useWords();
  if (phase === 'failed') return null;
  if (phase === 'loading') {
    return (
      <div className="skeleton-rows notice-late" role="status" aria-label={words.loading}>
        {Array.from({ length: SKELETON_ROWS }, (_, index) => (
          <span key={index} className="skeleton" />
        ))}
      </div>
    );
  }
  if (isWhole(view)) {
    return (
      <div className="empty">
        <p>
          <strong>{words.noTasks}</strong>
        </p>
        <p>{words.noTasksHint}</p>
        <p>
          <Link href="/start">{words.start}</Link> · <Link href="/track">{words.track}</Link>
        </p>
      </div>
    );
  }
  return (
    <div className="empty">
      <p>
        <strong>{isTroubleAlone(view) ? quietOf(view, words) : words.noMatch}</strong>
      </p>
      <button type="button" onClick={onClear}>
        {words.clearFilters}
      </button>
    </div>
  );
}

function quietOf(view: BoardView, words: Words): string {
  const marks = [...(view.stale ? [words.stale] : []), ...(view.overdue ? [words.overdue] : [])];
  const statuses = view.statuses.filter(isStatus).map((status) => words.status[status]);
  return words.boardPage.quiet(marks, statuses, scopeInWords(view, words));
}

/** Whoever looks for trouble alone is glad to find none. */
function isTroubleAlone(view: BoardView): boolean {
  const { statuses, search, stale, overdue } = view;
  const trouble = statuses.every((status) => status === 'FAILED' || status === 'EXPIRED' || status === 'UNKNOWN');
  return search === '' && trouble && (statuses.length > 0 || stale || overdue);
}
