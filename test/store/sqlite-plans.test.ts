import { SqliteDatabase, type SqliteValue } from '../../src/store/sqlite/database.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.js';
import { SqliteTaskStore } from '../../src/store/sqlite/sqlite-task-store.js';
import { TaskOrder } from '../../src/store/store.js';
import type { TaskFilter } from '../../src/task/task-filter.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { UNREAD } from '../../src/task/task.js';
import { runs, upTo } from './contract-estimates.js';
import { birth, commitAll, identity, NOW } from './tasks.js';

/** A connection that notes how SQLite goes about each query. */
class ExplainedDatabase extends SqliteDatabase {
  readonly plans: string[] = [];

  override all<Row>(text: string, ...values: readonly SqliteValue[]): Row[] {
    if (/\btasks t\b/.test(text)) {
      const steps = super.all<{ detail: string }>(`explain query plan ${text}`, ...values);
      this.plans.push(steps.map(({ detail }) => detail).join('\n'));
    }
    return super.all<Row>(text, ...values);
  }
}

let db: ExplainedDatabase;
let store: SqliteTaskStore;
beforeAll(async () => {
  db = new ExplainedDatabase(':memory:');
  migrate(db, ':memory:', MIGRATIONS, NOW);
  store = new SqliteTaskStore({ db, nextMark: () => 1, metrics: undefined, onClose: () => undefined });
  const writes = Array.from({ length: 3_000 }, (_, index) =>
    birth(
      identity(`id${index}`, { account: index % 500 === 0 ? 'rare' : 'prod' }),
      {
        status: index % 2 ? TaskStatus.SUCCEEDED : TaskStatus.RUNNING,
        kind: 'common',
        resource: { type: 'share', id: `r${index % 1_000}`, name: null },
      },
      NOW + index,
      { ...UNREAD, staleAt: NOW + index },
    ),
  );
  await commitAll(store, writes);
  await commitAll(store, runs(upTo(10), 'run'));
});
afterAll(() => store.close());

const SORTED = 'USE TEMP B-TREE FOR ORDER BY';

async function plansOf(filter: TaskFilter, order: TaskOrder): Promise<string> {
  db.plans.length = 0;
  await store.list({ filter, accounts: null, order, direction: 'forward', limit: 5, now: NOW + 100 });
  return db.plans.join('\n');
}

const walked = (order: TaskOrder): string => (order.startsWith('CREATED') ? 'tasks_created' : 'tasks_updated');
const merged = (order: TaskOrder): string =>
  order.startsWith('CREATED') ? 'tasks_cell_created' : 'tasks_cell_updated';

describe.each(Object.values(TaskOrder))('a page in %s', (order) => {
  test.each<[string, TaskFilter]>([
    ['nothing', {}],
    ['a common service', { services: ['SFS'] }],
    ['a common status', { statuses: [TaskStatus.RUNNING] }],
    ['what is done', { done: true }],
    ['a common account', { accounts: ['prod'] }],
    ['a common text', { search: 'common' }],
  ])('filtered by %s comes along the index of its order', async (_, filter) => {
    const plan = await plansOf(filter, order);
    expect(plan).toMatch(new RegExp(`USING (COVERING )?INDEX ${walked(order)}\\b`));
    expect(plan).not.toContain(SORTED);
  });

  test('of a rare account comes along the index of its cells', async () => {
    const plan = await plansOf({ accounts: ['rare'] }, order);
    expect(plan).toMatch(new RegExp(`USING (COVERING )?INDEX ${merged(order)}\\b`));
    expect(plan).not.toMatch(/USING (COVERING )?INDEX tasks_(created|updated)/);
  });

  test.each<[string, TaskFilter, string]>([
    ['a few ids', { ids: ['a', 'b'] }, 'sqlite_autoindex_tasks_1'],
    ['a resource', { resourceId: 'r7' }, 'tasks_resource'],
    ['a rare text', { search: 'id2999' }, 'INTEGER PRIMARY KEY'],
    ['what is stale', { stale: true }, 'tasks_stale'],
  ])('filtered by %s looks at those rows alone', async (_, filter, index) => {
    const plan = await plansOf(filter, order);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/SCAN t\b/);
  });

  test('in a short span of creation looks at that span alone', async () => {
    const plan = await plansOf({ createdAfter: NOW + 10, createdBefore: NOW + 20 }, order);
    expect(plan).toMatch(/SEARCH t USING (COVERING )?INDEX tasks_created \(created_at>\? AND created_at<\?\)/);
  });
});

test('counts by cells read no task', async () => {
  db.plans.length = 0;
  await store.count(
    { services: ['SFS'], statuses: [TaskStatus.RUNNING], done: false, kinds: ['common'] },
    ['prod'],
    NOW,
  );
  expect(db.plans).toEqual([]);
  await store.stats({}, null, NOW + 100);
  expect(db.plans.join()).toContain('USING COVERING INDEX tasks_stale');
});

test('what is overdue is looked for in a range of its cell alone', async () => {
  await commitAll(store, [birth(identity('slow'), { kind: 'bind' })]);
  db.plans.length = 0;
  expect(await store.count({ overdue: true }, null, NOW + 9_001)).toBe(1);
  expect(db.plans.join()).toMatch(/SEARCH o USING COVERING INDEX tasks_cell_created \(cell=\? AND created_at<\?\)/);
  expect(db.plans.join()).not.toMatch(/SCAN [to]\b/);
  db.plans.length = 0;
  expect((await store.stats({}, null, NOW + 9_001)).overdue).toBe(1);
  expect(db.plans.join()).toMatch(/USING COVERING INDEX tasks_cell_created \(cell=\? AND created_at<\?\)/);
});
