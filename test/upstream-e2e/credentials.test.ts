import { Secret } from '../../src/base/secret.js';
import { SourceState } from '../../src/watch/watch.js';
import { AUTH_BY_KEY, AUTH_BY_PASSWORD, openCloud, PROJECT, type AddedTask, type Cloud } from './cloud.js';

const MINUTE = 60_000;

let cloud: Cloud;
afterEach(() => cloud.close());

async function openWith(auth: typeof AUTH_BY_KEY, requestsPerSecond = 10) {
  const accounts = [{ name: 'a', projectId: PROJECT, auth }];
  cloud = await openCloud({ accounts, services: ['SFS'], polling: { requestsPerSecond } });
}

/** Every request of the log, IAM's included. */
function answered(service: string, status: number): number {
  return cloud.control.log().requests.filter((request) => request.service === service && request.status === status)
    .length;
}

const requestsOf = (service: string): number =>
  cloud.control.log().requests.filter((request) => request.service === service).length;

/** A read of each task at the same moment, as by so many clients. */
async function readAllAtOnce(tasks: readonly AddedTask[]) {
  const reads = tasks.map(({ id }) =>
    cloud.watch.refresh([{ service: 'SFS', account: 'a', scope: '', upstreamId: id }], { maxAgeMs: 0 }),
  );
  await cloud.advance(5000);
  return (await Promise.all(reads)).flatMap((answers) => [...answers.values()]);
}

describe('a user of IAM', () => {
  it('gets one token for fifty reads at once, and one more when all fifty are answered by a 401', async () => {
    await openWith(AUTH_BY_PASSWORD, 10_000);
    const tasks = await cloud.addTasks('SFS', 50);
    for (const read of await readAllAtOnce(tasks)) expect(read).toMatchObject({ type: 'task', error: null });
    expect(answered('IAM', 201)).toBe(1);

    cloud.control.clearLog();
    cloud.control.revokeTokens();
    for (const read of await readAllAtOnce(tasks)) expect(read).toMatchObject({ type: 'task', error: null });
    expect(answered('SFS', 401)).toBe(50);
    expect(answered('SFS', 200)).toBe(50);
    expect(requestsOf('SFS')).toBe(100);
    expect(requestsOf('IAM')).toBe(1);
  });

  it('may have a token of 20 KB', async () => {
    await openWith(AUTH_BY_PASSWORD);
    cloud.control.changeSettings({ tokenBytes: 20_480 });
    const [task] = await cloud.addTasks('SFS', 1);
    expect(await readAllAtOnce([task!])).toMatchObject([{ type: 'task', error: null }]);
    expect([answered('IAM', 201), answered('SFS', 200)]).toEqual([1, 1]);
  });

  it('is never answered by a 401 while its tokens are renewed in time', async () => {
    await openWith(AUTH_BY_PASSWORD);
    cloud.control.changeSettings({ tokenValidityMs: 10 * MINUTE });
    await cloud.addTasks('SFS', 2);
    await cloud.watch.run();
    await cloud.advance(60 * MINUTE);
    expect(answered('SFS', 401)).toBe(0);
    expect(answered('SFS', 200)).toBeGreaterThanOrEqual(230);
    // A token serves for four fifths of its ten minutes.
    expect(requestsOf('IAM')).toBeGreaterThanOrEqual(6);
    expect(requestsOf('IAM')).toBeLessThanOrEqual(8);
  });
});

describe('credentials that are refused', () => {
  const state = () => cloud.watch.sources()[0]?.state;

  it('by IAM pause the source with about one try a minute, and nothing reaches the service', async () => {
    await openWith({ domain: 'demo', user: 'demo', password: new Secret('wrong') });
    const [task] = await cloud.addTasks('SFS', 200);
    cloud.watch.followMatching({}, null);
    await cloud.watch.run();
    await cloud.advance(10 * MINUTE);
    expect(state()).toBe(SourceState.UNAUTHORIZED);
    expect(requestsOf('SFS')).toBe(0);
    expect(requestsOf('IAM')).toBeLessThanOrEqual(11);
    expect(requestsOf('IAM')).toBeGreaterThanOrEqual(8);
    const { task: stored, freshness } = await cloud.stored(task!.taskId);
    expect(stored).toMatchObject({ status: 'RUNNING', seq: 1 });
    expect(freshness.staleAt ?? 0).toBeLessThan(cloud.clock.now());
  });

  it('by the service pause it likewise, and are taken up within a minute of being accepted', async () => {
    await openWith(AUTH_BY_KEY);
    const tasks = await cloud.addTasks('SFS', 50);
    cloud.watch.followMatching({}, null);
    await cloud.watch.run();
    await cloud.advance(15_000);
    expect(state()).toBe(SourceState.OK);

    cloud.control.changeSettings({ refusedDomains: ['demo'] });
    cloud.control.clearLog();
    await cloud.advance(10 * MINUTE);
    expect(state()).toBe(SourceState.UNAUTHORIZED);
    expect(answered('SFS', 200)).toBe(0);
    const refused = requestsOf('SFS');
    expect(refused).toBeLessThanOrEqual(20);
    expect(refused).toBeGreaterThanOrEqual(8);

    cloud.control.changeSettings({ refusedDomains: [] });
    await cloud.advance(MINUTE + 15_000);
    expect(state()).toBe(SourceState.OK);
    for (const { taskId } of tasks) {
      const { freshness, task } = await cloud.stored(taskId);
      expect(cloud.clock.now() - freshness.observedAt!).toBeLessThanOrEqual(16_000);
      expect(freshness.lastPollError).toBeNull();
      expect(task.status).toBe('RUNNING');
    }
  });
});
