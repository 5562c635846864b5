import { Clock } from 'lucide-react';
import { useCallback, type ReactNode } from 'react';
import type { FollowedTask } from '../../client/index.js';
import { useWords } from '../preferences.js';
import { formatDuration, formatRoughly, TickingText, useOfNow } from '../time.js';
import type { BoardTask } from './board-task.js';

export function Progress({ progress }: Pick<FollowedTask, 'progress'>): ReactNode {
  if (!progress) return null;
  const { done, total, percent } = progress;
  const text = total === 100 ? `${done} %` : `${done} / ${total}`;
  return (
    <span className="progress">
      <progress max={100} value={percent} aria-label={text} />
      {text}
    </span>
  );
}

interface ClockProps {
  readonly task: BoardTask;
  /** The instant at which the clocks of the rows stand still, in milliseconds since 1970; null while they run. */
  readonly frozenAt: number | null;
}

/**
 * How far an open task is: as its upstream counts; else when it usually ends, by time and never in per cent; else that
 * nothing is known. Of ended tasks those that failed say why.
 */
export function RowProgress({ task, frozenAt }: ClockProps): ReactNode {
  const words = useWords().boardPage;
  if (task.done) return task.error?.code != null && <code className="failed-as">{task.error.code}</code>;
  if (task.progress) return <Progress progress={task.progress} />;
  if (task.estimate && frozenAt === null) return <RunningEstimate task={task} />;
  if (task.estimate) return <Estimate task={task} now={frozenAt ?? 0} />;
  return (
    <span className="progress" title={words.noEstimate}>
      <span className="unmeasured" role="img" aria-label={words.noEstimate} />
    </span>
  );
}

function RunningEstimate({ task }: { readonly task: BoardTask }): ReactNode {
  const from = Date.parse(task.createdAt);
  return <Estimate task={task} now={useOfNow((now) => together(now, from, 5_000))} />;
}

/** Behind its first minute a row goes on four times a minute, with all others at once: one frame for forty rows. */
function together(now: number, from: number, inFirstMinuteMs: number): number {
  return now - (now % (now - from < 60_000 ? inFirstMinuteMs : 15_000));
}

function startOf({ startedAt, createdAt }: BoardTask): number {
  return Date.parse(startedAt ?? createdAt);
}

function Estimate({ task, now }: { readonly task: BoardTask; readonly now: number }): ReactNode {
  const words = useWords();
  const { estimate } = task;
  if (!estimate) return null;
  // An estimate, and the gateway that says who is overdue, counts the time in the queue as well.
  const elapsed = Math.max(0, (now - Date.parse(task.createdAt)) / 1000);
  const { typicalSeconds, slowSeconds } = estimate;
  const late = elapsed - slowSeconds;
  const usual = words.boardPage.usually(formatRoughly(typicalSeconds * 1000, words));
  if (estimate.overdue || late > 0) {
    return (
      <span className="progress overdue" title={usual}>
        <Clock size={14} aria-hidden />
        {words.boardPage.overdueBy(formatRoughly(Math.max(late, 0) * 1000, words))}
      </span>
    );
  }
  return (
    <span className="progress" title={usual}>
      <meter
        className="elapsed"
        min={0}
        max={slowSeconds}
        value={Math.round(elapsed)}
        aria-label={words.boardPage.elapsed(formatRoughly(elapsed * 1000, words), usual)}
      />
      {elapsed < typicalSeconds
        ? words.boardPage.about(formatRoughly((typicalSeconds - elapsed) * 1000, words))
        : words.boardPage.anyMoment}
    </span>
  );
}

/** How long a task took, or takes: unknown of one that was over when it was first seen. */
export function RowDuration({ task, frozenAt }: ClockProps): ReactNode {
  const words = useWords();
  const { startedAt, finishedAt, updatedAt, done, seq } = task;
  if (done && startedAt === null && seq === 1) return null;
  const from = startOf(task);
  if (done) return formatDuration(Date.parse(finishedAt ?? updatedAt) - from, words);
  if (frozenAt === null) return <Running from={from} />;
  return <span className="frozen">{formatRoughly(frozenAt - from, words)}</span>;
}

function Running({ from }: { readonly from: number }): ReactNode {
  const words = useWords();
  return (
    <TickingText text={useCallback((now) => formatRoughly(together(now, from, 1_000) - from, words), [from, words])} />
  );
}
