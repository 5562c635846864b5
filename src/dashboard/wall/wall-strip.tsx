import type { ReactNode } from 'react';
import type { TaskFilter } from '../../client/index.js';
import { ConnectionPill } from '../connection-pill.js';
import { zoneName } from '../format-time.js';
import { useWords } from '../preferences.js';
import { formatClock, formatDuration, useNow } from '../time.js';
import { useLastChange } from './use-last-change.js';

interface WallStripProps {
  readonly filter: TaskFilter;
  readonly children: ReactNode;
}

/** Always there: the time, whether the screen is live, and what it is narrowed to. */
export function WallStrip({ filter, children }: WallStripProps): ReactNode {
  const words = useWords();
  const narrowed = [...(filter.accounts ?? []), ...(filter.services ?? [])].join(', ');
  return (
    <footer className="wall-strip">
      <Clock />
      <ConnectionPill />
      <LastChange filter={filter} />
      <span className="muted">{words.wallFor(narrowed)}</span>
      <span className="wall-controls">{children}</span>
    </footer>
  );
}

function LastChange({ filter }: { readonly filter: TaskFilter }): ReactNode {
  const words = useWords();
  const now = useNow();
  const at = useLastChange(filter);
  if (at === 0) return null;
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
