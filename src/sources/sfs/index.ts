import type { Reading } from '../../task/reading.js';
import { isNotFound, readEach } from '../read-each.js';
import type { ReadOptions, SourceConnection, SourceDefinition, TaskRef, TaskSource } from '../source.js';
import { withoutSecrets } from '../wire-fields.js';
import { showJob } from './api.js';
import { normaliseJob } from './normalise.js';
import { starts } from './starts.js';
import { SfsTaskType } from './task-type.js';
import { parseJob } from './wire.js';

/** Jobs of SFS Turbo: see README.md for the vendor's pages and their oddities. */
export const sfs: SourceDefinition = {
  service: 'SFS',
  host: (region) => `sfs-turbo.${region}.myhuaweicloud.com`,
  taskType: SfsTaskType,
  starts,
  actions: [],
  scoped: false,
  create: createSfsSource,
  simulate: async () => (await import('./simulator.js')).simulatedSfs,
};

function createSfsSource(connection: SourceConnection): TaskSource {
  return {
    read: (refs, options) =>
      readEach(refs, options, {
        clock: connection.clock,
        isGone: (error) => isNotFound(error) || error.details.upstreamCode === 'SFS.TURBO.0019',
        readOne: (ref, readOptions) => readJob(connection, ref, readOptions),
      }),
    callsFor: (openTasks) => openTasks,
  };
}

async function readJob(
  connection: SourceConnection,
  { identity, task }: TaskRef,
  options: ReadOptions,
): Promise<Reading> {
  const { body = null, askedAt, answeredAt } = await showJob(connection, identity.upstreamId, options);
  const facts = normaliseJob(parseJob(body, identity.upstreamId));
  const details = { ...(!task && { shareId: null, subTasks: [] }), ...facts.details };
  return { type: 'seen', from: 'query', facts: { ...facts, details, raw: withoutSecrets(body) }, askedAt, answeredAt };
}
