import type { FollowedTask, TaskStatus } from '../../client/index.js';

export interface Transition {
  readonly seq: number;
  readonly from: TaskStatus | null;
  readonly to: TaskStatus;
  readonly upstreamStatus: string | null;
  readonly notBefore: string | null;
  readonly at: string;
}

export interface TransitionPage {
  readonly totalCount: number;
  readonly nodes: readonly Transition[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface SubTask {
  readonly kind: string;
  readonly status: TaskStatus;
  readonly upstreamStatus: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly upstreamId: string;
  readonly error: { readonly message: string; readonly upstreamCode: string | null } | null;
}

export interface ImportResult {
  readonly __typename: 'ApigImportResult';
  readonly groupId: string | null;
  readonly swaggerId: string | null;
  readonly failures: readonly ApiOutcome[];
  readonly imported: readonly ApiOutcome[];
  readonly ignored: readonly ApiOutcome[];
}

/** `code` and `message` of a failure, `action` and `id` of what was imported. */
export interface ApiOutcome {
  readonly method: string;
  readonly path: string;
  readonly code?: string | null;
  readonly message?: string | null;
  readonly action?: string;
  readonly id?: string;
}

export interface ExportResult {
  readonly __typename: 'ApigExportResult';
  readonly fileName: string | null;
  readonly fileType: string | null;
  readonly content: string;
}

interface EcsFields {
  readonly operation: string | null;
  readonly serverId: string | null;
  readonly serverName: string | null;
  readonly keypairName: string | null;
}

interface SfsFields {
  readonly shareId: string | null;
  readonly subTasks: readonly SubTask[];
}

interface ApigFields {
  readonly instanceId: string | null;
  readonly result: ImportResult | ExportResult | null;
}

interface RenderFields {
  readonly applicationId: string | null;
  readonly serverId: string | null;
  readonly sessionId: string | null;
  readonly device: { readonly brand: string | null; readonly type: string | null; readonly id: string | null } | null;
  readonly applicationUser: string | null;
  readonly launchArgs: string | null;
  readonly protocol: string | null;
  readonly locations: readonly string[];
  readonly resolution: string | null;
  readonly gpuIpType: string | null;
  readonly finishReason: string | null;
}

interface BcsFields {
  readonly instanceId: string | null;
  readonly instanceName: string | null;
}

interface FieldsByType {
  readonly EcsTask: EcsFields;
  readonly SfsTask: SfsFields;
  readonly ApigTask: ApigFields;
  readonly RenderTask: RenderFields;
  readonly BcsTask: BcsFields;
}

/** A task of any service, of those that this page has never heard of too. */
export type ShownTask = FollowedTask;

export function isOfType<Name extends keyof FieldsByType>(
  task: ShownTask,
  name: Name,
): task is ShownTask & FieldsByType[Name] {
  return task.__typename === name;
}

export interface ShowTaskData {
  readonly task: (ShownTask & { readonly timeline: TransitionPage }) | null;
}

export type Freshness = Pick<
  FollowedTask,
  'seq' | 'done' | 'stale' | 'observedAt' | 'nextPollAt' | 'lastPollError' | 'estimate'
>;

export interface ReadFreshnessData {
  readonly task: Freshness | null;
}

const FAILURE = '{ code message upstreamCode }';
const FRESHNESS = `seq done stale observedAt nextPollAt
    lastPollError { code message at retryable }
    estimate { samples typicalSeconds slowSeconds expectedFinishAt overdue }`;

/** A service without a fragment here is shown with the fields that every task has. */
export const SHOW_TASK = `query ShowTask($id: ID!, $after: String) {
  task(id: $id) {
    __typename id service account region upstreamId kind status upstreamStatus
    resource { type id name }
    createdAt updatedAt startedAt finishedAt
    error ${FAILURE}
    warnings ${FAILURE}
    progress { done total percent }
    ${FRESHNESS}
    timeline(first: 200, after: $after) {
      totalCount
      nodes { seq from to upstreamStatus notBefore at }
      pageInfo { hasNextPage endCursor }
    }
    ... on EcsTask { operation serverId serverName keypairName }
    ... on SfsTask {
      shareId
      subTasks { kind status upstreamStatus startedAt finishedAt error { message upstreamCode } upstreamId }
    }
    ... on ApigTask {
      instanceId
      result {
        __typename
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

/** What moves without a change of the task, so that no stream tells of it. */
export const READ_FRESHNESS = `query ReadFreshness($id: ID!) {
  task(id: $id) {
    ${FRESHNESS}
  }
}`;

export const READ_RAW = 'query ReadRaw($id: ID!) { task(id: $id) { raw } }';

const USER_ERRORS = 'userErrors { code message ... on UpstreamRefusal { upstreamCode } }';
export const STOP_RENDER_TASK = `mutation StopRenderTask($id: ID!) {
  payload: stopRenderTask(input: { id: $id }) { ${USER_ERRORS} }
}`;
export const UNTRACK_TASK = `mutation UntrackTask($id: ID!) {
  payload: untrackTask(input: { id: $id }) { ${USER_ERRORS} }
}`;
export const DELETE_BCS_RECORD = `mutation DeleteBcsRecord($id: ID!) {
  payload: deleteBcsTaskRecords(input: { ids: [$id] }) { ${USER_ERRORS} }
}`;
