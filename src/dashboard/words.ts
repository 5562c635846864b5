import type { ConnectionState } from '../client/index.js';

const en = {
  title: 'Tasks',
  graphiql: 'GraphiQL',
  search: 'Search by id, kind or resource',
  allServices: 'All services',
  loading: 'Loading tasks',
  failed: 'The tasks cannot be read',
  none: 'No tasks yet. Start or track one in GraphiQL.',
  noMatch: 'No task matches.',
  partial: 'Some sources cannot be read; the list is partial',
  showing: (shown: number, total: number) => `${shown} of ${total} tasks`,
  status: 'Status',
  service: 'Service',
  kind: 'Kind',
  resource: 'Resource',
  progress: 'Progress',
  started: 'Created',
  ended: 'Finished',
  upstream: 'Upstream word',
  stale: 'not read lately',
  language: '中文',
} as const;

type Words = { readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : (typeof en)[Key] };

const zh: Words = {
  title: '任务',
  graphiql: 'GraphiQL',
  search: '按 ID、类型或资源搜索',
  allServices: '全部服务',
  loading: '正在加载任务',
  failed: '无法读取任务',
  none: '还没有任务。可在 GraphiQL 中启动或跟踪一个任务。',
  noMatch: '没有匹配的任务。',
  partial: '部分数据源无法读取,列表不完整',
  showing: (shown, total) => `共 ${total} 个任务,显示 ${shown} 个`,
  status: '状态',
  service: '服务',
  kind: '类型',
  resource: '资源',
  progress: '进度',
  started: '创建时间',
  ended: '结束时间',
  upstream: '上游状态词',
  stale: '数据陈旧',
  language: 'English',
};

export const WORDS = { en, 'zh-CN': zh } satisfies Record<string, Words>;
export type Language = keyof typeof WORDS;

export const STATUS_WORDS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    FAILED: 'Failed',
    EXPIRED: 'Expired',
    UNKNOWN: 'Unknown',
    RUNNING: 'Running',
    PENDING: 'Pending',
    SUCCEEDED: 'Succeeded',
    CANCELLED: 'Cancelled',
  },
  'zh-CN': {
    FAILED: '失败',
    EXPIRED: '已失效',
    UNKNOWN: '未知',
    RUNNING: '进行中',
    PENDING: '等待中',
    SUCCEEDED: '成功',
    CANCELLED: '已取消',
  },
};

export const CONNECTION_WORDS: Readonly<Record<Language, Readonly<Partial<Record<ConnectionState, string>>>>> = {
  en: { live: 'Live', connecting: 'Connecting', reconnecting: 'Reconnecting', offline: 'Offline' },
  'zh-CN': { live: '实时', connecting: '正在连接', reconnecting: '正在重连', offline: '离线' },
};
