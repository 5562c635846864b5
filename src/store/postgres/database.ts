import { DatabaseError, Pool, TypeOverrides, type PoolClient } from 'pg';
import type { Logger } from '../../base/logger.js';
import { StoreUnavailableError } from '../store.js';

export type PostgresValue = string | number | null | readonly string[];

const MOST_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** How much longer than the server may take its answer is waited for. */
const SILENCE_MS = 5_000;
/** The server ends a transaction whose process froze: it holds the lock that every commit needs. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const READ = 'begin isolation level repeatable read read only';
const WRITE = 'begin';
const INT8 = 20;
/** Half surrogates and NUL, which a PostgreSQL text cannot hold. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

export interface PostgresOptions {
  /** Most connections at once. */
  readonly connections?: number;
  /** Longest time for one statement, and between two of a transaction. */
  readonly timeoutMs?: number;
  /** What has to be done before anything else; tried again by whoever comes next, until it was done once. */
  readonly prepare?: (db: Transactions) => Promise<void>;
}

/** What runs the statements of one transaction. */
export interface Session {
  readonly all: <Row>(text: string, ...values: readonly PostgresValue[]) => Promise<Row[]>;
}

export interface Transactions {
  /** Statements that see one state of the store. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Writes all or nothing. */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/**
 * Connections, made when needed and made again after the server was away. Failures of server and network become
 * `StoreUnavailableError`; mistakes in our SQL are thrown as they are.
 */
export class PostgresDatabase implements Transactions {
  readonly #pool: Pool;
  readonly #prepare: PostgresOptions['prepare'];
  #prepared: Promise<void> | undefined;

  constructor(url: string, logger: Logger, options: PostgresOptions = {}) {
    const { connections = MOST_CONNECTIONS, timeoutMs = STATEMENT_TIMEOUT_MS } = options;
    this.#prepare = options.prepare;
    this.#pool = new Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      statement_timeout: timeoutMs,
      query_timeout: timeoutMs + Math.min(SILENCE_MS, timeoutMs),
      idle_in_transaction_session_timeout: Math.min(IDLE_IN_TRANSACTION_MS, timeoutMs),
      keepAlive: true,
      types: numbersForInt8(),
    });
    this.#pool.on('error', (error) => logger.warn({ reason: error.message }, 'A connection to the store was lost'));
  }

  /**
   * Done by the first call of `read` or `write` as well, which then say of any failure that the store cannot be used.
   *
   * @throws whatever the preparation throws
   */
  prepare(): Promise<void> {
    const prepare = this.#prepare;
    if (!prepare) return Promise.resolve();
    this.#prepared ??= prepare({
      read: (work) => this.#transaction(READ, work),
      write: (work) => this.#transaction(WRITE, work),
    }).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    await this.#ready();
    return this.#transaction(READ, work);
  }

  async write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    await this.#ready();
    return this.#transaction(WRITE, work);
  }

  close(): Promise<void> {
    return this.#pool.ended || this.#pool.ending ? Promise.resolve() : this.#pool.end();
  }

  async #ready(): Promise<void> {
    try {
      await this.prepare();
    } catch (error) {
      throw error instanceof StoreUnavailableError ? error : unavailable(error);
    }
  }

  async #transaction<T>(begin: string, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await guard(() => this.#pool.connect());
    // Between two statements a lost connection has nobody else to tell; the next statement fails anyway.
    const lost = (): void => undefined;
    client.on('error', lost);
    let broken = true;
    try {
      await guard(() => client.query(begin));
      const result = await work(sessionOf(client));
      await guard(() => client.query('commit'));
      broken = false;
      return result;
    } catch (error) {
      broken = !(await rolledBack(client));
      throw error;
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }
}

/** Positions and counts are read as numbers: they stay below 2^53. */
function numbersForInt8(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(INT8, Number);
  return overrides;
}

function sessionOf(client: PoolClient): Session {
  return {
    async all<Row>(text: string, ...values: readonly PostgresValue[]) {
      const storable = values.map((value) =>
        typeof value === 'object' ? value && [...value].map(clean) : clean(value),
      );
      const { rows } = await guard(() => client.query(text, storable));
      return rows as Row[];
    },
  };
}

function clean<T>(value: T): T | string {
  return typeof value === 'string' ? value.replace(UNSTORABLE, '\uFFFD') : value;
}

/** Rows as one parameter, for `json_to_recordset`. */
export function encodeRows(rows: readonly object[]): string {
  return JSON.stringify(rows, (_, value: unknown) => clean(value));
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}

/** SQLSTATE classes: login, missing database. */
const REFUSED = /^(28|3D)/;
const UNREADABLE_URL: ReadonlySet<unknown> = new Set(['TypeError', 'URIError']);

/** Whether trying again is of no use before somebody has changed the URL, the login or the server. */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof StoreUnavailableError)) return true;
  const { cause } = error;
  if (cause instanceof DatabaseError) return REFUSED.test(cause.code ?? '');
  return UNREADABLE_URL.has((cause as Error | undefined)?.name);
}

/** SQLSTATE classes: connection, rollback forced by others, resources, operator, system, read-only, wrong login. */
const UNAVAILABLE = /^(08|28|40|53|57|58|25006|25P03|55P03|3D)/;

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What is not told by the server comes from the connection.
    if (error instanceof DatabaseError && !UNAVAILABLE.test(error.code ?? '')) throw error;
    throw unavailable(error);
  }
}

function unavailable(error: unknown): StoreUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`The store cannot be used: ${reason}`, { cause: error });
}
