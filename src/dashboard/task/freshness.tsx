import { Clock, Radio } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { formatClock, formatDuration, useLiveNow, useNow } from '../time.js';
import { steadyIntervalMs } from './steady-interval.js';
import type { ShownTask } from './task-document.js';

interface TaskProps {
  readonly task: ShownTask;
}

/** How old the picture is. A task that is done does not age. */
export function Freshness({ task }: TaskProps): ReactNode {
  return task.done ? null : <AgeingLine task={task} />;
}

function AgeingLine({ task }: TaskProps): ReactNode {
  const words = useWords();
  // What is seen grows old whether or not the page is live; only clocks that are run ahead of what is known stand.
  const now = useNow();
  const { now: stoodAt, live } = useLiveNow();
  const { observedAt, nextPollAt, stale, lastPollError } = task;
  const seenBefore = useSeenBefore(observedAt);
  const ago = observedAt === null ? null : formatDuration(now - Date.parse(observedAt), words);
  if (stale) {
    return (
      <div className="notice notice-stale" data-testid="stale">
        <p>
          <Clock size={16} aria-hidden /> <strong>{ago === null ? words.neverRead : words.notReadableFor(ago)}</strong>
          {lastPollError && (
            <>
              {' '}
              <code>{lastPollError.code}</code> {lastPollError.message}
            </>
          )}
        </p>
        <p>{words.lastSeenBelow}</p>
      </div>
    );
  }
  const untilNext = nextPollAt === null ? 0 : Date.parse(nextPollAt) - now;
  const interval = lastPollError ? null : steadyIntervalMs(seenBefore, observedAt, nextPollAt);
  return (
    <p className="freshness">
      <Radio size={14} aria-hidden />
      {ago === null || observedAt === null ? words.neverSeen : words.seen(ago)}
      {live && untilNext > 0 && ` · ${words.nextLook(formatDuration(untilNext, words))}`}
      {live && interval !== null && ` · ${words.every(formatDuration(interval, words))}`}
      {!live && ` · ${words.clocksStopped(formatClock(stoodAt))}`}
      {lastPollError && (
        <span className="freshness-error">
          {' · '}
          {words.lastReadFailed} <code>{lastPollError.code}</code>
        </span>
      )}
    </p>
  );
}

/** When it was seen before this time; null until this page has seen it twice. */
function useSeenBefore(observedAt: string | null): string | null {
  const [seen, setSeen] = useState<readonly [before: string | null, last: string | null]>([null, observedAt]);
  if (seen[1] !== observedAt) setSeen([seen[1], observedAt]);
  return seen[1] === observedAt ? seen[0] : seen[1];
}
