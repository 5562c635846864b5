import fc from 'fast-check';
import { matchesFilter as matchesHere, type FilterableTask, type TaskFilter } from '../../src/client/index.js';
import { matchesFilter as matchesThere } from '../../src/task/task-filter.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';
import { filterFacts } from '../../src/task/transition.js';
import { birth, identity } from '../store/tasks.js';
import { arbitraryFacts } from '../task/arbitrary-facts.js';

const BASE = Date.UTC(2026, 0, 1);
const some = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 2 });
const instants = fc.integer({ min: BASE - 1, max: BASE + 3 });

const tasks = fc.record({
  service: fc.constantFrom('SFS', 'BCS'),
  account: fc.constantFrom('prod', 'test'),
  upstreamId: fc.constantFrom('a1', 'ab_c', 'B-c'),
  facts: arbitraryFacts,
  at: instants,
});
const filters = fc.record(
  {
    services: some(fc.constantFrom('SFS', 'BCS')),
    accounts: some(fc.constantFrom('prod', 'test')),
    statuses: some(fc.constantFrom(...TASK_STATUSES)),
    done: fc.boolean(),
    kinds: some(fc.constantFrom('bind', 'Ärger', 'unknown')),
    resourceId: fc.constantFrom('r1', 'r2', 'r3'),
    search: fc.constantFrom('', 'a', 'IND', 'ärg', '0%', '_c', 'r1', 'imPORT', '"', 'known', 'a\u0000'),
    createdAfter: instants,
    createdBefore: instants,
  },
  { requiredKeys: [] },
);

test('the client finds in a filter what the gateway finds in it', () => {
  fc.assert(
    fc.property(tasks, filters, ({ facts, upstreamId, at, ...of }, filter) => {
      const { task } = birth(identity(upstreamId, of), facts, at);
      const found = filterFacts(task);
      const shown: FilterableTask = {
        id: task.id,
        service: task.service as FilterableTask['service'],
        account: task.account,
        upstreamId: task.upstreamId,
        kind: found.kind,
        status: found.status,
        done: found.done,
        stale: false,
        resource: found.resource ?? null,
        createdAt: new Date(task.createdAt).toISOString(),
        estimate: null,
      };
      const { createdAfter, createdBefore, ...rest } = filter;
      const asked = {
        ...rest,
        ...(createdAfter !== undefined && { createdAfter: new Date(createdAfter).toISOString() }),
        ...(createdBefore !== undefined && { createdBefore: new Date(createdBefore).toISOString() }),
      } as TaskFilter;
      expect(matchesHere(shown, asked)).toBe(matchesThere(task, found, filter));
    }),
    { numRuns: 500 },
  );
});
