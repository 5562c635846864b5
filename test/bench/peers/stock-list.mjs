// Stock Apollo Server, standalone and with its defaults, over the gateway's own schema, resolvers and store: what the
// gateway's own way of carrying and executing operations is worth.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, file, account] = process.argv.slice(2);
const from = (path) => import(pathToFileURL(join(dist, path)).href);
// The gateway's own copies: the schema belongs to one copy of graphql.
const own = createRequire(join(dist, 'main.js'));
const load = (name) => import(pathToFileURL(own.resolve(name)).href);

await load('reflect-metadata');
const [{ ApolloServer }, { startStandaloneServer }] = [
  await load('@apollo/server'),
  await load('@apollo/server/standalone'),
];
const { systemClock: clock } = await from('base/clock.js');
const { silentLogger: logger } = await from('base/logger.js');
const { createMetrics } = await from('base/metrics.js');
const { createDelivery } = await from('delivery/create-delivery.js');
const { createContext } = await from('graphql/context.js');
const { createSchema } = await from('graphql/schema.js');
const { createStoredTasks } = await from('graphql/task-loader.js');
const { createMemoryPubSub } = await from('pubsub/memory.js');
const { sources: definitions } = await from('sources/registry.js');
const { openSqliteStore } = await from('store/sqlite/open-sqlite-store.js');

const metrics = createMetrics();
const store = await openSqliteStore({ file, clock, logger });
const delivery = createDelivery({
  store,
  pubsub: createMemoryPubSub(),
  clock,
  logger,
  metrics,
  accounts: [account],
  interest: () => ({ release() {} }),
});
const watch = { sources: () => [] };
const connections = { accounts: () => [account], find: () => undefined };
const gateway = { definitions, store, watch, delivery, connections, clock, logger };
const parts = { gateway, stored: createStoredTasks(store) };
const principal = { name: 'anybody', role: 'ADMIN', accounts: null, expiresAt: null, stillValid: () => true };

const server = new ApolloServer({ schema: createSchema(definitions) });
let requests = 0;
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async () => createContext(parts, principal, String(requests++)),
});
process.send({ url: `http://127.0.0.1:${new URL(url).port}` });
