import { Pause, Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { formatClock } from '../time.js';
import type { BoardState } from './board-store.js';

interface LiveSwitchProps {
  readonly live: boolean;
  readonly pause: BoardState['pause'];
  readonly onSwitch: () => void;
}

/** Says in words whether the rows move, and what waits while they do not. */
export function LiveSwitch({ live, pause, onSwitch }: LiveSwitchProps): ReactNode {
  const words = useWords().boardPage;
  return (
    <span className="live-switch">
      {!live && pause && (
        <span className="paused" data-testid="paused">
          {pause.overflown
            ? words.pausedOverflown(formatClock(pause.since))
            : words.paused(formatClock(pause.since), pause.changed)}
        </span>
      )}
      <button type="button" aria-keyshortcuts="p" data-live={live ? '' : undefined} onClick={onSwitch}>
        {live ? <Radio size={14} aria-hidden /> : <Pause size={14} aria-hidden />}
        {live ? words.liveOn : words.liveOff}
      </button>
    </span>
  );
}
