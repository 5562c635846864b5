import { compareTasks, createTaskgate, type TaskList, type TaskOrder } from '../../src/client/index.js';
import { startGateway } from '../support/start-gateway.js';

const ORDERS: readonly TaskOrder[] = ['CREATED_DESC', 'CREATED_ASC', 'UPDATED_DESC', 'UPDATED_ASC'];

it('tasks are in the order in which the gateway lists them, also those of the same instant', async () => {
  const gateway = await startGateway();
  const taskgate = createTaskgate({ url: `${gateway.url}/graphql`, webSocket: null });
  try {
    const jobs = [1_000, 1_000, 1_000, 2_000, 3_000].flatMap((age) =>
      gateway.simulator.control.createTasks({ service: 'SFS', runMs: 900_000, createdAt: Date.now() - age }),
    );
    await Promise.all(
      jobs.map(({ id }) =>
        taskgate.query('mutation ($input: TrackTaskInput!) { trackTask(input: $input) { task { id } } }', {
          input: { service: 'SFS', account: 'demo', upstreamId: id },
        }),
      ),
    );
    for (const order of ORDERS) {
      const follower = taskgate.followTasks({}, { order });
      const { tasks } = (await follower.next()).value as TaskList;
      await follower.return();
      expect(tasks).toHaveLength(jobs.length);
      expect(tasks.toReversed().sort(compareTasks(order))).toEqual(tasks);
    }
  } finally {
    await taskgate.close();
    await gateway.stop();
  }
});
