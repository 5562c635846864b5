import type { ReactNode } from 'react';
import type { TaskFilter } from '../../client/index.js';
import { ConnectionPill } from '../connection-pill.js';
import { zoneName } from '../format-time.js';
import { useWords } from '../preferences.js';
import { formatClock, formatDuration, useNow } from '../time.js';

interface WallStripProps {
  readonly filter: TaskFilter;
  /** When a task changed last; null where none has, or before that is known. */
  readonly changedAt: number | null;
  readonly children: ReactNode;
}

/** Always there: the time, whether the screen is live, and what it is narrowed to. */
export function WallStrip({ filter, changedAt, children }: WallStripProps): ReactNode {
  const words = useWords();
  const narrowed = [...(filter.accounts ?? []), ...(filter.services ?? [])].join(words.listSeparator);
  return (
    <footer className="wall-strip">
      <Clock />
      <ConnectionPill />
      {changedAt !== null && <LastChange at={changedAt} />}
      <span className="muted">{words.wallFor(narrowed)}</span>
      <span className="wall-controls">{children}</span>
    </footer>
  );
}

function LastChange({ at }: { readonly at: number }): ReactNode {
  const words = useWords();
  const now = useNow();
  return (
    <span className="wall-last" data-testid="last-change">
      {words.lastChange(formatDuration(now - at, words))}
    </span>
  );
}

function Clock(): ReactNode {
  const now = useNow();
  return (
    <span className="wall-clock">
      {formatClock(now)} <span className="muted">{zoneName(now)}</span>
    </span>
  );
}
