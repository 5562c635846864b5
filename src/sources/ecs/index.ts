import { listAll } from '../listed.js';
import type { Discovered, SourceDefinition } from '../source.js';
import { createKpsApi, PAGE_SIZE } from './api.js';
import { normaliseFailed, normaliseRunning } from './normalise.js';
import { readTasks } from './read.js';
import { associateKeypair, disassociateKeypair } from './starts.js';
import { EcsTaskType } from './task-type.js';

const SERVICE = 'ECS';

/** Tasks of the key pair service (KPS), which change the SSH key pairs of servers. */
export const ecs: SourceDefinition = {
  service: SERVICE,
  // KPS has no host of its own: it answers on that of the key management service.
  host: (region) => `kms.${region}.myhuaweicloud.com`,
  taskType: EcsTaskType,
  starts: [disassociateKeypair, associateKeypair],
  actions: [],
  scoped: false,

  create(connection) {
    const { account, clock } = connection;
    const api = createKpsApi(connection);
    const identify = (upstreamId: string) => ({ service: SERVICE, account, scope: '', upstreamId });

    return {
      read: (refs, options) => readTasks(refs, options, { api, clock }),
      callsFor: (openTasks) => (openTasks < 2 ? openTasks : Math.ceil(openTasks / PAGE_SIZE)),

      async discover(since, options) {
        const discovered = new Map<string, Discovered>();
        for (const { row, askedAt, answeredAt } of await listAll(api.list('running-tasks', options))) {
          const facts = normaliseRunning(row, null);
          discovered.set(row.taskId, { identity: identify(row.taskId), facts, askedAt, answeredAt });
        }
        // Read second: who is in both lists has just failed. The lists have one time only, and it is not said of what.
        for (const { row, askedAt, answeredAt } of await listAll(api.list('failed-tasks', options))) {
          if (!discovered.has(row.taskId) && (row.taskTime ?? 0) <= since) continue;
          const facts = normaliseFailed(row, null);
          discovered.set(row.taskId, { identity: identify(row.taskId), facts, askedAt, answeredAt });
        }
        return [...discovered.values()];
      },
    };
  },

  async simulate() {
    const { simulatedKps } = await import('./simulator.js');
    return simulatedKps;
  },
};
