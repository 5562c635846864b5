import type { FaultEffect } from '../../src/simulator/faults.js';
import { TaskStatus } from '../../src/task/task-status.js';
import { openCloud, type AddedTask, type Cloud } from './cloud.js';

/** Tasks of which the upstream says something odd, late, or nothing any more. */

const MINUTE = 60_000;

let cloud: Cloud;
afterEach(() => cloud.close());

const gaps = (instants: readonly number[]): readonly number[] =>
  instants.slice(1).map((at, index) => at - instants[index]!);

const askedAts = ({ id }: AddedTask): readonly number[] =>
  cloud.requests().flatMap(({ path, at }) => (path.endsWith(id) ? [at] : []));

/** The code of the last failed poll of a task that is hit by the effect. */
const POISONS: readonly (readonly [code: string, effect: FaultEffect])[] = [
  ['UPSTREAM_BAD_RESPONSE', { kind: 'notJson' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'html', status: 200 }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'truncated' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'deep' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'wrongId' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'wrongType' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'gzipBomb' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'huge' }],
  ['UPSTREAM_BAD_RESPONSE', { kind: 'redirect', to: 'http://127.0.0.1:9/' }],
  ['UPSTREAM_UNAVAILABLE', { kind: 'status', status: 500 }],
  ['UPSTREAM_UNAVAILABLE', { kind: 'resetAfter' }],
  ['UPSTREAM_TIMEOUT', { kind: 'hangAfter' }],
  ['UPSTREAM_TIMEOUT', { kind: 'slowHeaders', delayMs: 3 * MINUTE }],
  ['UPSTREAM_TIMEOUT', { kind: 'slowBody', overMs: 3 * MINUTE }],
  ['UPSTREAM_TIMEOUT', { kind: 'endlessBody' }],
];

test('200 healthy tasks keep their cadence while others are poisoned in every way', async () => {
  cloud = await openCloud({ services: ['SFS'], polling: { requestsPerSecond: 100 } });
  const healthy = await cloud.addTasks('SFS', 200, { dueWithinMs: 10_000 });
  const poisoned = await cloud.addTasks('SFS', POISONS.length, { dueWithinMs: 10_000 });
  for (const [index, [, effect]] of POISONS.entries()) {
    cloud.control.addFault({ match: { taskId: poisoned[index]!.id }, effect });
  }
  cloud.watch.followMatching({}, null);
  await cloud.watch.run();
  await cloud.advance(35_000);

  for (const task of healthy) {
    const asked = askedAts(task);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...gaps(asked))).toBeLessThanOrEqual(10_150);
  }
  for (const [index, [code, effect]] of POISONS.entries()) {
    const { task, freshness } = await cloud.stored(poisoned[index]!.taskId);
    expect({ effect: effect.kind, code: freshness.lastPollError?.code }).toEqual({ effect: effect.kind, code });
    expect(task).toMatchObject({ status: TaskStatus.RUNNING, seq: 1 });
  }
  expect(cloud.watch.sources()[0]?.state).toBe('OK');
});

describe.each(['SFS', 'APIG', 'ECS', 'RENDER', 'BCS'])('a task of %s', (service) => {
  it('that the upstream has forgotten expires after a minute of saying so, and keeps what was known', async () => {
    cloud = await openCloud({ services: [service] });
    const [forgotten, ...others] = await cloud.addTasks(service, 3, { dueWithinMs: 2000 });
    cloud.watch.followMatching({}, null);
    await cloud.watch.run();
    await cloud.advance(12_000);
    const known = (await cloud.stored(forgotten!.taskId)).task;
    expect(known.seq).toBeGreaterThan(1);

    cloud.control.forget(service, forgotten!.id);
    await cloud.advance(MINUTE);
    expect((await cloud.stored(forgotten!.taskId)).task.status).toBe(TaskStatus.RUNNING);
    // Until the first poll that says so, then a minute, then three intervals.
    await cloud.advance(10_000 + 30_000);
    const expired = (await cloud.stored(forgotten!.taskId)).task;
    expect(expired.status).toBe(TaskStatus.EXPIRED);
    expect(expired.details).toEqual(known.details);
    expect(expired.resource).toEqual(known.resource);
    for (const { taskId } of others) expect((await cloud.stored(taskId)).task.status).toBe(TaskStatus.RUNNING);
  });
});

describe('a list that lags behind by half a minute', () => {
  it.each(['ECS', 'BCS', 'RENDER'])(
    'ends no task of %s that it does not show yet, and takes no end back',
    async (service) => {
      cloud = await openCloud({ services: [service] });
      await cloud.addTasks(service, 5, { dueWithinMs: 2000 });
      cloud.watch.followMatching({}, null);
      await cloud.watch.run();
      await cloud.advance(5000);
      cloud.control.addFault({ match: { service }, effect: { kind: 'lag', lagMs: 30_000 } });
      const young = await cloud.addTasks(service, 3, { ageMs: 0, waitMs: 0, runMs: 20_000 });
      cloud.watch.followMatching({}, null);
      for (const task of young) {
        const { service: name, id: upstreamId, fields } = task;
        await cloud.watch.adopt(
          { service: name, account: 'a', scope: '', upstreamId },
          {
            status: TaskStatus.PENDING,
            ...(service === 'RENDER' && { details: { applicationId: fields['application_id']! } }),
          },
          {},
        );
      }
      await cloud.advance(2 * MINUTE);
      for (const { taskId } of young) {
        const { task } = await cloud.stored(taskId);
        expect(task.done).toBe(true);
        expect(task.status).not.toBe(TaskStatus.EXPIRED);
        const { transitions } = await cloud.store.timeline(taskId, { afterSeq: 0, limit: 50 });
        const words = transitions.map(({ to }) => to);
        // Forward only: nothing follows an end, and nothing goes back to waiting.
        expect(words.slice(0, -1).every((word) => word === TaskStatus.PENDING || word === TaskStatus.RUNNING)).toBe(
          true,
        );
        expect(words.lastIndexOf(TaskStatus.PENDING)).toBeLessThan(words.indexOf(task.status));
      }
    },
  );
});

test('a render task beyond the 2,000 rows that can be listed is found by what is known of it, or told apart', async () => {
  cloud = await openCloud({ services: ['RENDER'] });
  const [found] = await cloud.addTasks('RENDER', 1, { dueWithinMs: 1000 });
  const [lost] = await cloud.addTasks('RENDER', 1, { dueWithinMs: 1000, bare: true });
  // The newest come first, and there are too many of them.
  await cloud.addTasks('RENDER', 2500, { known: false, ageMs: 0 });
  cloud.watch.followMatching({}, null);
  await cloud.watch.run();
  await cloud.advance(3 * MINUTE);
  const known = await cloud.stored(found!.taskId);
  expect(known.freshness).toMatchObject({ lastPollError: null, absence: null });
  expect(cloud.clock.now() - known.freshness.observedAt!).toBeLessThanOrEqual(12_000);
  const unknown = await cloud.stored(lost!.taskId);
  expect(unknown.task.status).toBe(TaskStatus.RUNNING);
  expect(unknown.freshness).toMatchObject({ lastPollError: { code: 'UPSTREAM_BAD_RESPONSE' }, absence: null });
});
