import { memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { FollowedTask } from '../../client/index.js';
import { useConnection } from '../../client/react.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { Instant, TaskDuration } from '../time.js';
import type { BoardRow } from './board-state.js';

const COLUMNS = [
  'status',
  'kind',
  'service',
  'resource',
  'account',
  'progress',
  'created',
  'duration',
  'upstream',
] as const;

export function TaskTable({ rows }: { readonly rows: readonly BoardRow[] }): ReactNode {
  const words = useWords();
  const live = useConnection().state === 'live';
  return (
    <table className="tasks" aria-label={words.tableLabel}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={`column-${column}`}>
              {words.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ task, left }) => (
          <Row key={task.id} task={task} left={left} live={live} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends BoardRow {
  /** The clocks of open tasks stop when nothing is heard of them. */
  readonly live: boolean;
}

const Row = memo(function Row({ task, left, live }: RowProps): ReactNode {
  const words = useWords();
  return (
    <tr data-task={task.id} data-status={task.status} data-left={left ? '' : undefined}>
      <td className="column-status">
        <StatusBadge status={task.status} stale={task.stale} />
        {left && <span className="visually-hidden">{words.leftFilter}</span>}
      </td>
      <td className="column-kind">
        <Link href={`/tasks/${encodeURIComponent(task.id)}`}>{task.kind}</Link>
      </td>
      <td className="column-service">{task.service}</td>
      <td className="column-resource">{task.resource && (task.resource.name ?? task.resource.id)}</td>
      <td className="column-account">{task.account}</td>
      <td className="column-progress">
        <Progress progress={task.progress} />
      </td>
      <td className="column-created">
        <Instant at={task.createdAt} />
      </td>
      <td className="column-duration">{(live || task.done) && <TaskDuration task={task} />}</td>
      <td className="column-upstream">
        <code>{task.upstreamStatus}</code>
      </td>
    </tr>
  );
});

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
