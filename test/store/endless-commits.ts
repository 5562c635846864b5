import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { birth, commitAll, identity, next } from './tasks.js';

/** Run as a process of its own: commits two changes at a time and prints the task's id after each, until it is killed. */
const store = await openSqliteStore({ file: process.argv[2]!, clock: systemClock, logger: silentLogger });
for (let index = 0; ; index++) {
  const first = birth(identity(`t${index}`));
  await commitAll(store, [first, next(first.task, { kind: 'bind' })]);
  process.stdout.write(`${first.task.id}\n`);
  await new Promise<void>((resolve) => setImmediate(resolve));
}
