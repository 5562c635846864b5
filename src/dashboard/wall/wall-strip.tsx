import type { ReactNode } from 'react';
import type { TaskFilter } from '../../client/index.js';
import { ConnectionPill } from '../connection-pill.js';
import { zoneName } from '../format-time.js';
import { useWords } from '../preferences.js';
import { formatClock, useNow } from '../time.js';

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
      <span className="muted">{words.wallFor(narrowed)}</span>
      <span className="wall-controls">{children}</span>
    </footer>
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
