export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly script: string;
}

/** In order, without gaps. A migration that has been released is never edited: a later one corrects it. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: 'tasks, log, starts',
    script: `
      create table meta (key text primary key, value text not null) without rowid;

      create table cells (cell integer primary key, key text not null unique, count integer not null);

      create table tasks (
        ref integer primary key,
        id text not null unique,
        cell integer not null references cells,
        done integer not null,
        seq integer not null,
        created_at integer not null,
        updated_at integer not null,
        stale_at integer,
        resource_id text,
        search_text text not null,
        freshness text not null,
        body text not null
      );
      create index tasks_created on tasks (created_at, id);
      create index tasks_updated on tasks (updated_at, id);
      create index tasks_cell_created on tasks (cell, created_at, id);
      create index tasks_cell_updated on tasks (cell, updated_at, id);
      create index tasks_resource on tasks (resource_id) where resource_id is not null;
      create index tasks_stale on tasks (stale_at, cell) where done = 0;

      create virtual table task_search using fts5 (
        text, content = '', contentless_delete = 1, detail = full, tokenize = 'trigram case_sensitive 1'
      );

      create table transitions (
        ref integer not null,
        seq integer not null,
        position integer not null,
        mark integer not null,
        body text not null,
        primary key (ref, seq)
      ) without rowid;

      create table raws (ref integer primary key, value text not null);
      create table contents (ref integer primary key, value text not null);
      create table first_reads (
        account text not null,
        service text not null,
        at integer not null,
        primary key (account, service)
      ) without rowid;
      create table removals (id text primary key, at integer not null) without rowid;

      create table log (
        position integer primary key,
        mark integer not null,
        at integer not null,
        type text not null,
        account text not null,
        id text not null,
        before text,
        transition text,
        body text not null
      );
      create index log_task on log (id, position);

      create table starts (
        account text not null,
        mutation text not null,
        client_request_id text not null,
        hash text not null,
        state text not null,
        run text not null,
        at integer not null,
        identity text,
        primary key (account, mutation, client_request_id)
      ) without rowid;
      create index starts_at on starts (at);

      create table fences (
        account text not null,
        service text not null,
        token integer not null,
        primary key (account, service)
      ) without rowid;
    `,
  },
  {
    number: 2,
    name: 'how long tasks take',
    // The arrow operator gives JSON as it was written: the keys are those that the store will look for. The newest 200 of
    // each key count, as in estimates.ts.
    script: `
      create table histories (key text primary key, durations text not null);

      insert into histories (key, durations)
      select key, json_group_array(duration) from (
        select key, duration, finished_at from (
          select key, max(0, finished_at - created_at) as duration, finished_at,
            row_number() over (partition by key order by finished_at desc, ref desc) as newest
          from (
            select ref, created_at, json_extract(body, '$.finishedAt') as finished_at,
              '[' || (body -> '$.account') || ',' || (body -> '$.service') || ',' || (body -> '$.kind') || ']' as key
            from tasks
            where done = 1
              and json_extract(body, '$.status') = 'SUCCEEDED'
              and json_extract(body, '$.kind') <> 'unknown'
              and json_extract(body, '$.finishedAt') is not null
              and (seq > 1 or json_extract(body, '$.startedAt') is not null)
          )
        )
        where newest <= 200
        order by key, newest desc
      )
      group by key;
    `,
  },
];
