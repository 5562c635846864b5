import Libsql from 'libsql';
import { StoreUnavailableError } from '../store.js';

export type SqliteValue = string | number | null;

const MOST_CACHED_STATEMENTS = 200;
const BUSY_TIMEOUT_MS = 2_000;
/** Negative: KiB. */
const CACHE_SIZE = -32_768;

/**
 * One connection. Every call is synchronous; a transaction is therefore never interleaved with another call.
 *
 * Failures of the disk or the file become `StoreUnavailableError`; anything else is a mistake in our SQL and is thrown as it is.
 */
export class SqliteDatabase {
  #db: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<SqliteValue[]>>();

  #configured = false;
  /** The connection may hold a statement that failed half-way, and would then commit nothing more. */
  #suspect = false;

  constructor(private readonly file: string) {
    this.#db = new Libsql(file);
  }

  configure(): void {
    this.#configured = true;
    this.exec(`
      pragma busy_timeout = ${BUSY_TIMEOUT_MS};
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma foreign_keys = on;
      pragma temp_store = memory;
      pragma cache_size = ${CACHE_SIZE};
    `);
  }

  all<Row>(text: string, ...values: readonly SqliteValue[]): Row[] {
    // An array of values goes to `all` as it is: the library takes a lone object for named parameters.
    return this.#guard(() => this.#prepare(text).all(...values)) as Row[];
  }

  /**
   * The first row. Cheaper than `all`, whose native iterator is freed by the garbage collector alone, which does not see
   * its size. The row may carry the library's own key `_metadata`: take the columns out, never the row.
   */
  first(text: string, ...values: readonly SqliteValue[]): unknown {
    return this.#guard(() => this.#prepare(text).get(...values));
  }

  /** @returns the key of the row */
  insert(text: string, ...values: readonly SqliteValue[]): number {
    return Number(this.#guard(() => this.#prepare(text).run(...values).lastInsertRowid));
  }

  /** @returns the number of rows changed */
  run(text: string, ...values: readonly SqliteValue[]): number {
    return this.#guard(() => this.#prepare(text).run(...values).changes);
  }

  exec(script: string): void {
    this.#guard(() => this.#db.exec(script));
  }

  /** Writes all or nothing. */
  transaction<T>(work: () => T): T {
    if (this.#suspect) this.#reopen();
    try {
      this.exec('begin immediate');
      const result = work();
      this.exec('commit');
      return result;
    } catch (error) {
      this.#rollback();
      if (error instanceof StoreUnavailableError) this.#suspect = true;
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.open) this.#db.close();
  }

  #reopen(): void {
    if (!this.#configured || !this.#db.open || this.file === ':memory:') return;
    this.#guard(() => {
      const next = new Libsql(this.file);
      this.#statements.clear();
      this.#db.close();
      this.#db = next;
    });
    this.configure();
    this.#suspect = false;
  }

  /** SQLite itself has already rolled back after some errors. */
  #rollback(): void {
    if (this.#db.open && this.#db.inTransaction) this.exec('rollback');
  }

  #prepare(text: string): Libsql.Statement<SqliteValue[]> {
    const known = this.#statements.get(text);
    if (known) {
      this.#statements.delete(text);
      this.#statements.set(text, known);
      return known;
    }
    const statement = this.#db.prepare<SqliteValue[]>(text);
    this.#statements.set(text, statement);
    if (this.#statements.size > MOST_CACHED_STATEMENTS) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    if (!this.#db.open) throw new StoreUnavailableError('The store is closed');
    try {
      return work();
    } catch (error) {
      const code = sqliteCode(error);
      if (!UNAVAILABLE.test(code)) throw error;
      throw new StoreUnavailableError(`The store cannot be used: ${code}`, { cause: error });
    }
  }
}

const UNAVAILABLE = /^SQLITE_(FULL|IOERR|READONLY|BUSY|LOCKED|CORRUPT|NOTADB|CANTOPEN|NOMEM|PERM|AUTH|INTERRUPT)/;

/** The library's code, or an empty text. */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
