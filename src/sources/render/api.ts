import { pathSegment, type Refusal, type UpstreamReply } from '../../upstream/upstream-client.js';
import type { ReadOptions, SourceConnection } from '../source.js';
import { parsePage, type WirePage } from './wire.js';

/** CVR ListRenderTasks: `limit` 1..1000, `offset` 0..1000; rows behind the two thousandth cannot be had. */
export const PAGE_SIZE = 1000;
export const HIGHEST_OFFSET = 1000;
export const REACHABLE = HIGHEST_OFFSET + PAGE_SIZE;

const TASKS = '/v2/cvr/render-tasks';

/** Exact matches. */
export interface RenderFilter {
  readonly status?: 'active' | 'finish';
  readonly application_id?: string;
  readonly server_id?: string;
  readonly device_id?: string;
}

export type CvrApi = ReturnType<typeof createCvrApi>;

export interface PageAnswer extends WirePage {
  readonly askedAt: number;
  readonly answeredAt: number;
}

export function createCvrApi({ client }: Pick<SourceConnection, 'client'>) {
  return {
    /** @throws UpstreamError */
    async page(filter: RenderFilter, offset: number, options: ReadOptions): Promise<PageAnswer> {
      const query = { ...filter, limit: PAGE_SIZE, offset };
      const { body, askedAt, answeredAt } = await client.read({ method: 'GET', path: TASKS, query, ...options });
      return { ...parsePage(body), askedAt, answeredAt };
    },

    /** @throws UpstreamError see `UpstreamClient.start`: a stop is sent once, like a start */
    stop(id: string): Promise<UpstreamReply | Refusal> {
      return client.start({ method: 'POST', path: `${TASKS}/${pathSegment(id)}/stop`, priority: 'request' });
    },
  };
}
