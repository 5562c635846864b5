import type { Reading } from '../../task/reading.js';
import { isNotFound, readEach } from '../read-each.js';
import type { ReadOptions, SourceConnection, SourceDefinition, TaskRef, TaskSource } from '../source.js';
import { withoutSecrets } from '../wire-fields.js';
import { showAsyncTask } from './api.js';
import { normaliseTask } from './normalise.js';
import { starts } from './starts.js';
import { ApigTaskType } from './task-type.js';
import { parseTask } from './wire.js';

/** Asynchronous tasks of dedicated API gateways: see README.md for the vendor's pages and their oddities. */
export const apig: SourceDefinition = {
  service: 'APIG',
  host: (region) => `apig.${region}.myhuaweicloud.com`,
  taskType: ApigTaskType,
  starts,
  actions: [],
  scoped: true,
  create: createApigSource,
  simulate: async () => (await import('./simulator.js')).simulatedApig,
};

function createApigSource(connection: SourceConnection): TaskSource {
  return {
    read: (refs, options) =>
      readEach(refs, options, {
        clock: connection.clock,
        isGone: (error) => isNotFound(error) || error.details.upstreamCode === 'APIG.3093',
        readOne: (ref, readOptions) => readTask(connection, ref, readOptions),
      }),
    callsFor: (openTasks) => openTasks,
  };
}

async function readTask(
  connection: SourceConnection,
  { identity, task }: TaskRef,
  options: ReadOptions,
): Promise<Reading> {
  const { scope: instanceId, upstreamId } = identity;
  const { body = null, askedAt, answeredAt } = await showAsyncTask(connection, instanceId, upstreamId, options);
  const facts = normaliseTask(parseTask(body, upstreamId), task?.kind);
  const details = { instanceId, ...(!task && { result: null }), ...facts.details };
  return { type: 'seen', from: 'query', facts: { ...facts, details, raw: withoutSecrets(body) }, askedAt, answeredAt };
}
