/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type ResetReason =
  /** The changes behind the cursor are kept no longer. */
  | 'TRIMMED'
  /** This store did not make the cursor. */
  | 'UNKNOWN_CURSOR';

export type TaskEventType =
  | 'CHANGED'
  | 'REMOVED'
  | 'RESET'
  | 'SNAPSHOT';

/** Fields are ANDed, values inside a list are ORed; an empty list matches nothing. */
export type TaskFilter = {
  readonly accounts?: ReadonlyArray<string> | null | undefined;
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
  readonly done?: boolean | null | undefined;
  readonly ids?: ReadonlyArray<string | number> | null | undefined;
  readonly kinds?: ReadonlyArray<string> | null | undefined;
  /** Past `estimate.slowSeconds`. Not in subscriptions to tasks. */
  readonly overdue?: boolean | null | undefined;
  readonly resourceId?: string | number | null | undefined;
  /** Case-insensitive substring of upstreamId, kind, resource id or resource name. */
  readonly search?: string | null | undefined;
  readonly services?: ReadonlyArray<TaskService> | null | undefined;
  /** Not in subscriptions to tasks. */
  readonly stale?: boolean | null | undefined;
  readonly statuses?: ReadonlyArray<TaskStatus> | null | undefined;
};

/** Ties are ordered by id. */
export type TaskOrder =
  | 'CREATED_ASC'
  | 'CREATED_DESC'
  | 'UPDATED_ASC'
  | 'UPDATED_DESC';

/** An upstream service. Open: clients must render values that they do not know. */
export type TaskService =
  | 'APIG'
  | 'BCS'
  | 'ECS'
  | 'RENDER'
  | 'SFS';

/** One normalised status over all services; the upstream’s own word stands beside it. */
export type TaskStatus =
  | 'CANCELLED'
  /** The upstream no longer knows the task; its last known fields stay. */
  | 'EXPIRED'
  | 'FAILED'
  | 'PENDING'
  | 'RUNNING'
  | 'SUCCEEDED'
  /** A word that the gateway does not know. Not done, unless `done` says so. */
  | 'UNKNOWN';

export type FollowedEventFragment = { readonly type: TaskEventType, readonly cursor: string, readonly at: string, readonly previousStatus: TaskStatus | null, readonly resetReason: ResetReason | null, readonly task:
    | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
   | null };

export type FollowTaskSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type FollowTaskSubscription = { readonly event: { readonly type: TaskEventType, readonly cursor: string, readonly at: string, readonly previousStatus: TaskStatus | null, readonly resetReason: ResetReason | null, readonly task:
      | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
     | null } };

export type FollowTasksSubscriptionVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type FollowTasksSubscription = { readonly event: { readonly type: TaskEventType, readonly cursor: string, readonly at: string, readonly previousStatus: TaskStatus | null, readonly resetReason: ResetReason | null, readonly task:
      | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
     | null } };

export type FollowStatsSubscriptionVariables = Exact<{
  filter?: TaskFilter | null | undefined;
}>;


export type FollowStatsSubscription = { readonly event: { readonly total: number, readonly open: number, readonly stale: number, readonly overdue: number, readonly byStatus: ReadonlyArray<{ readonly status: TaskStatus, readonly count: number }>, readonly byService: ReadonlyArray<{ readonly service: TaskService, readonly count: number, readonly open: number }> } };

type FollowedTask_ApigTask_Fragment = { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null };

type FollowedTask_BcsTask_Fragment = { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null };

type FollowedTask_EcsTask_Fragment = { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null };

type FollowedTask_RenderTask_Fragment = { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null };

type FollowedTask_SfsTask_Fragment = { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null };

export type FollowedTaskFragment =
  | FollowedTask_ApigTask_Fragment
  | FollowedTask_BcsTask_Fragment
  | FollowedTask_EcsTask_Fragment
  | FollowedTask_RenderTask_Fragment
  | FollowedTask_SfsTask_Fragment
;

export type ReadTaskQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadTaskQuery = { readonly task:
    | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
   | null };

export type WaitForTaskQueryVariables = Exact<{
  id: string | number;
  seconds: number;
}>;


export type WaitForTaskQuery = { readonly task:
    | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
   | null };

export type ListTasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  order?: TaskOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type ListTasksQuery = { readonly tasks: { readonly totalCount: number, readonly streamCursor: string, readonly nodes: ReadonlyArray<
      | { readonly __typename: 'ApigTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'BcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'EcsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'RenderTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
      | { readonly __typename: 'SfsTask', readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null }
    >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly sourceErrors: ReadonlyArray<{ readonly service: TaskService, readonly account: string, readonly code: string, readonly message: string }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const FollowedTaskFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}
    `, {"fragmentName":"FollowedTask"}) as unknown as TypedDocumentString<FollowedTaskFragment, unknown>;
export const FollowedEventFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment FollowedEvent on TaskEvent {
  type
  cursor
  at
  previousStatus
  resetReason
  task {
    ...FollowedTask
  }
}
    fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`, {"fragmentName":"FollowedEvent"}) as unknown as TypedDocumentString<FollowedEventFragment, unknown>;
export const FollowTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription FollowTask($id: ID!, $after: String) {
  event: taskUpdated(id: $id, after: $after) {
    ...FollowedEvent
  }
}
    fragment FollowedEvent on TaskEvent {
  type
  cursor
  at
  previousStatus
  resetReason
  task {
    ...FollowedTask
  }
}
fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`) as unknown as TypedDocumentString<FollowTaskSubscription, FollowTaskSubscriptionVariables>;
export const FollowTasksDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription FollowTasks($filter: TaskFilter, $after: String) {
  event: tasksUpdated(filter: $filter, after: $after) {
    ...FollowedEvent
  }
}
    fragment FollowedEvent on TaskEvent {
  type
  cursor
  at
  previousStatus
  resetReason
  task {
    ...FollowedTask
  }
}
fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`) as unknown as TypedDocumentString<FollowTasksSubscription, FollowTasksSubscriptionVariables>;
export const FollowStatsDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription FollowStats($filter: TaskFilter) {
  event: taskStatsUpdated(filter: $filter) {
    total
    open
    stale
    overdue
    byStatus {
      status
      count
    }
    byService {
      service
      count
      open
    }
  }
}
    `) as unknown as TypedDocumentString<FollowStatsSubscription, FollowStatsSubscriptionVariables>;
export const ReadTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadTask($id: ID!) {
  task(id: $id) {
    ...FollowedTask
  }
}
    fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`) as unknown as TypedDocumentString<ReadTaskQuery, ReadTaskQueryVariables>;
export const WaitForTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    query WaitForTask($id: ID!, $seconds: Float!) {
  task: waitForTask(id: $id, timeoutSeconds: $seconds) {
    ...FollowedTask
  }
}
    fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`) as unknown as TypedDocumentString<WaitForTaskQuery, WaitForTaskQueryVariables>;
export const ListTasksDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ListTasks($filter: TaskFilter, $order: TaskOrder, $first: Int!, $after: String) {
  tasks(filter: $filter, orderBy: $order, first: $first, after: $after) {
    nodes {
      ...FollowedTask
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
    streamCursor
    sourceErrors {
      service
      account
      code
      message
    }
  }
}
    fragment FollowedTask on Task {
  __typename
  id
  service
  account
  region
  upstreamId
  kind
  status
  done
  upstreamStatus
  resource {
    type
    id
    name
  }
  createdAt
  updatedAt
  startedAt
  finishedAt
  error {
    code
    message
    upstreamCode
  }
  warnings {
    code
    message
    upstreamCode
  }
  progress {
    done
    total
    percent
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
  seq
  observedAt
  stale
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
}`) as unknown as TypedDocumentString<ListTasksQuery, ListTasksQueryVariables>;