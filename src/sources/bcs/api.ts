import { pathSegment, type Refusal, type UpstreamReply } from '../../upstream/upstream-client.js';
import type { PagedList } from '../listed.js';
import type { ReadOptions, SourceConnection } from '../source.js';
import { parseJob, parseList, type WireJob } from './wire.js';

/** BCS ListHuaweiChainJobs: `limit` 1..100, `count` at most 1000. */
export const PAGE_SIZE = 100;
const HIGHEST_OFFSET = 900;
export const REACHABLE = HIGHEST_OFFSET + PAGE_SIZE;

export interface JobFilter {
  /** Several words, comma-separated. */
  readonly status: string;
  /** RFC 3339, UTC, in whole seconds: jobs that began then or later. */
  readonly start_time?: string;
}

export interface JobAnswer {
  readonly job: WireJob;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export type BcsApi = ReturnType<typeof createBcsApi>;

export function createBcsApi({ client, projectId }: Pick<SourceConnection, 'client' | 'projectId'>) {
  const jobs = `/v2/${pathSegment(projectId)}/huaweicloudchain/jobs`;

  return {
    /** @throws UpstreamError */
    async job(id: string, options: ReadOptions): Promise<JobAnswer> {
      const path = `${jobs}/${pathSegment(id)}`;
      const { body, askedAt, answeredAt } = await client.read({ method: 'GET', path, ...options });
      return { job: parseJob(body, id), askedAt, answeredAt };
    },

    list(filter: JobFilter, options: ReadOptions): PagedList<WireJob> {
      return {
        pageSize: PAGE_SIZE,
        highestOffset: HIGHEST_OFFSET,
        async load(offset) {
          const query = { ...filter, limit: PAGE_SIZE, offset };
          const { body, askedAt, answeredAt } = await client.read({ method: 'GET', path: jobs, query, ...options });
          return { ...parseList(body), askedAt, answeredAt };
        },
      };
    },

    /** @throws UpstreamError see `UpstreamClient.start`: a deletion is sent once, like a start */
    deleteRecords(ids: readonly string[]): Promise<UpstreamReply | Refusal> {
      return client.start({ method: 'DELETE', path: jobs, body: { jobs: ids }, priority: 'request' });
    },
  };
}
