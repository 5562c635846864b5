import type { Discovered, SourceDefinition } from '../source.js';
import { createCvrApi, HIGHEST_OFFSET, PAGE_SIZE } from './api.js';
import { StopRenderTaskInput } from './inputs.js';
import { normaliseRow } from './normalise.js';
import { readTasks } from './read.js';
import { scan } from './scan.js';
import { RenderTaskType } from './task-type.js';

const SERVICE = 'RENDER';
const MOST_PAGES = HIGHEST_OFFSET / PAGE_SIZE + 1;

/** Render tasks of the cloud VR rendering platform (CVR). */
export const render: SourceDefinition = {
  service: SERVICE,
  // Not in the vendor's list of endpoints: assumed.
  host: (region) => `cvr.${region}.myhuaweicloud.com`,
  taskType: RenderTaskType,
  starts: [],
  actions: [
    {
      name: 'stopRenderTask',
      description: 'Stops a render task; it ends as CANCELLED a little later.',
      inputType: StopRenderTaskInput,
      targets: 'one',
      effect: 'reread',
      mostTargets: 1,
      async run(connection, targets) {
        const api = createCvrApi(connection);
        for (const { upstreamId } of targets) {
          const answer = await api.stop(upstreamId);
          if (answer.type === 'refusal') return answer;
        }
        return 'done';
      },
    },
  ],
  scoped: false,

  create(connection) {
    const { account, clock } = connection;
    const api = createCvrApi(connection);

    return {
      read: (refs, options) => readTasks(refs, options, { api, clock }),
      callsFor: (openTasks) => Math.min(Math.ceil(openTasks / PAGE_SIZE), MOST_PAGES),

      async discover(since, options) {
        const active = await scan(api, { status: 'active' }, options);
        const finished = await scan(api, { status: 'finish' }, options);
        for (const { trouble } of [active, finished]) if (trouble !== undefined) throw trouble;
        const discovered = new Map<string, Discovered>();
        for (const { row, askedAt, answeredAt } of [...active.found.values(), ...finished.found.values()]) {
          if (row.word === 'finish' && (row.finishedAt ?? 0) <= since) continue;
          const identity = { service: SERVICE, account, scope: '', upstreamId: row.taskId };
          discovered.set(row.taskId, { identity, facts: normaliseRow(row, null), askedAt, answeredAt });
        }
        return [...discovered.values()];
      },
    };
  },

  async simulate() {
    const { simulatedCvr } = await import('./simulator.js');
    return simulatedCvr;
  },
};
