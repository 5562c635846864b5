import type { TaskStore } from '../store.js';
import type { SqliteDatabase } from './database.js';
import type { StoreState } from './store-state.js';
import type { TaskWriter } from './task-writer.js';

export type TrimLimits = Parameters<TaskStore['trim']>[0];

/**
 * One bounded step of retention. Marks of removal stay: discovery must never adopt a removed task again (promise 10).
 *
 * A task counts from the instant its end was stored, not from `finishedAt`: the upstream's clock and a task tracked long
 * after its end must not make it vanish at once.
 *
 * @returns whether there is more to do
 */
export function trimStep(db: SqliteDatabase, state: StoreState, writer: TaskWriter, limits: TrimLimits): boolean {
  let left = limits.limit;
  left -= removeFinished(db, writer, limits, left);
  left -= trimLog(db, state, limits.logBefore, left);
  left -= trimStarts(db, limits.startsBefore, left);
  return left <= 0;
}

function removeFinished(db: SqliteDatabase, writer: TaskWriter, limits: TrimLimits, most: number): number {
  const ended = db.all<{ id: string }>(
    'select id from tasks where done = 1 and updated_at < ? order by updated_at, id limit ?',
    limits.finishedBefore,
    most,
  );
  for (const { id } of ended) writer.remove({ id, at: limits.now });
  return ended.length;
}

/** Only ever from the oldest end: a cursor is either before the floor or has everything behind it. */
function trimLog(db: SqliteDatabase, state: StoreState, before: number, most: number): number {
  const from = state.floor.position;
  const oldest = db.all<{ position: number; mark: number; at: number }>(
    'select position, mark, at from log where position > ? order by position limit ?',
    from,
    most,
  );
  const kept = oldest.findIndex(({ at }) => at >= before);
  const trimmed = kept === -1 ? oldest : oldest.slice(0, kept);
  const last = trimmed.at(-1);
  if (!last) return 0;
  db.run('delete from log where position <= ?', last.position);
  state.moveFloor({ position: last.position, mark: last.mark });
  return trimmed.length;
}

function trimStarts(db: SqliteDatabase, before: number, most: number): number {
  return db.run(
    `delete from starts where (account, mutation, client_request_id) in
       (select account, mutation, client_request_id from starts where at < ? order by at limit ?)`,
    before,
    Math.max(most, 0),
  );
}
