import { UpstreamError } from '../../upstream/upstream-error.js';
import { listAll } from '../listed.js';
import type { Discovered, SourceDefinition } from '../source.js';
import { createBcsApi, PAGE_SIZE, REACHABLE } from './api.js';
import { DeleteBcsTaskRecordsInput } from './inputs.js';
import { normaliseJob } from './normalise.js';
import { OPEN_WORDS, readTasks } from './read.js';
import { BcsTaskType } from './task-type.js';
import { isDeleted } from './wire.js';

const SERVICE = 'BCS';
const ENDED_WORDS = 'Failed,Success';
/** The page says 100 in one place and 2000 in another. */
const MOST_DELETED = 100;

/** Jobs on instances of the Huawei Cloud blockchain engine. */
export const bcs: SourceDefinition = {
  service: SERVICE,
  host: (region) => `bcs.${region}.myhuaweicloud.com`,
  taskType: BcsTaskType,
  starts: [],
  actions: [
    {
      name: 'deleteBcsTaskRecords',
      description: 'Deletes the records of jobs. The work itself is not cancelled.',
      inputType: DeleteBcsTaskRecordsInput,
      targets: 'many',
      effect: 'remove',
      mostTargets: MOST_DELETED,
      async run(connection, targets) {
        const answer = await createBcsApi(connection).deleteRecords(targets.map(({ upstreamId }) => upstreamId));
        if (answer.type === 'refusal') return answer;
        if (isDeleted(answer.body)) return 'done';
        throw new UpstreamError('UPSTREAM_UNKNOWN_OUTCOME', 'The upstream did not say whether the records are deleted');
      },
    },
  ],
  scoped: false,

  create(connection) {
    const { account, clock } = connection;
    const api = createBcsApi(connection);

    return {
      read: (refs, options) => readTasks(refs, options, { api, clock }),
      callsFor: (openTasks) =>
        openTasks < 2
          ? openTasks
          : Math.ceil(Math.min(openTasks, REACHABLE) / PAGE_SIZE) + Math.max(openTasks - REACHABLE, 0),

      async discover(since, options) {
        const open = await listAll(api.list({ status: OPEN_WORDS }, options));
        // Jobs that began before `since` were open then, and are known.
        const start_time = `${new Date(since).toISOString().slice(0, 19)}Z`;
        const ended = await listAll(api.list({ status: ENDED_WORDS, start_time }, options));
        const discovered = new Map<string, Discovered>();
        for (const { row, askedAt, answeredAt } of [...open, ...ended]) {
          const facts = normaliseJob(row, null);
          const isOld = ENDED_WORDS.split(',').includes(row.word) && (row.endedAt ?? row.startedAt ?? 0) <= since;
          if (isOld) continue;
          const identity = { service: SERVICE, account, scope: '', upstreamId: row.taskId };
          discovered.set(row.taskId, { identity, facts, askedAt, answeredAt });
        }
        return [...discovered.values()];
      },
    };
  },

  async simulate() {
    const { simulatedBcs } = await import('./simulator.js');
    return simulatedBcs;
  },
};
