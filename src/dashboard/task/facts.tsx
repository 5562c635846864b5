import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { CopyableId } from '../copy-button.js';
import { useWords } from '../preferences.js';
import { Instant, TaskDuration } from '../time.js';
import type { ShownTask } from './task-document.js';

/** What every task has, whatever its service, beside what its header says. */
export function Facts({ task }: { readonly task: ShownTask }): ReactNode {
  const words = useWords();
  const { columns, fields } = words;
  const { resource, startedAt, finishedAt } = task;
  return (
    <section className="card">
      <h2>{words.facts}</h2>
      <dl className="pairs">
        {resource && (
          <Pair name={columns.resource}>
            {resource.name !== null && <>{resource.name} · </>}
            <Link href={`/?q=${encodeURIComponent(resource.id)}`}>
              <code>{resource.id}</code>
            </Link>{' '}
            <span className="muted">{resource.type}</span>
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
        <Pair name={startedAt === null ? columns.duration : fields.runningTime}>
          <TaskDuration task={task} otherwise={<span className="muted">{words.unknownValue}</span>} />
        </Pair>
        <Pair name={fields.updatedAt}>
          <Instant at={task.updatedAt} />
        </Pair>
        <Pair name={fields.seq}>{task.seq}</Pair>
        <Pair name={fields.upstreamId}>
          <CopyableId id={task.upstreamId} label={words.copyOf(fields.upstreamId)} />
        </Pair>
        <Pair name={fields.id}>
          <CopyableId id={task.id} label={words.copyOf(fields.id)} />
        </Pair>
      </dl>
    </section>
  );
}

function Pair({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
