import { createHmac, randomUUID } from 'node:crypto';
import type { Instant } from '../../task/task.js';
import type { TaskIdentity } from '../../task/task-id.js';
import { START_KEY_LIFE_MS, type StartClaim, type StartKey } from '../store.js';
import { decodeJson, encodeJson, encodeText } from '../task-row.js';
import type { SqliteDatabase, SqliteValue } from './database.js';

interface StartRow {
  readonly hash: string;
  readonly state: 'open' | 'unknown' | 'accepted';
  readonly run: string;
  readonly at: number;
  readonly identity: string | null;
}

const BY_KEY = 'where account = ? and mutation = ? and client_request_id = ?';

export class StartTable {
  readonly #db: SqliteDatabase;
  readonly #hashKey: string;
  /** Names this life of the process: a claim left open by another one was cut short by a crash. */
  readonly #run = randomUUID();

  constructor(db: SqliteDatabase, hashKey: string) {
    this.#db = db;
    this.#hashKey = hashKey;
  }

  /** Only inside a transaction. */
  claim(key: StartKey, input: string, at: Instant): StartClaim {
    const hash = createHmac('sha256', this.#hashKey).update(input).digest('hex');
    const row = this.#db.first(`select hash, state, run, at, identity from starts ${BY_KEY}`, ...columns(key)) as
      StartRow | undefined;
    if (row && at - row.at < START_KEY_LIFE_MS) return this.#settled(row, hash);
    this.#db.run(
      `insert or replace into starts (account, mutation, client_request_id, hash, state, run, at)
       values (?, ?, ?, ?, 'open', ?, ?)`,
      ...columns(key),
      hash,
      this.#run,
      at,
    );
    return { type: 'claimed' };
  }

  settle(key: StartKey, outcome: 'unknown' | 'forgotten'): void {
    const change = outcome === 'unknown' ? `update starts set state = 'unknown'` : 'delete from starts';
    this.#db.run(`${change} ${BY_KEY} and state = 'open'`, ...columns(key));
  }

  accept(key: StartKey, { service, account, scope, upstreamId }: TaskIdentity): void {
    const identity = encodeJson({ service, account, scope, upstreamId });
    this.#db.run(`update starts set state = 'accepted', identity = ? ${BY_KEY}`, identity, ...columns(key));
  }

  #settled(row: StartRow, hash: string): StartClaim {
    if (row.hash !== hash) return { type: 'mismatch' };
    if (row.state === 'accepted' && row.identity !== null) {
      return { type: 'accepted', identity: decodeJson(row.identity) as TaskIdentity };
    }
    return row.state === 'open' && row.run === this.#run ? { type: 'pending' } : { type: 'unknown' };
  }
}

function columns({ account, mutation, clientRequestId }: StartKey): readonly SqliteValue[] {
  return [account, mutation, encodeText(clientRequestId)];
}
