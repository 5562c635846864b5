import { Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useConnection } from '../../client/react.js';
import { useWords } from '../preferences.js';
import { formatDuration, Instant, TaskDuration, useNow } from '../time.js';
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
  const now = useNow();
  const live = useConnection().state === 'live';
  const { observedAt, nextPollAt, stale, lastPollError } = task;
  const ago = observedAt === null ? null : formatDuration(now - Date.parse(observedAt), words);
  if (stale) {
    return (
      <p className="notice notice-stale">
        <Clock size={16} aria-hidden /> {words.staleSince(lastPollError?.code ?? '–', ago ?? '–')}
      </p>
    );
  }
  const untilNext = nextPollAt === null ? 0 : Date.parse(nextPollAt) - now;
  return (
    <p className="freshness">
      {ago === null ? words.neverSeen : words.seen(ago)}
      {live && untilNext > 0 && ` · ${words.nextLook(formatDuration(untilNext, words))}`}
    </p>
  );
}

export function Facts({ task }: TaskProps): ReactNode {
  const words = useWords();
  const { columns, fields } = words;
  const { resource, startedAt, finishedAt } = task;
  return (
    <section className="card">
      <h2>{words.facts}</h2>
      <dl className="pairs">
        <Pair name={columns.service}>{task.service}</Pair>
        <Pair name={columns.account}>{task.account}</Pair>
        <Pair name={fields.region}>{task.region}</Pair>
        {resource && (
          <Pair name={columns.resource}>
            {resource.name !== null && `${resource.name} · `}
            <code>{resource.id}</code> ({resource.type})
          </Pair>
        )}
        <Pair name={columns.created}>
          <Instant at={task.createdAt} />
        </Pair>
        {startedAt !== null && (
          <Pair name={fields.startedAt}>
            <Instant at={startedAt} />
          </Pair>
        )}
        {finishedAt !== null && (
          <Pair name={fields.finishedAt}>
            <Instant at={finishedAt} />
          </Pair>
        )}
        <Pair name={columns.duration}>
          <TaskDuration task={task} />
        </Pair>
        {!task.done && (
          <Pair name={fields.estimate}>
            <Estimate task={task} />
          </Pair>
        )}
        <Pair name={fields.updatedAt}>
          <Instant at={task.updatedAt} />
        </Pair>
        <Pair name={fields.seq}>{task.seq}</Pair>
        <Pair name={fields.upstreamId}>
          <code>{task.upstreamId}</code>
        </Pair>
        <Pair name={fields.id}>
          <code>{task.id}</code>
        </Pair>
      </dl>
    </section>
  );
}

function Estimate({ task: { estimate } }: TaskProps): ReactNode {
  const words = useWords();
  if (!estimate) return words.noEstimate;
  const seconds = (count: number): string => formatDuration(count * 1000, words);
  return (
    <>
      {words.estimate(seconds(estimate.typicalSeconds), seconds(estimate.slowSeconds), estimate.samples)}
      {estimate.overdue && <strong> {words.overdue}</strong>}
    </>
  );
}

export function Pair({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
