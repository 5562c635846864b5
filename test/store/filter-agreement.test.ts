import fc from 'fast-check';
import { silentLogger } from '../../src/base/logger.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { TaskOrder } from '../../src/store/store.js';
import { matchesFilter, type TaskFilter } from '../../src/task/task-filter.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { filterFacts } from '../../src/task/transition.js';
import { ManualClock } from '../support/manual-clock.js';
import { arbitraryFacts } from '../task/arbitrary-facts.js';
import { birth, commitAll, identity, NOW } from './tasks.js';

const services = fc.constantFrom('SFS', 'BCS');
const accounts = fc.constantFrom('prod', 'test');
const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 2 });
const instants = fc.integer({ min: -1, max: 2_000_001 });

const tasks = fc.uniqueArray(
  fc.record({
    service: services,
    account: accounts,
    upstreamId: fc.constantFrom('a1', 'ab_c', 'B-c'),
    facts: arbitraryFacts,
  }),
  { maxLength: 8, selector: ({ service, account, upstreamId }) => `${service} ${account} ${upstreamId}` },
);

const filters: fc.Arbitrary<TaskFilter> = fc.record(
  {
    services: some(services),
    accounts: some(accounts),
    statuses: some(fc.constantFrom(...TASK_STATUSES)),
    done: fc.boolean(),
    kinds: some(fc.constantFrom('bind', 'Ärger', 'unknown')),
    resourceId: fc.constantFrom('r1', 'r2', 'r3'),
    search: fc.constantFrom('', 'a', 'IND', 'ärg', '0%', '_c', 'r1', 'imPORT', '"', 'known'),
    createdAfter: instants,
    createdBefore: instants,
  },
  { requiredKeys: [] },
);

test('the store lists and counts exactly the tasks that match a filter', async () => {
  await fc.assert(
    fc.asyncProperty(tasks, fc.array(filters, { minLength: 1, maxLength: 8 }), async (made, asked) => {
      const store = await openSqliteStore({ file: ':memory:', clock: new ManualClock(), logger: silentLogger });
      try {
        const writes = made.map(({ facts, upstreamId, ...of }) => birth(identity(upstreamId, of), facts, 2_000_000));
        await commitAll(store, writes);
        for (const filter of asked) {
          const expected = writes
            .map(({ task }) => task)
            .filter((task) => matchesFilter(task, filterFacts(task), filter))
            .map(({ id }) => id)
            .sort();
          for (const order of Object.values(TaskOrder)) {
            const page = await store.list({ filter, accounts: null, order, direction: 'forward', limit: 50, now: NOW });
            expect(page.tasks.map(({ task }) => task.id).sort()).toEqual(expected);
          }
          expect(await store.count(filter, null, NOW)).toBe(expected.length);
        }
      } finally {
        await store.close();
      }
    }),
    { numRuns: 25 },
  );
});
