import type { TaskFilter, TaskOrder, TaskService, TaskStatus } from '../../client/index.js';
import { STATUSES } from '../statuses.js';

/** What the board shows, as its address says it. Empty lists narrow nothing. */
export interface BoardView {
  readonly statuses: readonly string[];
  readonly services: readonly string[];
  readonly accounts: readonly string[];
  readonly kinds: readonly string[];
  readonly resource: string;
  readonly search: string;
  /** A window like `24h` or `7d`, or `from..to` with an instant or nothing on each side; '' for all times. */
  readonly created: string;
  readonly open: boolean;
  readonly stale: boolean;
  readonly overdue: boolean;
  /** A key of `ORDERS`; anything else is shown as unknown and means the first. */
  readonly order: string;
  readonly live: boolean;
  /** Columns beyond those that no row can do without; null: those that are shown unasked. */
  readonly columns: readonly string[] | null;
  /** What the address says beyond, kept as it is. */
  readonly others: readonly (readonly [string, string])[];
}

export const ORDERS: Readonly<Record<string, TaskOrder>> = {
  created: 'CREATED_DESC',
  oldest: 'CREATED_ASC',
  updated: 'UPDATED_DESC',
};
export const DEFAULT_ORDER = 'created';
export const WINDOWS = ['1h', '24h', '7d', '30d'] as const;

const LISTS = { status: 'statuses', service: 'services', account: 'accounts', kind: 'kinds' } as const;
const TEXTS = { resource: 'resource', q: 'search', created: 'created' } as const;
const FLAGS = { open: 'open', stale: 'stale', overdue: 'overdue' } as const;
const NAMES: ReadonlySet<string> = new Set([LISTS, TEXTS, FLAGS].flatMap(Object.keys).concat('order', 'live', 'cols'));
/** Legible in an address bar, and no longer separators once they are inside a value. */
const PLAIN = /%(?:3A|2F|40|20)/g;

export const EMPTY_VIEW = parseView('');

export function parseView(address: string): BoardView {
  const params = new URLSearchParams(address);
  const list = (name: string): readonly string[] => [
    ...new Set(params.getAll(name).flatMap((each) => splitList(each))),
  ];
  const text = (name: string): string => params.get(name) ?? '';
  return {
    statuses: list('status'),
    services: list('service'),
    accounts: list('account'),
    kinds: list('kind'),
    resource: text('resource'),
    search: text('q'),
    created: text('created'),
    open: params.get('open') === '1',
    stale: params.get('stale') === '1',
    overdue: params.get('overdue') === '1',
    order: text('order') || DEFAULT_ORDER,
    live: params.get('live') !== 'off',
    columns: params.has('cols') ? list('cols') : null,
    others: [...params].filter(([name]) => !NAMES.has(name)),
  };
}

/** With its `?`; nothing for the whole board. One address for one view, whatever order it was made in. */
export function formatView(view: BoardView): string {
  const parts: string[] = [];
  const joined = (values: readonly string[]): string =>
    values.map((value) => encode(value.replaceAll(',', '%2C'))).join(',');
  for (const [name, field] of Object.entries(LISTS)) {
    if (view[field].length > 0) parts.push(`${name}=${joined(view[field])}`);
  }
  for (const [name, field] of Object.entries(TEXTS))
    if (view[field] !== '') parts.push(`${name}=${encode(view[field])}`);
  for (const [name, field] of Object.entries(FLAGS)) if (view[field]) parts.push(`${name}=1`);
  if (view.order !== DEFAULT_ORDER) parts.push(`order=${encode(view.order)}`);
  if (!view.live) parts.push('live=off');
  if (view.columns) parts.push(`cols=${joined(view.columns)}`);
  for (const [name, value] of view.others) parts.push(`${encode(name)}=${encode(value)}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

/** A comma inside a value is written as %2C, and that once more by `encodeURIComponent`. */
function splitList(joined: string): readonly string[] {
  return joined
    .split(',')
    .map((value) => value.replaceAll('%2C', ','))
    .filter((value) => value !== '');
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(PLAIN, (code) => (code === '%20' ? '+' : decodeURIComponent(code)));
}

export interface KnownValues {
  /** The gateway refuses the whole list for a service that it does not know. */
  readonly services: ReadonlySet<string>;
}

/** Of statuses and services only those that the gateway knows: it would refuse the whole list for another. */
export function toTaskFilter(view: BoardView, known: KnownValues, now: number): TaskFilter {
  const { statuses, services, accounts, kinds, resource, search, open, stale, overdue } = view;
  return {
    ...(statuses.length > 0 && { statuses: statuses.filter(isStatus) }),
    ...(services.length > 0 && { services: services.filter((each) => known.services.has(each)) as TaskService[] }),
    ...(accounts.length > 0 && { accounts: [...accounts] }),
    ...(kinds.length > 0 && { kinds: [...kinds] }),
    ...(resource !== '' && { resourceId: resource }),
    ...(search !== '' && { search }),
    ...(open && { done: false }),
    ...(stale && { stale }),
    ...(overdue && { overdue }),
    ...createdBounds(view.created, now),
  };
}

export function isStatus(value: string): value is TaskStatus {
  return (STATUSES as readonly string[]).includes(value);
}

/** The length of a window in milliseconds; undefined for what is none. */
export function windowMs(created: string): number | undefined {
  const match = /^(\d{1,4})([mhd])$/.exec(created);
  const [, count, unit] = match ?? [];
  if (count === undefined) return undefined;
  return Number(count) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'm' | 'h' | 'd'];
}

/** Whether `created` says something that the board understands. */
export function isCreated(created: string): boolean {
  return created === '' || Object.keys(createdBounds(created, 0)).length > 0;
}

function createdBounds(created: string, now: number): Pick<TaskFilter, 'createdAfter' | 'createdBefore'> {
  const length = windowMs(created);
  if (length !== undefined) return { createdAfter: new Date(now - length).toISOString() };
  if (!created.includes('..')) return {};
  const [from = '', to = ''] = created.split('..', 2).map(toInstant);
  return { ...(from !== '' && { createdAfter: from }), ...(to !== '' && { createdBefore: to }) };
}

function toInstant(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

/** What the counters count: the view without what they themselves switch. */
export function facetsOf(view: BoardView): BoardView {
  return { ...view, statuses: [], open: false, stale: false, overdue: false };
}

/** What a view narrows to, as an address: statuses, order and columns make no other one of it. */
export function formatScope(view: BoardView): string {
  return formatView({ ...facetsOf(view), order: DEFAULT_ORDER, live: true, columns: null, others: [] });
}

/** All tasks, looked at in the same way. */
export function withoutFilters({ order, live, columns, others }: BoardView): BoardView {
  return { ...EMPTY_VIEW, order, live, columns, others };
}

/** Nothing is narrowed; order, liveness and columns narrow nothing. */
export function isWhole(view: BoardView): boolean {
  return formatView({ ...view, order: DEFAULT_ORDER, live: true, columns: null, others: [] }) === '';
}
