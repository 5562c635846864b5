import { CalendarClock } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { CopyButton } from '../copy-button.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { Instant } from '../time.js';
import type { BoardRow } from './board-rows.js';
import { RowDuration, RowProgress } from './progress.js';

export const COLUMNS = [
  'status',
  'kind',
  'service',
  'resource',
  'account',
  'progress',
  'started',
  'duration',
  'upstream',
  'actions',
] as const;

export interface TaskRowProps {
  readonly row: BoardRow;
  /** Counted from 1, behind the head. */
  readonly place: number;
  /** The one row that the Tab key stops at. */
  readonly current: boolean;
  /** Shown beside the board. */
  readonly selected: boolean;
  readonly frozenAt: number | null;
}

export function pathOf(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`;
}

/** Nothing in it ticks but the clock of an open task. */
export const TaskRow = memo(function TaskRow({ row, place, current, selected, frozenAt }: TaskRowProps): ReactNode {
  const words = useWords();
  const { task, left, turns } = row;
  const leftAs = left === 'removed' ? words.boardPage.removed : words.boardPage.movedTo(statusWord(words, task.status));
  return (
    <tr
      data-task={task.id}
      data-status={task.status}
      data-stale={task.stale ? '' : undefined}
      data-left={left ?? undefined}
      data-selected={selected ? '' : undefined}
      aria-rowindex={place + 1}
      aria-current={selected ? 'true' : undefined}
    >
      <td className="column-status" data-turn={turns === 0 ? undefined : turns % 2}>
        <StatusBadge status={task.status} stale={task.stale} />
        {task.stale && (
          <span className="stale-word">
            <CalendarClock size={12} aria-hidden />
            {words.boardPage.staleWord}
          </span>
        )}
      </td>
      <td className="column-kind">
        <a href={pathOf(task.id)} tabIndex={current ? 0 : -1}>
          {task.kind}
        </a>
        {left && <span className="left-as">{leftAs}</span>}
      </td>
      <td className="column-service">{task.service}</td>
      <td className="column-resource" title={task.resource?.id}>
        {task.resource && (task.resource.name ?? task.resource.id)}
        {task.resource?.name != null && <code className="second-line">{task.resource.id}</code>}
      </td>
      <td className="column-account" title={task.region}>
        {task.account}
        <span className="second-line">{task.region}</span>
      </td>
      <td className="column-progress">
        <RowProgress task={task} frozenAt={frozenAt} />
      </td>
      <td className="column-started">
        <Instant at={task.startedAt ?? task.createdAt} />
      </td>
      <td className="column-duration">
        <RowDuration task={task} frozenAt={frozenAt} />
      </td>
      <td className="column-upstream">
        <code>{task.error?.code ?? task.upstreamStatus}</code>
      </td>
      <td className="column-actions">
        <CopyButton text={() => task.id} label={words.copyId} iconOnly className="row-button" reachable={current} />
      </td>
    </tr>
  );
});

function statusWord(words: ReturnType<typeof useWords>, status: string): string {
  return (words.status as Readonly<Record<string, string>>)[status] ?? status;
}
