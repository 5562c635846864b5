import type { Session, Transactions } from './database.js';

export interface Migration {
  readonly number: number;
  readonly name: string;
  /**
   * The oldest number that a program may know and still work on this schema: its own, unless all it does is add, so that
   * replicas of the version before may run on, and start again, beside those of the new one.
   */
  readonly since: number;
  readonly script: string;
}

/** In order, without gaps. A migration that has been released is never edited: a later one corrects it. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'tasks, log, starts',
    since: 1,
    // Ids and keys are compared byte by byte, whatever the language of the database.
    script: `
      create table meta (key text collate "C" primary key, value text not null);
      insert into meta (key, value) values
        ('epoch', replace(gen_random_uuid()::text, '-', '')), ('hash_key', gen_random_uuid()::text || gen_random_uuid()::text);

      create table log_head (
        one boolean primary key default true check (one),
        position bigint not null, mark bigint not null,
        floor_position bigint not null, floor_mark bigint not null
      );
      insert into log_head (position, mark, floor_position, floor_mark) values (0, 0, 0, 0);

      create table cells (cell integer primary key, key text collate "C" not null unique, count bigint not null);

      create table tasks (
        ref bigint generated always as identity unique,
        id text collate "C" primary key,
        cell integer not null references cells,
        done smallint not null,
        seq integer not null,
        created_at bigint not null,
        updated_at bigint not null,
        stale_at bigint,
        resource_id text collate "C",
        search_text text collate "C" not null,
        freshness text not null,
        body text not null
      );
      create index tasks_created on tasks (created_at, id);
      create index tasks_updated on tasks (updated_at, id);
      create index tasks_cell_created on tasks (cell, created_at, id);
      create index tasks_cell_updated on tasks (cell, updated_at, id);
      create index tasks_resource on tasks (resource_id) where resource_id is not null;
      create index tasks_stale on tasks (stale_at, cell) where done = 0;

      create table transitions (
        id text collate "C" not null, seq integer not null, position bigint not null, mark bigint not null,
        body text not null, primary key (id, seq)
      );
      create table raws (id text collate "C" primary key, value text not null);
      create table contents (id text collate "C" primary key, value text not null);
      create table first_reads (
        account text collate "C" not null, service text collate "C" not null, at bigint not null,
        primary key (account, service)
      );
      create table removals (id text collate "C" primary key, at bigint not null);
      create table histories (key text collate "C" primary key, durations text not null);

      create table log (
        position bigint primary key, mark bigint not null, at bigint not null, type text not null,
        account text collate "C" not null, id text collate "C" not null,
        before text, transition text, body text not null
      );
      create index log_task on log (id, position);

      create table starts (
        account text collate "C" not null, mutation text collate "C" not null,
        client_request_id text collate "C" not null,
        hash text not null, state text not null, run text not null, at bigint not null,
        claimed_at timestamptz not null default now(), identity text,
        primary key (account, mutation, client_request_id)
      );
      create index starts_at on starts (at);

      create table poll_groups (
        account text collate "C" not null, service text collate "C" not null, token bigint not null,
        primary key (account, service)
      );
    `,
  },
  {
    number: 2,
    name: 'leases',
    since: 1,
    script: `
      alter table poll_groups add column owner text collate "C", add column until timestamptz, add column report text;
      create table replicas (
        name text collate "C" primary key, seen_at timestamptz not null, version bigint not null, interests text not null
      );
    `,
  },
];

/** Any number of this program's own; replicas that start together migrate one after the other. */
const LOCK = 0x7461736b;

/**
 * Brings the database to the newest schema, in one transaction. A newer one that only adds to what is known is left as it is.
 *
 * @throws Error when the schema has left what is known behind
 */
export async function migrate(db: Pick<Transactions, 'write'>, now: number, migrations = MIGRATIONS): Promise<void> {
  await db.write(async (session) => {
    await session.all('select pg_advisory_xact_lock($1)', LOCK);
    await session.all(
      'create table if not exists migrations (number integer primary key, name text not null, at bigint not null)',
    );
    const [row] = await session.all<{ newest: number }>('select coalesce(max(number), 0) as newest from migrations');
    const applied = row?.newest ?? 0;
    const known = migrations.at(-1)?.number ?? 0;
    if (applied > known) return refuseUnknown(session, applied, known);
    for (const migration of migrations) if (migration.number > applied) await apply(session, migration, now);
    await indexSearch(session);
  });
}

async function refuseUnknown({ all }: Session, applied: number, known: number): Promise<void> {
  const [row] = await all<{ value: string }>(`select value from meta where key = 'schema_since'`);
  const since = Number(row?.value ?? applied);
  if (known >= since) return;
  throw new Error(
    `The store was written by a newer version of Taskgate: its schema is ${applied}, which needs ${since}; known is ${known}`,
  );
}

async function apply({ all }: Session, { number, name, since, script }: Migration, now: number): Promise<void> {
  for (const statement of script.split(';')) if (statement.trim() !== '') await all(statement);
  await all('insert into migrations (number, name, at) values ($1, $2, $3)', number, name, now);
  await all(
    `insert into meta as m (key, value) values ('schema_since', $1)
     on conflict (key) do update set value = greatest(m.value::integer, excluded.value::integer)::text`,
    String(since),
  );
}

/** Managed servers may not offer the extension: search then reads every row. It is tried again at each start. */
async function indexSearch(session: Session): Promise<void> {
  const [found] = await session.all(
    `select 1 from pg_indexes where indexname = 'tasks_search' and schemaname = current_schema()`,
  );
  if (found) return;
  await session.all('savepoint search');
  try {
    await session.all('create extension if not exists pg_trgm');
    await session.all('create index tasks_search on tasks using gin (search_text gin_trgm_ops)');
  } catch {
    await session.all('rollback to savepoint search');
  }
}
