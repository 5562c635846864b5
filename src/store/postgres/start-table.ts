import { createHmac, randomUUID } from 'node:crypto';
import type { Instant } from '../../task/task.js';
import type { TaskIdentity } from '../../task/task-id.js';
import { START_KEY_LIFE_MS, type StartClaim, type StartKey } from '../store.js';
import { decodeJson, encodeText } from '../task-row.js';
import type { Session } from './database.js';

/**
 * A start ends within 40 s, sent twice and waiting for the budget each time, so a claim of another process that is this
 * old, by the server's clock, belongs to one that is dead.
 */
const LONGEST_CLAIM_S = 60;

interface StartRow {
  readonly hash: string;
  readonly state: 'open' | 'unknown' | 'accepted';
  readonly run: string;
  readonly at: number;
  readonly abandoned: boolean;
  readonly identity: string | null;
}

const BY_KEY = 'where account = $1 and mutation = $2 and client_request_id = $3';

export class StartTable {
  readonly #hashKey: () => string;
  /** Names this life of the process. */
  readonly #run = randomUUID();

  constructor(hashKey: () => string) {
    this.#hashKey = hashKey;
  }

  async claim({ all }: Session, key: StartKey, input: string, at: Instant): Promise<StartClaim> {
    const hash = createHmac('sha256', this.#hashKey()).update(input).digest('hex');
    // A claim that another call makes at this instant is waited for; one too old to be remembered is replaced.
    const claimed = await all(
      `insert into starts as s (account, mutation, client_request_id, hash, state, run, at)
       values ($1, $2, $3, $4, 'open', $5, $6)
       on conflict (account, mutation, client_request_id) do update set hash = excluded.hash, state = 'open',
         run = excluded.run, at = excluded.at, claimed_at = now(), identity = null
       where excluded.at - s.at >= $7
       returning 1`,
      ...columns(key),
      hash,
      this.#run,
      at,
      START_KEY_LIFE_MS,
    );
    if (claimed.length > 0) return { type: 'claimed' };
    const [row] = await all<StartRow>(
      `select hash, state, run, at, identity, claimed_at < now() - interval '${LONGEST_CLAIM_S} s' as abandoned
       from starts ${BY_KEY}`,
      ...columns(key),
    );
    // Forgotten between the two statements: asking again claims it.
    return row ? this.#settled(row, hash) : { type: 'pending' };
  }

  async settle({ all }: Session, key: StartKey, outcome: 'unknown' | 'forgotten'): Promise<void> {
    const change = outcome === 'unknown' ? `update starts set state = 'unknown'` : 'delete from starts';
    await all(`${change} ${BY_KEY} and state = 'open'`, ...columns(key));
  }

  #settled(row: StartRow, hash: string): StartClaim {
    if (row.hash !== hash) return { type: 'mismatch' };
    if (row.state === 'accepted' && row.identity !== null) {
      return { type: 'accepted', identity: decodeJson(row.identity) as TaskIdentity };
    }
    const held = row.state === 'open' && (row.run === this.#run || !row.abandoned);
    return held ? { type: 'pending' } : { type: 'unknown' };
  }
}

function columns({ account, mutation, clientRequestId }: StartKey): readonly string[] {
  return [account, mutation, encodeText(clientRequestId)];
}
