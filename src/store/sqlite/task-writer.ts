import type { Json } from '../../base/json.js';
import type { Freshness, Task } from '../../task/task.js';
import type { TaskId } from '../../task/task-id.js';
import { cellKeyOf } from '../cells.js';
import { durationBySuccess } from '../estimates.js';
import type { ChangeWrite, FreshnessNote, LogPoint, RemoveWrite, Write, WriteResult } from '../store.js';
import {
  decodeJson,
  encodeJson,
  readStored,
  staleAtOf,
  taskColumns,
  type BodyRow,
  type TaskColumns,
} from '../task-row.js';
import type { SqliteDatabase } from './database.js';
import type { LogTable } from './log-table.js';
import type { StartTable } from './start-table.js';
import type { RecentTasks } from './recent-tasks.js';
import type { StoreState } from './store-state.js';

interface HeldRow extends BodyRow {
  readonly ref: number;
  readonly seq: number;
  readonly search_text: string;
}

/** The writes of `commit`, one by one. Only inside `StoreState.write`. */
export class TaskWriter {
  readonly #db: SqliteDatabase;
  readonly #state: StoreState;
  readonly #log: LogTable;
  readonly #starts: StartTable;
  readonly #recent: RecentTasks;

  constructor(db: SqliteDatabase, state: StoreState, log: LogTable, starts: StartTable, recent: RecentTasks) {
    this.#db = db;
    this.#recent = recent;
    this.#state = state;
    this.#log = log;
    this.#starts = starts;
  }

  apply(write: Write): WriteResult {
    return write.type === 'change' ? this.#change(write) : this.remove(write);
  }

  remove({ id, at }: Omit<RemoveWrite, 'type'>): WriteResult {
    this.#recent.forget(id);
    const held = this.#held(id);
    if (!held) return { type: 'conflict', current: null };
    const task = decodeJson(held.body) as Task;
    for (const table of ['transitions', 'raws', 'contents', 'tasks']) {
      this.#db.run(`delete from ${table} where ref = ?`, held.ref);
    }
    this.#db.run('delete from task_search where rowid = ?', held.ref);
    this.#state.count(cellKeyOf(task), -1);
    this.#db.run('insert into removals (id, at) values (?, ?) on conflict (id) do update set at = excluded.at', id, at);
    const point = this.#log.append({ type: 'REMOVED', task, body: held.body, before: null, transition: null, at });
    return { type: 'committed', point };
  }

  note({ id, freshness, raw }: FreshnessNote): void {
    this.#recent.forget(id);
    const text = 'update tasks set freshness = ?, stale_at = case when done = 0 then ? end where id = ?';
    if (this.#db.run(text, encodeJson(freshness), freshness.staleAt, id) === 0 || raw === undefined) return;
    const { ref } = this.#db.first('select ref from tasks where id = ?', id) as { ref: number };
    this.#keepRaw(ref, raw);
  }

  #change(write: ChangeWrite): WriteResult {
    this.#recent.forget(write.task.id);
    // The start has made this task, whoever was the first to write it.
    if (write.start) this.#starts.accept(write.start, write.task);
    const { task, transition, freshness } = write;
    const held = this.#held(task.id);
    const refused = this.#refuse(write, held);
    if (refused) return refused;

    const columns = taskColumns(task);
    const previous = held ? (decodeJson(held.body) as Task) : null;
    const cell = this.#state.count(cellKeyOf(task), 1);
    if (previous) this.#state.count(cellKeyOf(previous), -1);
    // What is tracked once more has counted when it was tracked before.
    const duration = write.revive === true && !previous ? null : durationBySuccess(task, previous);
    if (duration !== null) this.#state.addDuration(task, duration);
    const ref = held
      ? this.#update(held, cell, columns, freshness, task.done)
      : this.#insert(task, cell, columns, freshness);
    const point = this.#log.append({
      type: 'CHANGED',
      task,
      body: columns.body,
      before: write.before,
      transition,
      at: transition.at,
    });
    this.#keepTransition(ref, write, point);
    if (write.raw !== undefined) this.#keepRaw(ref, write.raw);
    if (write.content !== undefined) this.#keep('contents', ref, encodeJson(write.content));
    return { type: 'committed', point };
  }

  /** Why a change may not be written, if so. */
  #refuse({ task, transition, revive }: ChangeWrite, held: HeldRow | undefined): WriteResult | undefined {
    if (held) {
      if (held.seq === transition.seq - 1) return undefined;
      return { type: 'conflict', current: readStored(held) };
    }
    const removed = this.#db.first('select 1 from removals where id = ?', task.id) !== undefined;
    if (removed && revive !== true) return { type: 'removed' };
    if (transition.seq !== 1) return { type: 'conflict', current: null };
    if (removed) this.#db.run('delete from removals where id = ?', task.id);
    return undefined;
  }

  #held(id: TaskId): HeldRow | undefined {
    return this.#db.first('select ref, seq, search_text, freshness, body from tasks where id = ?', id) as
      HeldRow | undefined;
  }

  #insert(task: Task, cell: number, columns: TaskColumns, freshness: Freshness): number {
    const ref = this.#db.insert(
      `insert into tasks (id, cell, done, seq, created_at, updated_at, stale_at, resource_id, search_text, freshness, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      task.id,
      cell,
      columns.done,
      columns.seq,
      columns.created_at,
      columns.updated_at,
      staleAtOf(task.done, freshness),
      columns.resource_id,
      columns.search_text,
      encodeJson(freshness),
      columns.body,
    );
    this.#db.run('insert into task_search (rowid, text) values (?, ?)', ref, columns.search_text);
    return ref;
  }

  #update(held: HeldRow, cell: number, columns: TaskColumns, freshness: Freshness, done: boolean): number {
    this.#db.run(
      `update tasks set cell = ?, done = ?, seq = ?, updated_at = ?, stale_at = ?, resource_id = ?, search_text = ?,
       freshness = ?, body = ? where ref = ?`,
      cell,
      columns.done,
      columns.seq,
      columns.updated_at,
      staleAtOf(done, freshness),
      columns.resource_id,
      columns.search_text,
      encodeJson(freshness),
      columns.body,
      held.ref,
    );
    if (columns.search_text !== held.search_text) {
      this.#db.run('delete from task_search where rowid = ?', held.ref);
      this.#db.run('insert into task_search (rowid, text) values (?, ?)', held.ref, columns.search_text);
    }
    return held.ref;
  }

  #keepTransition(ref: number, { transition }: ChangeWrite, point: LogPoint): void {
    this.#db.run(
      'insert into transitions (ref, seq, position, mark, body) values (?, ?, ?, ?, ?)',
      ref,
      transition.seq,
      point.position,
      point.mark,
      encodeJson(transition),
    );
  }

  #keepRaw(ref: number, raw: Json): void {
    this.#keep('raws', ref, encodeJson(raw));
  }

  /** Polls mostly bring what is there already; then nothing is written. */
  #keep(table: 'raws' | 'contents', ref: number, value: string): void {
    this.#db.run(
      `insert into ${table} (ref, value) values (?, ?)
       on conflict (ref) do update set value = excluded.value where value <> excluded.value`,
      ref,
      value,
    );
  }
}
