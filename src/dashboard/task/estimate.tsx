import type { ReactNode } from 'react';
import type { TaskEstimate } from '../../client/index.js';
import { useWords } from '../preferences.js';
import { formatDuration, useLiveNow } from '../time.js';
import type { ShownTask } from './task-document.js';

interface TaskProps {
  readonly task: ShownTask;
}

/** When it is done, by what such tasks took before; never a share made of time alone. */
export function Estimate({ task }: TaskProps): ReactNode {
  if (task.done) return <Took task={task} />;
  return <Running task={task} />;
}

function Running({ task }: TaskProps): ReactNode {
  const words = useWords();
  const { now, live } = useLiveNow();
  const { estimate, createdAt, progress } = task;
  const elapsedMs = Math.max(0, now - Date.parse(createdAt));
  const elapsed = words.openFor(formatDuration(elapsedMs, words));
  return (
    <section className="card eta" aria-label={words.whenDone} data-testid="eta">
      <p className="eta-line">
        <strong>{elapsed}</strong>
        {estimate ? <EstimateWords estimate={estimate} elapsedMs={elapsedMs} /> : <span>{words.noEstimate}</span>}
      </p>
      {estimate && <EtaBar estimate={estimate} elapsedMs={elapsedMs} live={live} stale={task.stale} />}
      {!estimate && !progress && <div className="eta-unknown" aria-hidden />}
      {progress && (
        <p className="eta-progress">
          <progress max={100} value={progress.percent} aria-label={words.columns.progress} />
          {progress.total === 100 ? `${progress.done} %` : words.progressOf(progress.done, progress.total)}
        </p>
      )}
    </section>
  );
}

interface EstimateProps {
  readonly estimate: TaskEstimate;
  readonly elapsedMs: number;
}

function EstimateWords({ estimate, elapsedMs }: EstimateProps): ReactNode {
  const words = useWords();
  const { typicalSeconds, slowSeconds, samples } = estimate;
  const seconds = (count: number): string => formatDuration(count * 1000, words);
  const beyondMs = elapsedMs - slowSeconds * 1000;
  return (
    <>
      <span className="muted">{words.estimate(seconds(typicalSeconds), seconds(slowSeconds), samples)}</span>
      {beyondMs > 0 && <strong className="overdue">{words.overdueBy(formatDuration(beyondMs, words))}</strong>}
    </>
  );
}

interface EtaBarProps extends EstimateProps {
  readonly live: boolean;
  readonly stale: boolean;
}

const CROWDED_PERCENT = 40;

/** From the start to what nine of ten took, or to now where that is later. */
function EtaBar({ estimate, elapsedMs, live, stale }: EtaBarProps): ReactNode {
  const words = useWords();
  const { typicalSeconds, slowSeconds } = estimate;
  const endMs = Math.max(slowSeconds * 1000 * 1.08, elapsedMs);
  const share = (ms: number): number => Math.min(100, (ms / endMs) * 100);
  const crowded = share((slowSeconds - typicalSeconds) * 1000) < CROWDED_PERCENT;
  const over = elapsedMs > slowSeconds * 1000;
  return (
    <div
      className="eta-bar"
      data-crowded={crowded ? '' : undefined}
      data-over={over ? '' : undefined}
      data-blind={live && !stale ? undefined : ''}
    >
      <div className="eta-track" aria-hidden>
        <div className="eta-fill" style={{ width: `${share(elapsedMs)}%` }} />
      </div>
      <EtaMark at={share(typicalSeconds * 1000)} word={words.typical} ms={typicalSeconds * 1000} />
      <EtaMark at={share(slowSeconds * 1000)} word={words.slow} ms={slowSeconds * 1000} lower={crowded} />
    </div>
  );
}

interface EtaMarkProps {
  /** 0 to 100 */
  readonly at: number;
  readonly word: string;
  readonly ms: number;
  /** Out of the way of the other one. */
  readonly lower?: boolean;
}

/** Writes towards the side that has room. */
function EtaMark({ at, word, ms, lower = false }: EtaMarkProps): ReactNode {
  return (
    <span
      className="eta-mark"
      data-end={at > 50 ? '' : undefined}
      data-lower={lower ? '' : undefined}
      style={{ left: `${at}%` }}
      aria-hidden
    >
      {word} {formatDuration(ms, useWords())}
    </span>
  );
}

/** What it took, beside what such tasks took before it. */
function Took({ task: { createdAt, finishedAt, estimate, status } }: TaskProps): ReactNode {
  const words = useWords();
  if (finishedAt === null || !estimate || status !== 'SUCCEEDED') return null;
  const tookMs = Date.parse(finishedAt) - Date.parse(createdAt);
  if (tookMs < 0) return null;
  const seconds = (count: number): string => formatDuration(count * 1000, words);
  return (
    <p className="freshness">
      {words.took(formatDuration(tookMs, words))} ·{' '}
      {words.estimate(seconds(estimate.typicalSeconds), seconds(estimate.slowSeconds), estimate.samples)}
    </p>
  );
}
