/** What every follower reads. Never `raw`, `timeline` or results: those are for one task that somebody looks at. */
const TASK = `
fragment FollowedTask on Task {
  __typename id service account region upstreamId kind status done upstreamStatus
  resource { type id name }
  createdAt updatedAt startedAt finishedAt
  error { code message upstreamCode }
  warnings { code message upstreamCode }
  progress { done total percent }
  estimate { samples typicalSeconds slowSeconds expectedFinishAt overdue }
  seq observedAt stale nextPollAt
  lastPollError { code message at retryable }
}`;
const EVENT = 'type cursor at previousStatus resetReason task { ...FollowedTask }';

export const FOLLOW_TASK = `subscription FollowTask($id: ID!, $after: String) {
  event: taskUpdated(id: $id, after: $after) { ${EVENT} }
}${TASK}`;

export const FOLLOW_TASKS = `subscription FollowTasks($filter: TaskFilter, $after: String) {
  event: tasksUpdated(filter: $filter, after: $after) { ${EVENT} }
}${TASK}`;

export const FOLLOW_STATS = `subscription FollowStats($filter: TaskFilter) {
  event: taskStatsUpdated(filter: $filter) {
    total open stale overdue byStatus { status count } byService { service count open }
  }
}`;

export const LIST_TASKS = `query ListTasks($filter: TaskFilter, $order: TaskOrder, $first: Int!, $after: String) {
  tasks(filter: $filter, orderBy: $order, first: $first, after: $after) {
    nodes { ...FollowedTask }
    pageInfo { hasNextPage endCursor }
    totalCount
    streamCursor
    sourceErrors { service account code message }
  }
}${TASK}`;

export const READ_TASK = `query ReadTask($id: ID!) { task(id: $id) { ...FollowedTask } }${TASK}`;
