import type { ClockSample } from '../../base/clock.js';
import type { Logger } from '../../base/logger.js';
import { LEASE_MS, REPLICA_LIFE_MS, type Beat, type GroupName } from '../leases.js';
import type { GroupState, Lease, Leases, Replica } from '../leases.js';
import { encodeRows, PostgresDatabase, type PostgresOptions, type Session } from './database.js';
import { migrate } from './migrations.js';

export interface LeaseTableParts {
  readonly db: PostgresDatabase;
  /** A name that no other process has, nor this one in an earlier life. */
  readonly replica: string;
  /** The clock that is compared with the server's. */
  readonly now: () => number;
  /** Milliseconds from any fixed instant on; never set back. */
  readonly elapsed: () => number;
}

/** Rows of replicas that died are kept a while for whoever looks into what happened. */
const FORGET_REPLICA_MS = 3_600_000;

const GROUPS = 'json_to_recordset($2) as r(account text, service text, token bigint, report text)';
const FREE = '(owner is null or until <= clock_timestamp())';

/** A beat must neither wait behind the store's own work nor hold a row for long after its process froze. */
const OWN_POOL = { connections: 2, timeoutMs: 3_000 };

/** Leases on connections of their own. Nothing is sent before the first call, which finds the tables or makes them. */
export function openLeaseTable({
  url,
  logger,
  ...parts
}: Omit<LeaseTableParts, 'db'> & { readonly url: string; readonly logger: Logger }): Leases {
  const prepare: PostgresOptions['prepare'] = (db) => migrate(db, parts.now());
  return createLeaseTable({ db: new PostgresDatabase(url, logger, { ...OWN_POOL, prepare }), ...parts });
}

/** Leases in the `replicas` and `poll_groups` of a PostgreSQL database. */
export function createLeaseTable({ db, replica, now, elapsed }: LeaseTableParts): Leases {
  return {
    replica,

    clock: () => db.write(sample),

    beat: (beat) =>
      db.write(async (session) => {
        const clock = await sample(session);
        await noteAlive(session, beat.interests);
        await addGroups(session, beat.groups);
        await renew(session, beat.held);
        return { clock, replicas: await liveReplicas(session, beat.known), groups: await groupStates(session) };
      }),

    claim: (groups, most) =>
      db.write(({ all }) =>
        all<Lease>(
          `with free as (
             select account, service from poll_groups join ${GROUPS} using (account, service)
             where ${FREE} order by random() limit $3 for update of poll_groups skip locked)
           update poll_groups g set owner = $1, token = g.token + 1, until = clock_timestamp() + interval '${LEASE_MS} ms'
           from free where (g.account, g.service) = (free.account, free.service)
           returning g.account, g.service, g.token`,
          replica,
          encodeRows(groups),
          most,
        ),
      ),

    release: (leases) =>
      db.write(async ({ all }) => {
        await all(
          `update poll_groups g set owner = null, until = null from ${GROUPS}
           where (g.account, g.service, g.token) = (r.account, r.service, r.token) and g.owner = $1`,
          replica,
          encodeRows(leases),
        );
      }),

    leave: () =>
      db.write(async ({ all }) => {
        await all('update poll_groups set owner = null, until = null where owner = $1', replica);
        await all('delete from replicas where name = $1', replica);
      }),

    close: () => db.close(),
  };

  async function sample({ all }: Session): Promise<ClockSample> {
    const askedAt = elapsed();
    const [row] = await all<{ at: number }>('select extract(epoch from clock_timestamp())::float8 * 1000 as at');
    const errorMs = (elapsed() - askedAt) / 2;
    return { offsetMs: (row?.at ?? now()) + errorMs - now(), errorMs };
  }

  async function noteAlive({ all }: Session, interests: string | undefined): Promise<void> {
    await all(
      `insert into replicas as r (name, seen_at, version, interests) values ($1, clock_timestamp(), 1, coalesce($2, ''))
       on conflict (name) do update set seen_at = excluded.seen_at,
         version = case when $2 is null then r.version else r.version + 1 end,
         interests = coalesce($2, r.interests)`,
      replica,
      interests ?? null,
    );
    await all(`delete from replicas where seen_at < clock_timestamp() - interval '${FORGET_REPLICA_MS} ms'`);
  }

  async function renew({ all }: Session, held: Beat['held']): Promise<void> {
    if (held.length === 0) return;
    await all(
      `update poll_groups g set until = clock_timestamp() + interval '${LEASE_MS} ms', report = r.report from ${GROUPS}
       where (g.account, g.service, g.token) = (r.account, r.service, r.token) and g.owner = $1`,
      replica,
      encodeRows(held.map(({ lease, report }) => ({ ...lease, report }))),
    );
  }
}

async function addGroups({ all }: Session, groups: readonly GroupName[]): Promise<void> {
  await all(
    `insert into poll_groups (account, service, token)
     select r.account, r.service, 0 from json_to_recordset($1) as r(account text, service text)
     where not exists (select from poll_groups g where (g.account, g.service) = (r.account, r.service))
     on conflict do nothing`,
    encodeRows(groups),
  );
}

async function liveReplicas({ all }: Session, known: Beat['known']): Promise<readonly Replica[]> {
  const rows = await all<{ name: string; version: number; text: string | null }>(
    `select name, r.version, case when k.version is null then interests end as text
     from replicas r left join json_to_recordset($1) as k(name text, version bigint) using (name, version)
     where seen_at > clock_timestamp() - interval '${REPLICA_LIFE_MS} ms' order by name`,
    encodeRows([...known].map(([name, version]) => ({ name, version }))),
  );
  return rows.map(({ name, version, text }) => ({ name, interests: { version, text } }));
}

function groupStates({ all }: Session): Promise<readonly GroupState[]> {
  return all<GroupState>(
    `select account, service, token, case when not ${FREE} then owner end as owner, report,
       case when ${FREE} then 0 else extract(epoch from until - clock_timestamp())::float8 * 1000 end as "leftMs"
     from poll_groups order by account, service`,
  );
}
