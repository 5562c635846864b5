import type { FollowedTask, TaskStatus } from '../../client/index.js';

export interface Transition {
  readonly seq: number;
  readonly from: TaskStatus | null;
  readonly to: TaskStatus;
  readonly upstreamStatus: string | null;
  readonly notBefore: string | null;
  readonly at: string;
}

/** A task with its history, and whatever fields its own service adds. */
export type ShownTask = FollowedTask & {
  readonly timeline: { readonly totalCount: number; readonly nodes: readonly Transition[] };
};

export interface ShownTaskData {
  readonly task: (ShownTask & Readonly<Record<string, unknown>>) | null;
}

const INTERFACE_FIELDS = [
  '__typename',
  'id',
  'service',
  'account',
  'region',
  'upstreamId',
  'kind',
  'status',
  'done',
  'upstreamStatus',
  'resource',
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
  'error',
  'warnings',
  'progress',
  'estimate',
  'seq',
  'observedAt',
  'stale',
  'nextPollAt',
  'lastPollError',
  'timeline',
] as const satisfies readonly (keyof ShownTask)[];

const FAILURE = '{ code message upstreamCode }';

/** A service without a fragment here is shown with the fields that every task has. */
export const SHOW_TASK = `query ShowTask($id: ID!) {
  task(id: $id) {
    __typename id service account region upstreamId kind status done upstreamStatus
    resource { type id name }
    createdAt updatedAt startedAt finishedAt
    error ${FAILURE}
    warnings ${FAILURE}
    progress { done total percent }
    estimate { samples typicalSeconds slowSeconds expectedFinishAt overdue }
    seq observedAt stale nextPollAt
    lastPollError { code message at retryable }
    timeline(first: 200) { totalCount nodes { seq from to upstreamStatus notBefore at } }
    ... on EcsTask { operation serverId serverName keypairName }
    ... on SfsTask {
      shareId
      subTasks { kind status upstreamStatus startedAt finishedAt error { message upstreamCode } upstreamId }
    }
    ... on ApigTask {
      instanceId
      result {
        ... on ApigImportResult {
          groupId swaggerId
          failures { method path code message }
          imported { action method path id }
          ignored { method path }
        }
        ... on ApigExportResult { fileName fileType content }
      }
    }
    ... on RenderTask {
      applicationId serverId sessionId device { brand type id } applicationUser launchArgs protocol locations
      resolution gpuIpType finishReason
    }
    ... on BcsTask { instanceId instanceName }
  }
}`;

export const READ_RAW = 'query ReadRaw($id: ID!) { task(id: $id) { raw } }';

export const STOP_RENDER_TASK = `mutation StopRenderTask($id: ID!) {
  stopRenderTask(input: { id: $id }) { userErrors { code message } }
}`;

/** What the service itself says of the task, in the order in which it was asked for. */
export function detailsOf(task: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  const known: ReadonlySet<string> = new Set(INTERFACE_FIELDS);
  return Object.entries(task).filter(([name]) => !known.has(name));
}
