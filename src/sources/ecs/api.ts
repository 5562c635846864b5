import type { JsonObject } from '../../base/json.js';
import { pathSegment, type Refusal, type UpstreamReply } from '../../upstream/upstream-client.js';
import type { PagedList } from '../listed.js';
import type { ReadOptions, SourceConnection } from '../source.js';
import { parseList, parseTask, type WireRow, type WireTask } from './wire.js';

/** Both lists of KPS: `limit` 1..1000, `offset` 0..100000. */
export const PAGE_SIZE = 1000;
const HIGHEST_OFFSET = 100_000;

export interface TaskAnswer {
  readonly task: WireTask;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export type KpsApi = ReturnType<typeof createKpsApi>;

export function createKpsApi({ client, projectId }: SourceConnection) {
  const base = `/v3/${pathSegment(projectId)}`;

  return {
    /** @throws UpstreamError */
    async task(id: string, options: ReadOptions): Promise<TaskAnswer> {
      const path = `${base}/tasks/${pathSegment(id)}`;
      const { body, askedAt, answeredAt } = await client.read({ method: 'GET', path, ...options });
      return { task: parseTask(body, id), askedAt, answeredAt };
    },

    list(name: 'running-tasks' | 'failed-tasks', options: ReadOptions): PagedList<WireRow> {
      return {
        pageSize: PAGE_SIZE,
        highestOffset: HIGHEST_OFFSET,
        async load(offset) {
          const query = { limit: PAGE_SIZE, offset };
          const request = { method: 'GET', path: `${base}/${name}`, query, ...options } as const;
          const { body, askedAt, answeredAt } = await client.read(request);
          return { ...parseList(body), askedAt, answeredAt };
        },
      };
    },

    /** @throws UpstreamError see `UpstreamClient.start` */
    start(operation: 'associate' | 'disassociate', body: JsonObject): Promise<UpstreamReply | Refusal> {
      return client.start({ method: 'POST', path: `${base}/keypairs/${operation}`, body, priority: 'request' });
    },
  };
}
