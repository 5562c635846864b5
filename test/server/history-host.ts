import { createServer } from 'node:http';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { createMetrics } from '../../src/base/metrics.js';
import { createDelivery } from '../../src/delivery/create-delivery.js';
import { createMemoryPubSub } from '../../src/pubsub/memory.js';
import { attachWebSockets } from '../../src/server/websocket.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { createTask } from '../../src/task/apply-reading.js';
import type { Task } from '../../src/task/task.js';
import { UNREAD } from '../../src/task/task.js';
import { filterFacts } from '../../src/task/transition.js';
import { SmallOperations } from './small-operations.js';

// A process to be killed: serves a store file, and changes its tasks until it is told to stop.
const [, , file = '', port = '0', tasks = '5'] = process.argv;
const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
const pubsub = createMemoryPubSub();
const shared = { clock: systemClock, logger: silentLogger, metrics: createMetrics() };
const delivery = createDelivery({ ...shared, store, pubsub, accounts: ['prod'] });
const httpServer = createServer();
attachWebSockets({
  ...shared,
  httpServer,
  operations: new SmallOperations(delivery),
  originAllowed: () => true,
  authenticate: () =>
    Promise.resolve({ name: 'a', role: 'READER', accounts: null, expiresAt: null, stillValid: () => true }),
});
await delivery.run();
const start = await delivery.headCursor();
await new Promise<void>((resolve) => httpServer.listen(Number(port), '127.0.0.1', resolve));

const ids = Array.from(
  { length: Number(tasks) },
  (_, n) => createTask(identityOf(n), 'r', { status: 'RUNNING' }, 1).task,
);
const work = { goesOn: true };
process.on('message', () => (work.goesOn = false));
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send?.({ type: 'ready', start });
for (let turn = 0; work.goesOn; turn++) {
  await changeOne(turn % ids.length);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
const stored = await store.get(
  ids.map(({ id }) => id),
  null,
);
process.send?.({ type: 'stopped', stored: [...stored.values()].map(({ task }) => [task.id, task.seq]) });

function identityOf(n: number) {
  return { service: 'BCS', account: 'prod', scope: '', upstreamId: `t${n}` };
}

async function changeOne(n: number): Promise<void> {
  const first = createTask(identityOf(n), 'r', { status: 'RUNNING' }, 1);
  const before: Task | undefined = (await store.get([first.task.id], null)).get(first.task.id)?.task;
  const seq = (before?.seq ?? 0) + 1;
  await store.commit([
    {
      type: 'change',
      task: { ...first.task, seq },
      transition: { ...first.transition, seq, from: before?.status ?? null },
      before: before ? filterFacts(before) : null,
      freshness: UNREAD,
    },
  ]);
  pubsub.publish('prod');
}
