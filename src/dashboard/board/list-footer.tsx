import { useEffect, useRef, useState, type ReactNode } from 'react';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import type { BoardState } from './board-store.js';
import { ColumnsMenu, type ColumnsMenuProps } from './columns-menu.js';
import { DENSITIES, type Density } from './use-density.js';

interface ListFooterProps extends ColumnsMenuProps {
  readonly state: BoardState;
  readonly total: number;
  readonly density: Density;
  readonly onDensity: (density: Density) => void;
  readonly onTidy: () => void;
}

const SPEAK_EVERY_MS = 5_000;

/** How much of the list is loaded; and for those who listen, sums at most every five seconds. */
export function ListFooter(props: ListFooterProps): ReactNode {
  const { state, total, density, onDensity, onTidy, columns, onColumn } = props;
  const words = useWords();
  const loaded = state.rows.length - state.left;
  const all = Math.max(loaded, total);
  const ofAll = state.full ? words.boardPage.full : words.boardPage.loaded;
  return (
    <footer className="list-footer" tabIndex={-1}>
      <span data-testid="loaded">
        {state.phase === 'ready' && (state.complete ? words.boardPage.allLoaded(loaded) : ofAll(loaded, all))}
      </span>
      {state.left > 0 && (
        <span>
          {words.boardPage.leftCount(state.left)}{' '}
          <LeavingButton className="small" onClick={onTidy}>
            {words.boardPage.tidy}
          </LeavingButton>
        </span>
      )}
      <label className="field-line density">
        <span>{words.boardPage.densityLabel}</span>
        <select value={density} onChange={({ currentTarget }) => onDensity(currentTarget.value as Density)}>
          {Object.keys(DENSITIES).map((each) => (
            <option key={each} value={each}>
              {words.boardPage.densities[each as Density]}
            </option>
          ))}
        </select>
      </label>
      <ColumnsMenu columns={columns} onColumn={onColumn} />
      <Spoken finished={state.finished} failed={state.failed} />
    </footer>
  );
}

function Spoken({ finished, failed }: Pick<BoardState, 'finished' | 'failed'>): ReactNode {
  const words = useWords();
  const [spoken, setSpoken] = useState({ finished, failed, text: '' });
  const latest = useRef({ finished, failed });
  useEffect(() => {
    latest.current = { finished, failed };
  });
  const silent = finished === spoken.finished;
  // What finishes meanwhile is summed up, and puts nothing off.
  useEffect(() => {
    if (silent) return undefined;
    const timer = setTimeout(() => {
      const now = latest.current;
      setSpoken({ ...now, text: words.sum(now.finished - spoken.finished, now.failed - spoken.failed) });
    }, SPEAK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [silent, spoken, words]);
  return (
    <span className="visually-hidden" aria-live="polite">
      {spoken.text}
    </span>
  );
}
