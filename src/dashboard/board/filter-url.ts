import type { TaskFilter, TaskService, TaskStatus } from '../../client/index.js';
import { STATUSES } from '../status-badge.js';

/** What the board is narrowed to, as its address says it. Empty lists narrow nothing. */
export interface BoardFilter {
  readonly statuses: readonly TaskStatus[];
  readonly services: readonly string[];
  readonly search: string;
}

/** Statuses that the gateway does not know are left out: it would refuse the whole list for them. */
export function parseFilter(search: string): BoardFilter {
  const params = new URLSearchParams(search);
  const values = (name: string): string[] => (params.get(name) ?? '').split(',').filter((value) => value !== '');
  const asked = new Set(values('status'));
  return {
    statuses: STATUSES.filter((status) => asked.has(status)),
    services: values('service').filter((service) => /^[A-Z][A-Z0-9_]*$/.test(service)),
    search: params.get('q') ?? '',
  };
}

/** With its `?`; nothing for no filter. */
export function formatFilter({ statuses, services, search }: BoardFilter): string {
  const parts = [
    ...(statuses.length > 0 ? [`status=${statuses.join(',')}`] : []),
    ...(services.length > 0 ? [`service=${services.join(',')}`] : []),
    ...(search !== '' ? [`q=${encodeURIComponent(search)}`] : []),
  ];
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

export function toTaskFilter({ statuses, services, search }: BoardFilter): TaskFilter {
  return {
    ...(statuses.length > 0 && { statuses: [...statuses] }),
    // An open set: a service that this page has never heard of is a service all the same.
    ...(services.length > 0 && { services: [...services] as TaskService[] }),
    ...(search !== '' && { search }),
  };
}
