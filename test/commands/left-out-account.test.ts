import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { parseConfig } from '../../src/config.js';
import { sources } from '../../src/sources/registry.js';
import { systemClock } from '../../src/base/clock.js';
import { silentLogger } from '../../src/base/logger.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import { DEMO_TENANT } from '../../src/simulator/tenants.js';

const POLLING = { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1, discoverSeconds: 0 };

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway({ accounts: ['kept', 'leaving'], config: { polling: POLLING } });
});
afterEach(() => gateway.stop());

async function data(query: string): Promise<Record<string, unknown>> {
  return (await gateway.query(query)).data as Record<string, unknown>;
}

interface Started {
  readonly id: string;
  readonly upstreamId: string;
}

async function start(account: string): Promise<Started> {
  const input = `{ account: "${account}", shareId: "s-${account}", url: "ldap://192.168.0.10:389", baseDn: "dc=example" }`;
  const { bindLdap } = await data(`mutation { bindLdap(input: ${input}) { task { id upstreamId } } }`);
  return (bindLdap as { task: Started }).task;
}

function configured(names: readonly string[]) {
  const [project] = DEMO_TENANT.projects;
  const [auth] = DEMO_TENANT.accessKeys;
  const [{ endpoints }] = gateway.config.accounts as [(typeof gateway.config.accounts)[number]];
  const accounts = names.map((name) => ({ name, region: 'cn-north-4', projectId: project!.id, auth, endpoints }));
  const text = JSON.stringify({ server: { port: 0 }, polling: POLLING, accounts });
  return parseConfig(
    text,
    `${gateway.folder}/taskgate.yaml`,
    sources.map(({ service }) => service),
    {},
  );
}

const wait = (id: string) => `{ waitForTask(id: ${JSON.stringify(id)}, timeoutSeconds: 20) { done } }`;

test('tasks of an account that is no longer configured are kept, hidden and not polled, and go on when it is back', async () => {
  const kept = await start('kept');
  const left = await start('leaving');
  await gateway.app.reload(configured(['kept']));

  expect(await data(`{ task(id: ${JSON.stringify(left.id)}) { id } }`)).toEqual({ task: null });
  expect(await data('{ tasks { totalCount nodes { account } } taskStats { total } }')).toEqual({
    tasks: { totalCount: 1, nodes: [{ account: 'kept' }] },
    taskStats: { total: 1 },
  });

  // What is polled moves on; of what is not, the upstream hears nothing.
  gateway.simulator.control.clearLog();
  gateway.simulator.control.hurryAll();
  expect(await data(wait(kept.id))).toEqual({ waitForTask: { done: true } });
  const asked = JSON.stringify(gateway.simulator.control.log().requests);
  expect(asked).toContain(kept.upstreamId);
  expect(asked).not.toContain(left.upstreamId);

  await gateway.app.reload(configured(['kept', 'leaving']));
  expect(await data(wait(left.id))).toEqual({ waitForTask: { done: true } });
  expect(await data('{ tasks { totalCount } }')).toEqual({ tasks: { totalCount: 2 } });
});

test('they are in the store meanwhile', async () => {
  const left = await start('leaving');
  await gateway.app.reload(configured(['kept']));
  await gateway.app.close(0);
  const store = await openSqliteStore({ file: `${gateway.folder}/store.db`, clock: systemClock, logger: silentLogger });
  expect((await store.get([left.id], null)).get(left.id)?.task.done).toBe(false);
  await store.close();
  gateway = { ...gateway, stop: () => gateway.simulator.close() };
});
