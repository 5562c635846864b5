import { CalendarClock } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { CopyButton } from '../copy-button.js';
import { kindName } from '../kind-name.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { formatInstant, Instant } from '../time.js';
import type { Words } from '../words/en.js';
import type { BoardRow } from './board-rows.js';
import type { BoardTask } from './board-task.js';
import type { Column } from './columns.js';
import { RowDuration, RowProgress } from './progress.js';

export interface TaskRowProps {
  readonly row: BoardRow;
  /** Counted from 1, behind the head. */
  readonly place: number;
  /** The one row that the Tab key stops at. */
  readonly current: boolean;
  /** Shown beside the board. */
  readonly selected: boolean;
  readonly frozenAt: number | null;
  readonly columns: readonly Column[];
}

export function pathOf(id: string): string {
  return `/tasks/${encodeURIComponent(id)}`;
}

/** Nothing in it ticks but the clock of an open task. */
export const TaskRow = memo(function TaskRow(props: TaskRowProps): ReactNode {
  const { row, place, selected, columns } = props;
  const { task, left } = row;
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
      {columns.map((column) => (
        <Cell key={column} column={column} {...props} />
      ))}
    </tr>
  );
});

function Cell({ column, row, current, frozenAt }: TaskRowProps & { readonly column: Column }): ReactNode {
  const words = useWords();
  const { task, left, turns } = row;
  const className = `column-${column}`;
  const name = kindName(task.kind, words);
  switch (column) {
    case 'status':
      return (
        <td className={className} data-turn={turns === 0 ? undefined : turns % 2}>
          <StatusBadge status={task.status} stale={task.stale} />
          {task.stale && (
            <span className="stale-word">
              <CalendarClock size={12} aria-hidden />
              {words.boardPage.staleWord}
            </span>
          )}
        </td>
      );
    case 'kind':
      return (
        <td className={className}>
          <a href={pathOf(task.id)} title={name} tabIndex={current ? 0 : -1}>
            {task.kind}
          </a>
          {name !== task.kind && <span className="second-line">{name}</span>}
          {left && <span className="left-as">{leftAs(words, left, task.status)}</span>}
        </td>
      );
    case 'service':
      return <td className={className}>{task.service}</td>;
    case 'resource':
      return (
        <td className={className} title={task.resource?.id}>
          {task.resource && (task.resource.name ?? task.resource.id)}
          {task.resource?.name != null && <code className="second-line">{task.resource.id}</code>}
        </td>
      );
    case 'account':
      return (
        <td className={className} title={task.region}>
          {task.account}
          <span className="second-line">{task.region}</span>
        </td>
      );
    case 'region':
      return <td className={className}>{task.region}</td>;
    case 'progress':
      return (
        <td className={className}>
          <RowProgress task={task} frozenAt={frozenAt} />
        </td>
      );
    case 'created':
    case 'started':
    case 'finished':
      return <td className={className}>{instantOf(task, column)}</td>;
    case 'duration':
      return (
        <td className={className}>
          <RowDuration task={task} frozenAt={frozenAt} />
        </td>
      );
    case 'seen':
      return (
        <td className={className}>
          <Seen task={task} frozen={frozenAt !== null} />
        </td>
      );
    case 'upstream':
      return (
        <td className={className}>
          <code>{task.upstreamStatus}</code>
        </td>
      );
    case 'error':
      return (
        <td className={className}>
          <code>{task.error?.code}</code>
        </td>
      );
    case 'actions':
      return (
        <td className={className}>
          <CopyButton text={() => task.id} label={words.copyId} iconOnly className="row-button" reachable={current} />
        </td>
      );
  }
}

function instantOf(task: BoardTask, column: 'created' | 'started' | 'finished'): ReactNode {
  const at = { created: task.createdAt, started: task.startedAt ?? task.createdAt, finished: task.finishedAt }[column];
  return at !== null && <Instant at={at} />;
}

/**
 * No age: an open task is looked at again and again, of which no event tells, so that an age would grow for nothing.
 * A stale one says since when nothing is known, an ended one when it was seen last.
 */
function Seen({ task, frozen }: { readonly task: BoardTask; readonly frozen: boolean }): ReactNode {
  const words = useWords();
  const { observedAt, stale, done } = task;
  if (observedAt === null) return <span className="muted">{words.neverSeen}</span>;
  if (!stale) return done || frozen ? <Instant at={observedAt} /> : words.boardPage.upToDate;
  return (
    <time className="stale-since" dateTime={observedAt} title={observedAt}>
      <CalendarClock size={12} aria-hidden />
      {words.boardPage.staleSince(formatInstant(observedAt).slice('2026-'.length))}
    </time>
  );
}

function leftAs({ boardPage, status }: Words, left: NonNullable<BoardRow['left']>, now: string): string {
  if (left === 'removed') return boardPage.removed;
  if (left === 'filter') return boardPage.outOfView;
  return boardPage.movedTo((status as Readonly<Record<string, string>>)[now] ?? now);
}
