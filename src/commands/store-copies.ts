import { resolve } from 'node:path';
import { DEMO_STORE, loadStoreUrl, sqliteFile, type Environment } from '../config.js';
import { backupStore, restoreStore, StoreCopyError } from '../store/sqlite/backup.js';

export interface StoreCommandOptions {
  /** The configuration that names the store; left out for the demo's. */
  readonly configFile: string | undefined;
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Copies the store to a new file, also while the gateway runs on it. */
export function backup(target: string, options: StoreCommandOptions): void {
  const file = storeFile('backup', options);
  backupStore({ file, target: resolve(options.folder, target) });
  options.say(`${file} is copied to ${target}`);
}

/** Puts a copy of a backup where the store is, while no gateway runs on it. */
export function restore(backupFile: string, now: number, options: StoreCommandOptions): void {
  const file = storeFile('restore', options);
  const kept = restoreStore({ backup: resolve(options.folder, backupFile), file, now });
  if (kept !== undefined) options.say(`What was there is kept as ${kept}`);
  options.say(`${file} is restored from ${backupFile}`);
}

function storeFile(command: string, { configFile, environment, folder }: StoreCommandOptions): string {
  const url =
    configFile === undefined
      ? DEMO_STORE.replace(/^sqlite:/, `sqlite:${resolve(folder)}/`)
      : loadStoreUrl(resolve(folder, configFile), environment);
  const file = sqliteFile(url);
  if (file === undefined) {
    throw new StoreCopyError(
      `The store is in PostgreSQL, which ${command} does not copy: use pg_dump and pg_restore, which read one state too`,
    );
  }
  if (file === ':memory:') throw new StoreCopyError('The store is in memory only: there is no file to copy');
  return file;
}
