import fc from 'fast-check';
import type { Facts } from '../../src/task/reading.js';
import { TaskErrorCode, type TaskError } from '../../src/task/task.js';
import { TASK_STATUSES } from '../../src/task/task-status.js';

const instant = fc.nat(2_000_000);
const word = fc.constantFrom('RUNNING', 'running_reset', 'Ärger', 'bind', 'import_api', '50%');

const error: fc.Arbitrary<TaskError> = fc.record({
  code: fc.option(fc.constantFrom(...Object.values(TaskErrorCode))),
  message: fc.string(),
  upstreamCode: fc.option(word),
});

/** Any answer; values are drawn from few, so that they often repeat. */
export const arbitraryFacts: fc.Arbitrary<Facts> = fc.record(
  {
    status: fc.constantFrom(...TASK_STATUSES),
    upstreamStatus: word,
    kind: word,
    resource: fc.option(
      fc.record({ type: fc.constant('share'), id: fc.constantFrom('r1', 'r2'), name: fc.option(word) }),
    ),
    startedAt: fc.option(instant),
    finishedAt: fc.option(instant),
    error: fc.option(error),
    warnings: fc.array(error, { maxLength: 2 }),
    progress: fc.option(fc.record({ done: fc.nat(3), total: fc.constant(3), percent: fc.nat(100) })),
    details: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(fc.nat(2), fc.constant(null))),
    content: fc.constantFrom('one', 'two'),
  },
  { requiredKeys: [] },
);
