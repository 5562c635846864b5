import { randomBytes } from 'node:crypto';
import { formatCellKey, parseCellKey, type Cell, type CellKey } from '../cells.js';
import { formatEstimateKey, historyOf, withDuration, type History } from '../estimates.js';
import type { Estimate, EstimateKey, LogPoint } from '../store.js';
import type { SqliteDatabase } from './database.js';

/**
 * What one process may keep in memory of its own file: the counts, how long tasks take, and where the log begins and ends. Changed only
 * inside `write`, so that it always equals what is committed.
 */
export class StoreState {
  readonly #db: SqliteDatabase;
  #cells = new Map<string, Cell>();
  #histories = new Map<string, History>();
  #head: LogPoint = START;
  #floor: LogPoint = START;
  #loaded = false;
  readonly epoch: string;
  readonly hashKey: string;

  constructor(db: SqliteDatabase) {
    this.#db = db;
    this.epoch = this.#metaOrNew('epoch');
    this.hashKey = this.#metaOrNew('hash_key');
    this.#load();
  }

  /** Entries up to this one were trimmed. */
  get floor(): LogPoint {
    this.#load();
    return this.#floor;
  }

  get head(): LogPoint {
    this.#load();
    return this.#head;
  }

  get cells(): Iterable<Cell> {
    this.#load();
    return this.#cells.values();
  }

  /** Runs `work` in a transaction; what it did is forgotten when it fails. */
  write<T>(work: () => T): T {
    this.#load();
    try {
      return this.#db.transaction(work);
    } catch (error) {
      this.#loaded = false;
      throw error;
    }
  }

  /** The cell of such tasks, made when there is none; `by` more tasks are in it from now on. */
  count(key: CellKey, by: 1 | -1): number {
    const text = formatCellKey(key);
    const known = this.#cells.get(text);
    if (known) {
      const count = known.count + by;
      this.#db.run('update cells set count = ? where cell = ?', count, known.cell);
      this.#cells.set(text, { ...known, count });
      return known.cell;
    }
    const cell = this.#db.insert('insert into cells (key, count) values (?, ?)', text, by);
    this.#cells.set(text, { ...key, cell, count: by });
    return cell;
  }

  estimate(key: EstimateKey): Estimate | null {
    this.#load();
    return this.#histories.get(formatEstimateKey(key))?.estimate ?? null;
  }

  /** One more task of this key has succeeded, after so many milliseconds. */
  addDuration(key: EstimateKey, duration: number): void {
    const text = formatEstimateKey(key);
    const history = withDuration(this.#histories.get(text), duration);
    this.#db.run(
      `insert into histories (key, durations) values (?, ?)
       on conflict (key) do update set durations = excluded.durations`,
      text,
      JSON.stringify(history.durations),
    );
    this.#histories.set(text, history);
  }

  moveHead(head: LogPoint): void {
    this.#head = head;
  }

  moveFloor(floor: LogPoint): void {
    this.#setMeta('floor', JSON.stringify(floor));
    this.#floor = floor;
  }

  #load(): void {
    if (this.#loaded) return;
    const floor = this.#meta('floor');
    this.#floor = floor === undefined ? START : (JSON.parse(floor) as LogPoint);
    const newest = this.#db.first('select position, mark from log order by position desc limit 1') as
      LogPoint | undefined;
    this.#head = newest ? { position: newest.position, mark: newest.mark } : this.#floor;
    const cells = this.#db.all<{ cell: number; key: string; count: number }>('select cell, key, count from cells');
    this.#cells = new Map(cells.map(({ cell, key, count }) => [key, { ...parseCellKey(key), cell, count }]));
    const histories = this.#db.all<{ key: string; durations: string }>('select key, durations from histories');
    this.#histories = new Map(
      histories.map(({ key, durations }) => [key, historyOf(JSON.parse(durations) as number[])]),
    );
    this.#loaded = true;
  }

  #meta(key: string): string | undefined {
    return (this.#db.first('select value from meta where key = ?', key) as { value: string } | undefined)?.value;
  }

  #setMeta(key: string, value: string): void {
    this.#db.run(
      'insert into meta (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
      key,
      value,
    );
  }

  #metaOrNew(key: string): string {
    const known = this.#meta(key);
    if (known !== undefined) return known;
    const value = randomBytes(16).toString('hex');
    this.#setMeta(key, value);
    return value;
  }
}

const START: LogPoint = { position: 0, mark: 0 };
