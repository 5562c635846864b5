import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { zoneName } from '../format-time.js';
import { useWords } from '../preferences.js';
import { serverNow } from '../server-clock.js';
import type { BoardRow } from './board-rows.js';
import type { Column } from './columns.js';
import { TaskRow } from './task-row.js';
import { useRowWindow, type RowWindow } from './use-row-window.js';

/** The zone is said once, where the first of them stands. */
const TIMES: ReadonlySet<Column> = new Set<Column>(['created', 'started', 'finished', 'seen']);

export { Progress } from './progress.js';

interface TaskTableProps {
  /** What scrolls. */
  readonly box: RefObject<HTMLDivElement | null>;
  readonly label: string;
  readonly rows: readonly BoardRow[];
  /** How many there are, those included that are not loaded yet. */
  readonly count: number;
  readonly rowHeight: number;
  /** The row that has the focus, or had it last. */
  readonly currentId: string | null;
  readonly onCurrent: (id: string) => void;
  readonly selectedId: string | null;
  readonly onOpen: (id: string, how: 'here' | 'tab') => void;
  readonly frozenAt: number | null;
  readonly columns: readonly Column[];
  /** Whether somebody has chosen the columns: then none is left out for want of room. */
  readonly chosen: boolean;
}

/** A real table of which the rows in sight are drawn, and the one that has the focus wherever it is. */
export function TaskTable(props: TaskTableProps): ReactNode {
  const { box, label, rows, count, rowHeight, currentId, onCurrent, selectedId, onOpen, frozenAt, columns, chosen } =
    props;
  const words = useWords();
  const zoned = columns.find((column) => TIMES.has(column));
  const seen = useRowWindow(box, rowHeight, count);
  const currentAt = useIndexOf(rows, currentId);
  useHeldFocus(box, rows);
  const id = (event: React.SyntheticEvent): string | undefined =>
    (event.target as Element).closest<HTMLElement>('tr[data-task]')?.dataset['task'];
  const open = (event: React.MouseEvent): void => {
    const task = id(event);
    const target = event.target as Element;
    const link = target.closest('a');
    if (task === undefined || target.closest('button')) return;
    const tab = event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1;
    if (link && tab) return;
    if (!link && (event.button > 1 || window.getSelection()?.isCollapsed === false)) return;
    event.preventDefault();
    onCurrent(task);
    onOpen(task, tab ? 'tab' : 'here');
  };
  return (
    <table
      className="tasks"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      data-chosen={chosen ? '' : undefined}
      data-row-height={rowHeight}
    >
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column} scope="col" className={`column-${column}`}>
              {column === 'actions' ? (
                <span className="visually-hidden">{words.boardPage.columns.actions}</span>
              ) : (
                words.boardPage.columns[column]
              )}
              {column === zoned && <span className="zone-name"> {zoneName(serverNow())}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        onClick={open}
        onAuxClick={(event) => event.button === 1 && open(event)}
        onFocus={(event) => {
          const task = id(event);
          if (task !== undefined) onCurrent(task);
        }}
      >
        {segments(seen, currentAt, count).map((segment) =>
          segment.type === 'gap' ? (
            <Gap key={`gap ${segment.at}`} rows={segment.rows} rowHeight={rowHeight} />
          ) : (
            <Row
              key={rows[segment.at]?.task.id ?? `unread ${segment.at}`}
              row={rows[segment.at]}
              at={segment.at}
              current={segment.at === (currentAt ?? 0)}
              selectedId={selectedId}
              frozenAt={frozenAt}
              columns={columns}
            />
          ),
        )}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly row: BoardRow | undefined;
  readonly at: number;
  readonly current: boolean;
  readonly selectedId: string | null;
  readonly frozenAt: number | null;
  readonly columns: readonly Column[];
}

function Row({ row, at, current, selectedId, frozenAt, columns }: RowProps): ReactNode {
  if (!row) return <UnreadRow place={at + 1} columns={columns} />;
  const frozen = row.task.done ? null : frozenAt;
  const selected = row.task.id === selectedId;
  return <TaskRow row={row} place={at + 1} current={current} selected={selected} frozenAt={frozen} columns={columns} />;
}

/** Holds the place of a task that is not loaded yet. */
function UnreadRow({ place, columns }: { readonly place: number } & Pick<RowProps, 'columns'>): ReactNode {
  return (
    <tr className="unread" aria-rowindex={place + 1} aria-busy="true">
      {columns.map((column) => (
        <td key={column} className={`column-${column}`}>
          {column !== 'actions' && <span className="skeleton" />}
        </td>
      ))}
    </tr>
  );
}

function Gap({ rows, rowHeight }: { readonly rows: number; readonly rowHeight: number }): ReactNode {
  return (
    <tr className="gap" aria-hidden="true">
      <td style={{ height: rows * rowHeight }} />
    </tr>
  );
}

type Segment =
  { readonly type: 'row'; readonly at: number } | { readonly type: 'gap'; readonly at: number; readonly rows: number };

function segments({ first, last }: RowWindow, currentAt: number | null, count: number): readonly Segment[] {
  const drawn = Array.from({ length: last - first }, (_, index) => first + index);
  if (currentAt !== null && currentAt < first) drawn.unshift(currentAt);
  if (currentAt !== null && currentAt >= last) drawn.push(currentAt);
  const all: Segment[] = [];
  let next = 0;
  for (const at of drawn) {
    if (at > next) all.push({ type: 'gap', at: next, rows: at - next });
    all.push({ type: 'row', at });
    next = at + 1;
  }
  if (next < count) all.push({ type: 'gap', at: next, rows: count - next });
  return all;
}

/** Looked for where it stood last first: rows seldom move. */
function useIndexOf(rows: readonly BoardRow[], id: string | null): number | null {
  const last = useRef(0);
  const at =
    id === null ? -1 : rows[last.current]?.task.id === id ? last.current : rows.findIndex((row) => row.task.id === id);
  useEffect(() => {
    if (at >= 0) last.current = at;
  }, [at]);
  return at < 0 ? null : at;
}

/** Focus is never lost to the page: when its row is gone, the list has it. */
function useHeldFocus(box: RefObject<HTMLDivElement | null>, rows: readonly BoardRow[]): void {
  const inside = useRef(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const note = (): void => {
      inside.current = element.contains(document.activeElement);
    };
    const left = (event: FocusEvent): void => {
      if (event.relatedTarget !== null) inside.current = false;
    };
    element.addEventListener('focusin', note);
    element.addEventListener('focusout', left);
    return () => {
      element.removeEventListener('focusin', note);
      element.removeEventListener('focusout', left);
    };
  }, [box]);
  useLayoutEffect(() => {
    if (inside.current && document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [box, rows]);
}
