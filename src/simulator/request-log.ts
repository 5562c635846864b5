import type { Means } from './access.js';

/** One request as the simulator saw it. Never a header, never a body: no secret can be in here. */
export interface LoggedRequest {
  /** 1, 2, 3 … since the simulator started. */
  readonly number: number;
  /** When it had arrived in full. */
  readonly at: number;
  readonly service: string | null;
  readonly method: string;
  /** The pattern that the path matched. */
  readonly route: string | null;
  readonly path: string;
  readonly query: string;
  readonly projectId: string | null;
  /** Null: not authenticated. */
  readonly means: Means | null;
  /** Null: the connection was cut, or nothing was ever answered. */
  readonly status: number | null;
  /** The fault that was applied. */
  readonly faultId: string | null;
  readonly requestId: string;
}

export interface Counter {
  readonly service: string;
  readonly method: string;
  readonly route: string;
  readonly requests: number;
  /** `none`: cut or never answered. */
  readonly byStatus: Readonly<Record<string, number>>;
}

export interface LogPage {
  readonly requests: readonly LoggedRequest[];
  /** What to pass as `since` next time. */
  readonly next: number;
  /** Requests after `since` that are no longer kept. */
  readonly dropped: number;
}

export interface RequestLog {
  add(request: Omit<LoggedRequest, 'number'>): void;
  /** The requests numbered above `since`, oldest first. */
  read(since?: number): LogPage;
  /** Forgets the requests and sets the counters to zero; the numbers go on. */
  clear(): void;
  counters(): readonly Counter[];
}

const KEPT = 10_000;
const LONGEST_TEXT = 2_000;

export function createRequestLog(): RequestLog {
  let kept: LoggedRequest[] = [];
  let last = 0;
  let clearedAt = 0;
  const counts = new Map<string, Counter>();

  const count = ({ service, method, route, status }: Omit<LoggedRequest, 'number'>): void => {
    if (service === null || route === null) return;
    const key = `${service} ${method} ${route}`;
    const word = String(status ?? 'none');
    const { requests = 0, byStatus = {} } = counts.get(key) ?? {};
    const raised = { ...byStatus, [word]: (byStatus[word] ?? 0) + 1 };
    counts.set(key, { service, method, route, requests: requests + 1, byStatus: raised });
  };

  return {
    add(request) {
      count(request);
      const { path, query } = request;
      kept.push({
        number: ++last,
        ...request,
        path: path.slice(0, LONGEST_TEXT),
        query: query.slice(0, LONGEST_TEXT),
      });
      if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    },
    read(since = 0) {
      const from = Math.max(since, clearedAt, last - KEPT);
      const requests = kept.filter(({ number }) => number > from);
      return { requests, next: last, dropped: Math.max(from - Math.max(since, clearedAt), 0) };
    },
    clear() {
      kept = [];
      clearedAt = last;
      counts.clear();
    },
    counters: () => [...counts.values()],
  };
}
