import fc from 'fast-check';
import { applyReading, createTask, expireTask } from '../../src/task/apply-reading.js';
import type { Facts, Seen } from '../../src/task/reading.js';
import type { Task } from '../../src/task/task.js';
import { TASK_STATUSES, TaskStatus, TERMINAL_STATUSES } from '../../src/task/task-status.js';
import { arbitraryFacts } from './arbitrary-facts.js';

const AT = 1_000_000;
const OF = { service: 'ECS', account: 'p', scope: '', upstreamId: 'a' };

const seen = (facts: Facts, from: Seen['from'] = 'query'): Seen => ({
  type: 'seen',
  facts,
  from,
  askedAt: AT,
  answeredAt: AT,
});
const born = (facts: Facts = {}): Task => createTask(OF, 'cn-north-4', facts, AT).task;
const apply = (task: Task, facts: Facts, from?: Seen['from'], at = AT + 1) =>
  applyReading(task, seen(facts, from), AT, at);

test('a task becomes known at seq 1, PENDING until a status is read', () => {
  const { task, transition } = createTask(OF, 'cn-north-4', {}, AT);
  expect(task).toMatchObject({ seq: 1, status: 'PENDING', done: false, kind: 'unknown', createdAt: AT, updatedAt: AT });
  expect(transition).toEqual({ seq: 1, from: null, to: 'PENDING', upstreamStatus: null, notBefore: null, at: AT });
});

test.each(TASK_STATUSES)('%s is final exactly when the word is documented as final', (status) => {
  expect(born({ status }).done).toBe(TERMINAL_STATUSES.has(status));
  expect(born({ status, done: true }).done).toBe(TERMINAL_STATUSES.has(status) || status === 'UNKNOWN');
});

test('an end without a time of its own ends when it was seen', () => {
  const applied = apply(born(), { status: TaskStatus.SUCCEEDED }, 'query', AT + 7);
  expect(applied).toMatchObject({ type: 'changed', task: { finishedAt: AT + 7, updatedAt: AT + 7, createdAt: AT } });
});

test('a start before the task was seen is when it was created; one in the future is not', () => {
  expect(born({ startedAt: AT - 5 }).createdAt).toBe(AT - 5);
  expect(born({ startedAt: AT + 5 }).createdAt).toBe(AT);
});

test('facts that are absent change nothing', () => {
  fc.assert(
    fc.property(arbitraryFacts, fc.constantFrom('query', 'list'), (facts, from) => {
      expect(apply(born(facts), {}, from)).toEqual({ type: 'unchanged' });
    }),
  );
});

test('the same facts again change nothing', () => {
  fc.assert(
    fc.property(arbitraryFacts, fc.constantFrom('query', 'list'), (facts, from) => {
      expect(apply(born(facts), facts, from)).toEqual({ type: 'unchanged' });
    }),
  );
});

test('raw alone is no change', () => {
  expect(apply(born({ raw: { a: 1 } }), { raw: { a: 2 } })).toEqual({ type: 'unchanged' });
});

test('every change counts seq by one, whatever is read, and nothing follows a final state', () => {
  const readings = fc.array(fc.tuple(arbitraryFacts, fc.constantFrom('query' as const, 'list' as const)), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(arbitraryFacts, readings, (first, rest) => {
      let task = born(first);
      for (const [facts, from] of rest) {
        const applied = apply(task, facts, from);
        if (task.done) expect(applied.type).not.toBe('changed');
        if (applied.type !== 'changed') continue;
        expect(applied.task).not.toEqual({ ...task, seq: applied.task.seq, updatedAt: applied.task.updatedAt });
        expect(applied.task.seq).toBe(task.seq + 1);
        expect(applied.transition).toMatchObject({ seq: task.seq + 1, from: task.status, to: applied.task.status });
        expect({ ...applied.task }).toMatchObject({ id: task.id, createdAt: task.createdAt, ...OF });
        task = applied.task;
      }
    }),
  );
});

test.each<[string, Facts]>([
  ['status', { status: TaskStatus.RUNNING }],
  ['word', { upstreamStatus: 'other' }],
  ['kind', { kind: 'other' }],
  ['times', { startedAt: AT - 9 }],
  ['progress', { progress: { done: 1, total: 2, percent: 50 } }],
  ['error', { error: { code: null, message: 'm', upstreamCode: null } }],
  ['warnings', { warnings: [{ code: null, message: 'm', upstreamCode: null }] }],
  ['resource', { resource: { type: 'server', id: 'i', name: null } }],
  ['details', { details: { subTasks: [1] } }],
  ['content', { content: 'text' }],
])('a difference in %s is a change', (_, facts) => {
  expect(apply(born({ upstreamStatus: 'word', kind: 'bind' }), facts).type).toBe('changed');
});

test('details are merged key by key, null takes a field away', () => {
  const resource = { type: 'server', id: 'i', name: 'n' };
  const task = born({ details: { a: 1, b: 2 }, resource });
  expect(apply(task, { details: { b: 3 } })).toMatchObject({ task: { details: { a: 1, b: 3 }, resource } });
  expect(apply(task, { resource: null })).toMatchObject({ task: { resource: null } });
});

test('a reading that contradicts a final state is refused, one that repeats it is nothing new', () => {
  const task = born({ status: TaskStatus.SUCCEEDED, upstreamStatus: 'success' });
  const refused = { type: 'refused', reason: 'after_final' };
  expect(apply(task, { status: TaskStatus.RUNNING })).toEqual(refused);
  expect(apply(task, { status: TaskStatus.FAILED }, 'list')).toEqual(refused);
  expect(apply(task, { status: TaskStatus.SUCCEEDED, upstreamStatus: 'done' })).toEqual(refused);
  expect(apply(task, { status: TaskStatus.SUCCEEDED, upstreamStatus: 'done' }, 'list')).toEqual({ type: 'unchanged' });
  expect(apply(task, { status: TaskStatus.SUCCEEDED, upstreamStatus: 'success' })).toEqual({ type: 'unchanged' });
  expect(expireTask(task, null, AT)).toEqual({ type: 'unchanged' });
});

test("a list's word gives way to the query's as long as both mean the same status", () => {
  const task = born({ status: TaskStatus.RUNNING, upstreamStatus: 'RUNNING_RESET', kind: 'keypair_reset' });
  const listed = { status: TaskStatus.RUNNING, upstreamStatus: 'RUNNING', kind: 'keypair' };
  expect(apply(task, listed, 'list')).toEqual({ type: 'unchanged' });
  expect(apply(task, listed, 'query').type).toBe('changed');
  const ended = { status: TaskStatus.FAILED, upstreamStatus: 'FAILED', kind: 'keypair' };
  expect(apply(task, ended, 'list')).toMatchObject({
    type: 'changed',
    task: { status: 'FAILED', upstreamStatus: 'FAILED', kind: 'keypair_reset' },
  });
});

test("a list's word is taken where nothing better is known", () => {
  const facts = { status: TaskStatus.PENDING, upstreamStatus: 'WAITING', kind: 'keypair' };
  expect(apply(born(), facts, 'list')).toMatchObject({ task: { upstreamStatus: 'WAITING', kind: 'keypair' } });
});

test('an expired task keeps what was last known', () => {
  const task = born({ status: TaskStatus.RUNNING, upstreamStatus: 'running', kind: 'bind' });
  expect(expireTask(task, AT - 3, AT + 5)).toEqual({
    type: 'changed',
    task: { ...task, status: 'EXPIRED', done: true, seq: 2, updatedAt: AT + 5 },
    transition: { seq: 2, from: 'RUNNING', to: 'EXPIRED', upstreamStatus: 'running', notBefore: AT - 3, at: AT + 5 },
  });
});
