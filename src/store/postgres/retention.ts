import type { LogPoint, TaskStore } from '../store.js';
import { Batch } from './batch.js';
import type { Session } from './database.js';
import { readEnds } from './log-table.js';

export type TrimLimits = Parameters<TaskStore['trim']>[0];

/**
 * One bounded step of retention, as in the SQLite store: a task counts from the instant its end was stored, and marks of
 * removal stay (promise 10).
 *
 * @returns whether there is more to do
 */
export async function trimStep(session: Session, nextMark: () => number, limits: TrimLimits): Promise<boolean> {
  const batch = new Batch(session, nextMark);
  await batch.lock();
  const removed = await removeFinished(session, batch, limits);
  const trimmed = await trimLog(session, limits.logBefore, limits.limit - removed);
  const forgotten = await session.all(
    `delete from starts where (account, mutation, client_request_id) in
       (select account, mutation, client_request_id from starts where at < $1 order by at limit $2) returning 1`,
    limits.startsBefore,
    limits.limit - removed - trimmed,
  );
  return removed + trimmed + forgotten.length >= limits.limit;
}

async function removeFinished(session: Session, batch: Batch, limits: TrimLimits): Promise<number> {
  const ended = await session.all<{ id: string }>(
    'select id from tasks where done = 1 and updated_at < $1 order by updated_at, id limit $2',
    limits.finishedBefore,
    limits.limit,
  );
  if (ended.length === 0) return 0;
  await batch.load(ended.map(({ id }) => id));
  for (const { id } of ended) batch.remove({ id, at: limits.now });
  await batch.flush();
  return ended.length;
}

/** Only ever from the oldest end: a cursor is either before the floor or has everything behind it. */
async function trimLog(session: Session, before: number, most: number): Promise<number> {
  const { floor } = await readEnds(session);
  const oldest = await session.all<LogPoint & { at: number }>(
    'select position, mark, at from log where position > $1 order by position limit $2',
    floor.position,
    most,
  );
  const kept = oldest.findIndex(({ at }) => at >= before);
  const trimmed = kept === -1 ? oldest : oldest.slice(0, kept);
  const last = trimmed.at(-1);
  if (!last) return 0;
  await session.all('delete from log where position <= $1', last.position);
  await session.all('update log_head set floor_position = $1, floor_mark = $2', last.position, last.mark);
  return trimmed.length;
}
