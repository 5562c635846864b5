import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './free-port.js';

export interface RunningPostgres {
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** Stops at once, as a crash does, and keeps the data. */
  kill(): void;
  start(): void;
  stop(): void;
}

const ROOT = '/usr/lib/postgresql';

/** Where the programs of the newest PostgreSQL lie; undefined when none is installed. */
export function findPostgres(): string | undefined {
  if (!existsSync(ROOT)) return undefined;
  const versions = readdirSync(ROOT).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(ROOT, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** A server of its own in a temporary folder, on a free port. */
export async function startPostgres(): Promise<RunningPostgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'taskgate-postgres-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, idOf('-u'), idOf('-g'));
  }
  const run = (program: string, ...args: readonly string[]): void => {
    const command = [join(bin, program), ...args];
    const user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'];
    const [file, ...rest] = asRoot ? [...user, ...command] : command;
    execFileSync(file!, rest, { cwd: folder, stdio: 'ignore' });
  };
  const data = join(folder, 'data');
  const port = await freePort();
  const base = `postgres://postgres@127.0.0.1:${port}`;
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const postgres = {
    start: () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start'),
    kill: () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'),
    stop() {
      try {
        postgres.kill();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    async createDatabase() {
      const name = `db${(databases += 1)}`;
      const client = new Client({ connectionString: `${base}/postgres` });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `${base}/${name}`;
    },
  };
  let databases = 0;
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '-N');
  postgres.start();
  return postgres;
}
