import { silentLogger } from '../../src/base/logger.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { describeTaskStore } from './contract.js';

describeTaskStore('SQLite', () =>
  openSqliteStore({ file: ':memory:', clock: new ManualClock(), logger: silentLogger }),
);
