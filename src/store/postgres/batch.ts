import type { Freshness, Task } from '../../task/task.js';
import type { TaskId } from '../../task/task-id.js';
import { cellKeyOf, formatCellKey, parseCellKey, type Cell, type CellKey } from '../cells.js';
import { durationBySuccess, formatEstimateKey, historyOf, withDuration, type History } from '../estimates.js';
import {
  FencedError,
  type ChangeWrite,
  type Fence,
  type FreshnessNote,
  type LogEntry,
  type LogPoint,
  type RemoveWrite,
  type StoredTask,
  type Write,
  type WriteResult,
} from '../store.js';
import { decodeJson, encodeJson, encodeText, readStored, staleAtOf, taskColumns, type BodyRow } from '../task-row.js';
import { encodeRows, type Session } from './database.js';

interface Held extends StoredTask {
  readonly changed: boolean;
}

/**
 * The writes of one transaction: everything they look at is read at once, they are applied in memory, and what came of
 * them is written with one statement per table. The lock on the head of the log makes transactions follow one another,
 * so that the order of positions is the order of commits.
 */
export class Batch {
  readonly #session: Session;
  readonly #nextMark: () => number;
  #head: LogPoint = { position: 0, mark: 0 };
  #now = 0;
  readonly #held = new Map<TaskId, Held>();
  readonly #removals = new Set<TaskId>();
  readonly #cells = new Map<string, Cell>();
  readonly #histories = new Map<string, History>();
  readonly #fences = new Map<string, number>();
  readonly #changedCells = new Set<string>();
  readonly #changedHistories = new Set<string>();
  readonly #newFences = new Map<string, Fence>();
  readonly #removed = new Map<TaskId, number>();
  readonly #revived = new Set<TaskId>();
  readonly #log: object[] = [];
  readonly #starts: object[] = [];
  readonly #transitions = new Map<TaskId, object[]>();
  readonly #raws = new Map<TaskId, string>();
  readonly #contents = new Map<TaskId, string>();

  constructor(session: Session, nextMark: () => number) {
    this.#session = session;
    this.#nextMark = nextMark;
  }

  /** Waits for the transactions before this one. */
  async lock(): Promise<void> {
    const [row] = await this.#session.all<LogPoint & { now: number }>(
      'select position, mark, extract(epoch from clock_timestamp())::float8 * 1000 as now from log_head for update',
    );
    if (!row) throw new Error('The log has no head');
    this.#head = { position: row.position, mark: row.mark };
    this.#now = row.now;
  }

  async load(ids: readonly TaskId[], fences: readonly Fence[] = []): Promise<void> {
    const { all } = this.#session;
    const tasks = await all<BodyRow & { id: string }>('select id, freshness, body from tasks where id = any($1)', ids);
    for (const row of tasks) this.#held.set(row.id, { ...readStored(row), changed: false });
    const removals = await all<{ id: string }>('select id from removals where id = any($1)', ids);
    for (const { id } of removals) this.#removals.add(id);
    for (const { cell, key, count } of await all<{ cell: number; key: string; count: number }>('select * from cells')) {
      this.#cells.set(key, { ...parseCellKey(key), cell, count });
    }
    if (fences.length === 0) return;
    for (const row of await all<Fence>('select account, service, token from poll_groups')) {
      this.#fences.set(groupOf(row), row.token);
    }
  }

  async loadHistories(writes: readonly Write[]): Promise<void> {
    const ended = writes.flatMap((write) => (write.type === 'change' && write.task.done ? [write.task] : []));
    if (ended.length === 0) return;
    const keys = [...new Set(ended.map(formatEstimateKey))];
    const rows = await this.#session.all<{ key: string; durations: string }>(
      'select key, durations from histories where key = any($1)',
      keys,
    );
    for (const { key, durations } of rows) this.#histories.set(key, historyOf(decodeJson(durations) as number[]));
  }

  /** @throws FencedError before anything of the caller's is applied */
  pass(fence: Fence): void {
    const group = groupOf(fence);
    const newest = this.#fences.get(group);
    if (newest !== undefined && newest > fence.token) {
      throw new FencedError(`Another process polls ${fence.service} of ${fence.account}`);
    }
    if (newest === fence.token) return;
    this.#fences.set(group, fence.token);
    this.#newFences.set(group, fence);
  }

  apply(write: Write): WriteResult {
    return write.type === 'change' ? this.#change(write) : this.remove(write);
  }

  remove({ id, at }: Omit<RemoveWrite, 'type'>): WriteResult {
    const held = this.#held.get(id);
    if (!held) return { type: 'conflict', current: null };
    const { task } = held;
    this.#held.delete(id);
    this.#removals.add(id);
    this.#removed.set(id, at);
    for (const kept of [this.#transitions, this.#raws, this.#contents]) kept.delete(id);
    this.#count(cellKeyOf(task), -1);
    const entry = { type: 'REMOVED', task, before: null, transition: null, at } as const;
    return { type: 'committed', point: this.#append(entry) };
  }

  note({ id, freshness, raw }: FreshnessNote): void {
    const held = this.#held.get(id);
    if (!held || isOlder(freshness, held.freshness, this.#now)) return;
    this.#held.set(id, { task: held.task, freshness, changed: true });
    if (raw !== undefined) this.#raws.set(id, encodeJson(raw));
  }

  #change(write: ChangeWrite): WriteResult {
    const { task, transition, freshness, before } = write;
    // The start has made this task, whoever was the first to write it.
    if (write.start) this.#accept(write.start, task);
    const held = this.#held.get(task.id);
    const refused = this.#refuse(write, held);
    if (refused) return refused;
    if (this.#removals.delete(task.id)) this.#revived.add(task.id);

    const previous = held?.task ?? null;
    this.#count(cellKeyOf(task), 1);
    if (previous) this.#count(cellKeyOf(previous), -1);
    // What is tracked once more has counted when it was tracked before.
    const duration = write.revive === true && !previous ? null : durationBySuccess(task, previous);
    if (duration !== null) this.#addDuration(formatEstimateKey(task), duration);
    this.#held.set(task.id, { task, freshness, changed: true });
    const point = this.#append({ type: 'CHANGED', task, before, transition, at: transition.at });
    const transitions = this.#transitions.get(task.id) ?? [];
    transitions.push({ id: task.id, seq: transition.seq, ...point, body: encodeJson(transition) });
    this.#transitions.set(task.id, transitions);
    if (write.raw !== undefined) this.#raws.set(task.id, encodeJson(write.raw));
    if (write.content !== undefined) this.#contents.set(task.id, encodeJson(write.content));
    return { type: 'committed', point };
  }

  /** Why a change may not be written, if so. */
  #refuse({ task, transition, revive }: ChangeWrite, held: Held | undefined): WriteResult | undefined {
    if (held) {
      if (held.task.seq === transition.seq - 1) return undefined;
      return { type: 'conflict', current: { task: held.task, freshness: held.freshness } };
    }
    if (this.#removals.has(task.id) && revive !== true) return { type: 'removed' };
    return transition.seq === 1 ? undefined : { type: 'conflict', current: null };
  }

  #accept({ account, mutation, clientRequestId }: NonNullable<ChangeWrite['start']>, task: Task): void {
    const { service, scope, upstreamId } = task;
    const identity = encodeJson({ service, account: task.account, scope, upstreamId });
    this.#starts.push({ account, mutation, client_request_id: encodeText(clientRequestId), identity });
  }

  #append({ type, task, before, transition, at }: Omit<LogEntry, 'point'>): LogPoint {
    const point = { position: this.#head.position + 1, mark: this.#nextMark() };
    this.#head = point;
    this.#log.push({
      ...point,
      at,
      type,
      account: task.account,
      id: task.id,
      before: before && encodeJson(before),
      transition: transition && encodeJson(transition),
      body: encodeJson(task),
    });
    return point;
  }

  #count(key: CellKey, by: 1 | -1): void {
    const text = formatCellKey(key);
    const known = this.#cells.get(text) ?? { ...key, cell: this.#cells.size + 1, count: 0 };
    this.#cells.set(text, { ...known, count: known.count + by });
    this.#changedCells.add(text);
  }

  #addDuration(key: string, duration: number): void {
    this.#histories.set(key, withDuration(this.#histories.get(key), duration));
    this.#changedHistories.add(key);
  }

  async flush(): Promise<void> {
    await this.#deleteRemoved();
    const cells = [...this.#changedCells].map((key) => ({ key, ...pick(this.#cells.get(key)) }));
    await this.#write(
      cells,
      `insert into cells (cell, key, count) select cell, key, count
       from json_to_recordset($1) as r(cell int, key text, count bigint)
       on conflict (cell) do update set count = excluded.count`,
    );
    await this.#writeTasks();
    await this.#write(
      this.#log,
      `insert into log (position, mark, at, type, account, id, before, transition, body)
       select * from json_to_recordset($1) as r(position bigint, mark bigint, at bigint, type text, account text,
         id text, before text, transition text, body text)`,
    );
    await this.#write(
      [...this.#transitions.values()].flat(),
      `insert into transitions (id, seq, position, mark, body) select *
       from json_to_recordset($1) as r(id text, seq int, position bigint, mark bigint, body text)`,
    );
    await this.#keep('raws', this.#raws);
    await this.#keep('contents', this.#contents);
    const histories = [...this.#changedHistories].map((key) => {
      return { key, durations: JSON.stringify(this.#histories.get(key)?.durations ?? []) };
    });
    await this.#write(
      histories,
      `insert into histories (key, durations) select * from json_to_recordset($1) as r(key text, durations text)
       on conflict (key) do update set durations = excluded.durations`,
    );
    await this.#write(
      this.#starts,
      `update starts s set state = 'accepted', identity = r.identity
       from json_to_recordset($1) as r(account text, mutation text, client_request_id text, identity text)
       where (s.account, s.mutation, s.client_request_id) = (r.account, r.mutation, r.client_request_id)`,
    );
    await this.#write(
      [...this.#newFences.values()],
      `insert into poll_groups (account, service, token) select *
       from json_to_recordset($1) as r(account text, service text, token bigint)
       on conflict (account, service) do update set token = excluded.token`,
    );
    if (this.#log.length === 0) return;
    await this.#session.all('update log_head set position = $1, mark = $2', this.#head.position, this.#head.mark);
  }

  async #deleteRemoved(): Promise<void> {
    const ids = [...this.#removed.keys()];
    if (ids.length > 0) {
      for (const table of ['transitions', 'raws', 'contents', 'tasks']) {
        await this.#session.all(`delete from ${table} where id = any($1)`, ids);
      }
    }
    const revived = [...this.#revived];
    if (revived.length > 0) await this.#session.all('delete from removals where id = any($1)', revived);
    const marks = [...this.#removed].filter(([id]) => this.#removals.has(id)).map(([id, at]) => ({ id, at }));
    await this.#write(
      marks,
      `insert into removals (id, at) select * from json_to_recordset($1) as r(id text, at bigint)
       on conflict (id) do update set at = excluded.at`,
    );
  }

  async #writeTasks(): Promise<void> {
    const rows = [...this.#held.values()]
      .filter(({ changed }) => changed)
      .map(({ task, freshness }) => ({
        id: task.id,
        cell: this.#cells.get(formatCellKey(cellKeyOf(task)))?.cell,
        ...taskColumns(task),
        stale_at: staleAtOf(task.done, freshness),
        freshness: encodeJson(freshness),
      }));
    const columns = 'id, cell, done, seq, created_at, updated_at, stale_at, resource_id, search_text, freshness, body';
    await this.#write(
      rows,
      `insert into tasks (${columns}) select ${columns} from json_to_recordset($1) as r(id text, cell int,
         done smallint, seq int, created_at bigint, updated_at bigint, stale_at bigint, resource_id text,
         search_text text, freshness text, body text)
       on conflict (id) do update set cell = excluded.cell, done = excluded.done, seq = excluded.seq,
         updated_at = excluded.updated_at, stale_at = excluded.stale_at, resource_id = excluded.resource_id,
         search_text = excluded.search_text, freshness = excluded.freshness, body = excluded.body`,
    );
  }

  /** Polls mostly bring what is there already; then nothing is written. */
  async #keep(table: 'raws' | 'contents', values: ReadonlyMap<TaskId, string>): Promise<void> {
    await this.#write(
      [...values].map(([id, value]) => ({ id, value })),
      `insert into ${table} as k (id, value) select * from json_to_recordset($1) as r(id text, value text)
       on conflict (id) do update set value = excluded.value where k.value <> excluded.value`,
    );
  }

  async #write(rows: readonly object[], text: string): Promise<void> {
    if (rows.length > 0) await this.#session.all(text, encodeRows(rows));
  }
}

/** A replica that was frozen must not take a task back to what it knew then. What lies ahead of the clock makes nothing older. */
function isOlder({ askedAt }: Freshness, held: Freshness, now: number): boolean {
  return held.askedAt !== null && held.askedAt > (askedAt ?? 0) && held.askedAt <= now;
}

function groupOf({ account, service }: Pick<Fence, 'account' | 'service'>): string {
  return JSON.stringify([account, service]);
}

function pick(cell: Cell | undefined): Partial<Pick<Cell, 'cell' | 'count'>> {
  return cell ? { cell: cell.cell, count: cell.count } : {};
}
