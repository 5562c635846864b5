import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { formatClock, Instant } from '../time.js';
import type { ShownTask, Transition } from './task-document.js';

/** Newest first. A poller knows of a change only that it was between two looks, and the table says so. */
export function Timeline({ timeline }: Pick<ShownTask, 'timeline'>): ReactNode {
  const words = useWords();
  const { change, when, upstream } = words.timelineColumns;
  const newestFirst = timeline.nodes.toSorted((a, b) => b.seq - a.seq);
  return (
    <section className="card">
      <h2>{words.timeline}</h2>
      <div className="wide" tabIndex={0} role="region" aria-label={words.timeline}>
        <table>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">{change}</th>
              <th scope="col">{when}</th>
              <th scope="col">{upstream}</th>
            </tr>
          </thead>
          <tbody>
            {newestFirst.map((transition) => (
              <TransitionRow key={transition.seq} transition={transition} />
            ))}
          </tbody>
        </table>
      </div>
      {timeline.totalCount > newestFirst.length && (
        <p className="muted">{words.moreChanges(timeline.totalCount - newestFirst.length)}</p>
      )}
    </section>
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
              <ArrowRight size={14} aria-hidden />
            </>
          )}
          <StatusBadge status={to} />
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
