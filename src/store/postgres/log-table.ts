import type { Task } from '../../task/task.js';
import type { FilterFacts, Transition } from '../../task/transition.js';
import type { LogEntry, LogPoint, LogQuery, LogSlice } from '../store.js';
import { decodeJson } from '../task-row.js';
import type { PostgresValue, Session } from './database.js';

/** So many entries of other accounts are passed over in one call. */
const MOST_SCANNED = 5_000;

export interface LogEnds {
  readonly head: LogPoint;
  /** Entries up to this one were trimmed. */
  readonly floor: LogPoint;
}

interface LogRow {
  readonly position: number;
  readonly mark: number;
  readonly at: number;
  readonly type: 'CHANGED' | 'REMOVED';
  readonly before: string | null;
  readonly transition: string | null;
  readonly body: string;
}

export async function readEnds({ all }: Session): Promise<LogEnds> {
  const [row] = await all<LogPoint & { floor_position: number; floor_mark: number }>('select * from log_head');
  if (!row) throw new Error('The log has no head');
  return { head: pointOf(row), floor: { position: row.floor_position, mark: row.floor_mark } };
}

export async function locate(session: Session, { position, mark }: LogPoint): Promise<'held' | 'trimmed' | 'unknown'> {
  const ends = await readEnds(session);
  if (!Number.isSafeInteger(position) || position < 0 || position > ends.head.position) return 'unknown';
  if (position === 0 && mark !== 0) return 'unknown';
  if (position < ends.floor.position) return 'trimmed';
  return (await markAt(session, ends, position)) === mark ? 'held' : 'unknown';
}

/** In one state of the store, so that what is trimmed meanwhile is not missing. */
export async function readLog(session: Session, query: LogQuery): Promise<LogSlice> {
  const { after, accounts, id, limit } = query;
  const ends = await readEnds(session);
  const { head, floor } = ends;
  if (accounts?.length === 0) return slice([], head, head);
  const most = Math.max(after, floor.position) + Math.max(limit, MOST_SCANNED);
  const end = id === undefined ? Math.min(head.position, most) : head.position;
  const values: PostgresValue[] = [after, end, limit + 1];
  const where = ['position > $1', 'position <= $2'];
  if (accounts) where.push(`account = any($${values.push(accounts)})`);
  if (id !== undefined) where.push(`id = $${values.push(id)}`);
  const found = await session.all<LogRow>(
    `select position, mark, at, type, before, transition, body from log where ${where.join(' and ')}
     order by position limit $3`,
    ...values,
  );
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  if (last) return slice(rows, pointOf(last), head);
  return slice(rows, { position: end, mark: (await markAt(session, ends, end)) ?? 0 }, head);
}

function slice(rows: readonly LogRow[], scannedTo: LogPoint, head: LogPoint): LogSlice {
  return { entries: rows.map(readEntry), scannedTo, complete: scannedTo.position >= head.position };
}

async function markAt({ all }: Session, { head, floor }: LogEnds, position: number): Promise<number | undefined> {
  if (position === head.position) return head.mark;
  if (position === floor.position) return floor.mark;
  return (await all<{ mark: number }>('select mark from log where position = $1', position))[0]?.mark;
}

function pointOf({ position, mark }: LogPoint): LogPoint {
  return { position, mark };
}

function readEntry(row: LogRow): LogEntry {
  return {
    point: pointOf(row),
    type: row.type,
    task: decodeJson(row.body) as Task,
    before: row.before === null ? null : (decodeJson(row.before) as FilterFacts),
    transition: row.transition === null ? null : (decodeJson(row.transition) as Transition),
    at: row.at,
  };
}
