import { ArrowRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { LeavingButton } from '../leaving-button.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { formatClock, Instant } from '../time.js';
import type { ShownTask, Transition } from './task-document.js';
import { TimeChart } from './time-chart.js';

const SHOWN_AT_FIRST = 20;

interface TimelineProps {
  readonly task: ShownTask;
  readonly transitions: readonly Transition[];
}

/** Drawn, and below as a table: the same for those who do not see the drawing, and for exact times. */
export function Timeline({ task, transitions }: TimelineProps): ReactNode {
  const words = useWords();
  if (transitions.length === 0) return null;
  return (
    <section className="card" id="timeline">
      <h2>{words.timeline}</h2>
      <TimeChart task={task} transitions={transitions} />
      <Changes transitions={transitions} />
    </section>
  );
}

/** Newest first. A poller knows of a change only that it was between two looks, and the table says so. */
function Changes({ transitions }: Pick<TimelineProps, 'transitions'>): ReactNode {
  const words = useWords();
  const [all, setAll] = useState(false);
  const { change, when, upstream } = words.timelineColumns;
  const newestFirst = transitions.toReversed();
  const shown = all ? newestFirst : newestFirst.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <div className="wide" tabIndex={0} role="region" aria-label={words.changesLabel}>
        <table className="changes">
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">{change}</th>
              <th scope="col">{when}</th>
              <th scope="col">{upstream}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((transition) => (
              <TransitionRow key={transition.seq} transition={transition} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < newestFirst.length && (
        <LeavingButton onClick={() => setAll(true)}>{words.showAllChanges(newestFirst.length)}</LeavingButton>
      )}
    </>
  );
}

function TransitionRow({ transition }: { readonly transition: Transition }): ReactNode {
  const words = useWords();
  const { seq, from, to, upstreamStatus, notBefore, at } = transition;
  return (
    <tr>
      <td>{seq}</td>
      <td>
        <span className="transition">
          {from !== null && from !== to && (
            <>
              <StatusBadge status={from} />
              <ArrowRight size={14} role="img" aria-label={words.becomes} />
            </>
          )}
          <StatusBadge status={to} />
          {from === to && <span className="muted">{words.detailsChanged}</span>}
        </span>
      </td>
      <td>
        <Instant at={at} />
        {notBefore !== null && notBefore !== at && (
          <div className="muted">{words.between(formatClock(notBefore), formatClock(at))}</div>
        )}
      </td>
      <td>
        <code>{upstreamStatus}</code>
      </td>
    </tr>
  );
}
