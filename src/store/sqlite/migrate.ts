import type { Migration } from './migrations.js';
import type { SqliteDatabase } from './database.js';
import { StoreFileError } from './store-file-error.js';

/** 'task' in ASCII: tells a store from some other program's database. */
const APPLICATION_ID = 0x7461736b;

/**
 * Brings a file to the newest schema, each migration in a transaction of its own.
 *
 * @throws StoreFileError when the file is another program's, or was written by a newer version; it is then untouched
 */
export function migrate(db: SqliteDatabase, file: string, migrations: readonly Migration[], now: number): void {
  const applied = schemaOf(db, file);
  const known = migrations.at(-1)?.number ?? 0;
  if (applied > known) {
    throw new StoreFileError(
      file,
      'newer-schema',
      `${file} was written by a newer version of Taskgate: its schema is ${applied}, this version knows up to ${known}`,
    );
  }
  db.configure();
  for (const { number, name, script } of migrations) {
    if (number <= applied) continue;
    db.transaction(() => {
      db.exec(`
        create table if not exists migrations (number integer primary key, name text not null, at integer not null);
        pragma application_id = ${APPLICATION_ID};
      `);
      db.run('insert into migrations (number, name, at) values (?, ?, ?)', number, name, now);
      db.exec(script);
    });
  }
}

/**
 * The number of the newest migration in the file; 0 for a new one.
 *
 * @throws StoreFileError when the file is another program's
 */
export function schemaOf(db: SqliteDatabase, file: string): number {
  const tables = (db.first('select count(*) as count from sqlite_master') as { count: number } | undefined)?.count ?? 0;
  if (tables === 0) return 0;
  const owner = (db.first('pragma application_id') as { application_id: number } | undefined)?.application_id;
  if (owner !== APPLICATION_ID) {
    throw new StoreFileError(file, 'foreign', `${file} is a database of another program`);
  }
  return (
    (db.first('select coalesce(max(number), 0) as newest from migrations') as { newest: number } | undefined)?.newest ??
    0
  );
}
