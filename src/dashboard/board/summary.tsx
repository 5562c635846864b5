import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import type { BoardState } from './board-state.js';

interface SummaryProps {
  readonly state: BoardState;
  readonly total: number | null;
}

const SPEAK_EVERY_MS = 5_000;

/** How much of the list is shown; and for those who listen, sums at most every five seconds. */
export function Summary({ state, total }: SummaryProps): ReactNode {
  const words = useWords();
  const { finished, failed } = state;
  const [spoken, setSpoken] = useState({ finished, failed, text: '' });
  useEffect(() => {
    if (finished === spoken.finished) return undefined;
    const timer = setTimeout(() => {
      setSpoken({ finished, failed, text: words.sum(finished - spoken.finished, failed - spoken.failed) });
    }, SPEAK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [finished, failed, spoken, words]);
  const shown = state.rows.filter(({ left }) => !left).length;
  return (
    <footer className="list-summary">
      {state.phase === 'ready' && words.shown(shown, Math.max(shown, total ?? 0))}
      <span className="visually-hidden" aria-live="polite">
        {spoken.text}
      </span>
    </footer>
  );
}
