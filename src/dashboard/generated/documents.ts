/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What wins where an imported definition and an existing one differ. */
export type ApigMergeMode =
  /** What exists. */
  | 'MERGE'
  /** What is imported. */
  | 'OVERRIDE';

export type AssociateKeypairInput = {
  readonly account: string;
  /** Needed while the server runs; must be left out while it is shut down. */
  readonly auth?: KeypairAuthInput | null | undefined;
  /** The same id with the same input starts nothing twice, for 24 h. */
  readonly clientRequestId?: string | number | null | undefined;
  /** Turns off login by password over SSH. */
  readonly disablePassword?: boolean | null | undefined;
  /** 1 to 255 letters, digits, - and _ */
  readonly keypairName: string;
  /** SSH port, 1 to 65535; 22 by default. */
  readonly port?: number | null | undefined;
  readonly serverId: string | number;
};

/** An LDAP configuration to be made, and the share that it is bound to. */
export type BindLdapInput = {
  /** Name of the configured account. */
  readonly account: string;
  /** The standby server: ldap://ip:port or ldaps://ip:port. */
  readonly backupUrl?: string | null | undefined;
  /** Where lookups begin, e.g. `dc=example,dc=com`. */
  readonly baseDn: string;
  /** Makes the mutation idempotent for 24 h: the same id and input give the same task. */
  readonly clientRequestId?: string | number | null | undefined;
  /** Of `userDn`. Never stored, logged or echoed. */
  readonly password?: string | null | undefined;
  /** RFC2307 when left out of a new configuration. */
  readonly schema?: string | null | undefined;
  /** Seconds; 3 when left out of a new configuration. */
  readonly searchTimeout?: number | null | undefined;
  /** The SFS Turbo share; it must speak NFS. */
  readonly shareId: string | number;
  /** The LDAP server: ldap://ip:port or ldaps://ip:port. */
  readonly url: string;
  /** Who looks users up, e.g. `cn=admin,dc=example,dc=com`. */
  readonly userDn?: string | null | undefined;
  /** The VPC of the LDAP server; only for shares in several. */
  readonly vpcId?: string | null | undefined;
};

export type DisassociateKeypairInput = {
  readonly account: string;
  /** Needed while the server runs. */
  readonly auth?: KeypairAuthInput | null | undefined;
  /** The same id with the same input starts nothing twice, for 24 h. */
  readonly clientRequestId?: string | number | null | undefined;
  readonly serverId: string | number;
};

/** The published APIs of a group that are to be written to a definition. */
export type ExportApisInput = {
  /** Name of the configured account. */
  readonly account: string;
  /** Only these APIs; all of the group when left out. */
  readonly apiIds?: ReadonlyArray<string | number> | null | undefined;
  /** Makes the mutation idempotent for 24 h: the same id and input give the same task. */
  readonly clientRequestId?: string | number | null | undefined;
  /** How much is written: spec, proxy, all or dev; spec when left out. */
  readonly define?: string | null | undefined;
  /** Where the APIs are published, e.g. `DEFAULT_ENVIRONMENT_RELEASE_ID`. */
  readonly envId: string | number;
  readonly groupId: string | number;
  /** The dedicated gateway. */
  readonly instanceId: string | number;
  /** 2.0 or 3.0; 2.0 when left out. */
  readonly oasVersion?: string | null | undefined;
  /** json, yaml or yml; json when left out. */
  readonly type?: string | null | undefined;
  /** Of the definition; the time of the export when left out. */
  readonly version?: string | null | undefined;
};

/** A Swagger or OpenAPI definition whose APIs are to be made or changed. */
export type ImportApisInput = {
  /** Name of the configured account. */
  readonly account: string;
  /** For the APIs themselves; MERGE when left out. */
  readonly apiMode?: ApigMergeMode | null | undefined;
  /** Makes the mutation idempotent for 24 h: the same id and input give the same task. */
  readonly clientRequestId?: string | number | null | undefined;
  /** The definition itself, JSON or YAML, at most 12 MiB. */
  readonly definition: string;
  /** For extended information; MERGE when left out. */
  readonly extendMode?: ApigMergeMode | null | undefined;
  /** What the definition is called; by its format when left out. */
  readonly fileName?: string | null | undefined;
  /** The group that they join; needed when `isCreateGroup` is false. */
  readonly groupId?: string | number | null | undefined;
  /** The dedicated gateway. */
  readonly instanceId: string | number;
  /** Whether the APIs get a group of their own; true when left out. */
  readonly isCreateGroup?: boolean | null | undefined;
  /** Whether the APIs get a mock backend. */
  readonly mockMode?: boolean | null | undefined;
  readonly simpleMode?: boolean | null | undefined;
};

/** Secret: sent on, never stored. */
export type KeypairAuthInput = {
  /** The password or private key. Never stored, logged or echoed. */
  readonly key: string;
  readonly type: KeypairAuthType;
};

/** How the service logs in to the server. */
export type KeypairAuthType =
  /** The key is the private key, in PEM. */
  | 'KEYPAIR'
  /** The key is the password of the server’s root user. */
  | 'PASSWORD';

export type Role =
  | 'ADMIN'
  | 'OPERATOR'
  | 'READER';

export type SourceState =
  | 'FAILING'
  /** There is nothing to watch. */
  | 'IDLE'
  | 'OK'
  /** The circuit is open: the upstream is only probed. */
  | 'OPEN'
  | 'THROTTLED'
  /** The credentials are refused; tried again once a minute. */
  | 'UNAUTHORIZED';

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

export type TrackTaskInput = {
  readonly account: string;
  /** APIG only, and needed there. */
  readonly instanceId?: string | number | null | undefined;
  readonly service: TaskService;
  readonly upstreamId: string | number;
};

/** The share whose LDAP configuration is to be taken off. */
export type UnbindLdapInput = {
  /** Name of the configured account. */
  readonly account: string;
  /** Makes the mutation idempotent for 24 h: the same id and input give the same task. */
  readonly clientRequestId?: string | number | null | undefined;
  readonly shareId: string | number;
};

/** Changes of the LDAP configuration of a share; what is left out stays. */
export type UpdateLdapInput = {
  /** Name of the configured account. */
  readonly account: string;
  /** The standby server: ldap://ip:port or ldaps://ip:port. */
  readonly backupUrl?: string | null | undefined;
  /** Where lookups begin, e.g. `dc=example,dc=com`. */
  readonly baseDn?: string | null | undefined;
  /** Makes the mutation idempotent for 24 h: the same id and input give the same task. */
  readonly clientRequestId?: string | number | null | undefined;
  /** Of `userDn`. Never stored, logged or echoed. */
  readonly password?: string | null | undefined;
  /** RFC2307 when left out of a new configuration. */
  readonly schema?: string | null | undefined;
  /** Seconds; 3 when left out of a new configuration. */
  readonly searchTimeout?: number | null | undefined;
  /** The SFS Turbo share; it must speak NFS. */
  readonly shareId: string | number;
  /** The LDAP server: ldap://ip:port or ldaps://ip:port. */
  readonly url?: string | null | undefined;
  /** Who looks users up, e.g. `cn=admin,dc=example,dc=com`. */
  readonly userDn?: string | null | undefined;
  /** The VPC of the LDAP server; only for shares in several. */
  readonly vpcId?: string | null | undefined;
};

export type PageOfTasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  order?: TaskOrder | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type PageOfTasksQuery = { readonly tasks: { readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null } | null, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null } | null, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null } | null, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null } | null, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly observedAt: string | null, readonly stale: boolean, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null } | null, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    >, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export type ReadSourceStatesQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadSourceStatesQuery = { readonly sources: ReadonlyArray<{ readonly service: TaskService, readonly account: string, readonly state: SourceState }> | null };

export type ReadSourcesQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadSourcesQuery = { readonly sources: ReadonlyArray<{ readonly service: TaskService, readonly account: string, readonly region: string, readonly state: SourceState, readonly watched: number, readonly requestsPerMinute: number, readonly requestBudgetPerMinute: number, readonly lastSuccessAt: string | null, readonly nextPollAt: string | null, readonly lastError: { readonly code: string, readonly message: string, readonly at: string } | null }> | null };

type Refusal_InputError_Fragment = { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null };

type Refusal_UpstreamRefusal_Fragment = { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null };

export type RefusalFragment =
  | Refusal_InputError_Fragment
  | Refusal_UpstreamRefusal_Fragment
;

export type BindLdapMutationVariables = Exact<{
  input: BindLdapInput;
}>;


export type BindLdapMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type UpdateLdapMutationVariables = Exact<{
  input: UpdateLdapInput;
}>;


export type UpdateLdapMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type UnbindLdapMutationVariables = Exact<{
  input: UnbindLdapInput;
}>;


export type UnbindLdapMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ImportApisMutationVariables = Exact<{
  input: ImportApisInput;
}>;


export type ImportApisMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ExportApisMutationVariables = Exact<{
  input: ExportApisInput;
}>;


export type ExportApisMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type AssociateKeypairMutationVariables = Exact<{
  input: AssociateKeypairInput;
}>;


export type AssociateKeypairMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type DisassociateKeypairMutationVariables = Exact<{
  input: DisassociateKeypairInput;
}>;


export type DisassociateKeypairMutation = { readonly payload: { readonly task: { readonly id: string, readonly kind: string } | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type TrackTaskMutationVariables = Exact<{
  input: TrackTaskInput;
}>;


export type TrackTaskMutation = { readonly payload: { readonly task:
      | { readonly id: string, readonly kind: string }
      | { readonly id: string, readonly kind: string }
      | { readonly id: string, readonly kind: string }
      | { readonly id: string, readonly kind: string }
      | { readonly id: string, readonly kind: string }
     | null, readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ShowTaskQueryVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type ShowTaskQuery = { readonly task:
    | { readonly __typename: 'ApigTask', readonly instanceId: string | null, readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly result:
        | { readonly __typename: 'ApigExportResult', readonly fileName: string | null, readonly fileType: string | null, readonly content: string }
        | { readonly __typename: 'ApigImportResult', readonly groupId: string | null, readonly swaggerId: string | null, readonly failures: ReadonlyArray<{ readonly method: string, readonly path: string, readonly code: string | null, readonly message: string | null }>, readonly imported: ReadonlyArray<{ readonly action: string, readonly method: string, readonly path: string, readonly id: string }>, readonly ignored: ReadonlyArray<{ readonly method: string, readonly path: string }> }
       | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly timeline: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly from: TaskStatus | null, readonly to: TaskStatus, readonly upstreamStatus: string | null, readonly notBefore: string | null, readonly at: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly __typename: 'BcsTask', readonly instanceId: string | null, readonly instanceName: string | null, readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly timeline: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly from: TaskStatus | null, readonly to: TaskStatus, readonly upstreamStatus: string | null, readonly notBefore: string | null, readonly at: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly __typename: 'EcsTask', readonly operation: string | null, readonly serverId: string | null, readonly serverName: string | null, readonly keypairName: string | null, readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly timeline: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly from: TaskStatus | null, readonly to: TaskStatus, readonly upstreamStatus: string | null, readonly notBefore: string | null, readonly at: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly __typename: 'RenderTask', readonly applicationId: string | null, readonly serverId: string | null, readonly sessionId: string | null, readonly applicationUser: string | null, readonly launchArgs: string | null, readonly protocol: string | null, readonly locations: ReadonlyArray<string>, readonly resolution: string | null, readonly gpuIpType: string | null, readonly finishReason: string | null, readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly device: { readonly brand: string | null, readonly type: string | null, readonly id: string | null } | null, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly timeline: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly from: TaskStatus | null, readonly to: TaskStatus, readonly upstreamStatus: string | null, readonly notBefore: string | null, readonly at: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly __typename: 'SfsTask', readonly shareId: string | null, readonly id: string, readonly service: TaskService, readonly account: string, readonly region: string, readonly upstreamId: string, readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly createdAt: string, readonly updatedAt: string, readonly startedAt: string | null, readonly finishedAt: string | null, readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly subTasks: ReadonlyArray<{ readonly kind: string, readonly status: TaskStatus, readonly upstreamStatus: string | null, readonly startedAt: string | null, readonly finishedAt: string | null, readonly upstreamId: string, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null }>, readonly resource: { readonly type: string, readonly id: string, readonly name: string | null } | null, readonly error: { readonly code: string | null, readonly message: string, readonly upstreamCode: string | null } | null, readonly warnings: ReadonlyArray<{ readonly code: string | null, readonly message: string, readonly upstreamCode: string | null }>, readonly progress: { readonly done: number, readonly total: number, readonly percent: number } | null, readonly timeline: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly seq: number, readonly from: TaskStatus | null, readonly to: TaskStatus, readonly upstreamStatus: string | null, readonly notBefore: string | null, readonly at: string }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } }, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
   | null };

export type ReadFreshnessQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadFreshnessQuery = { readonly task:
    | { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
    | { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null }
   | null };

type Freshness_ApigTask_Fragment = { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null };

type Freshness_BcsTask_Fragment = { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null };

type Freshness_EcsTask_Fragment = { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null };

type Freshness_RenderTask_Fragment = { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null };

type Freshness_SfsTask_Fragment = { readonly seq: number, readonly done: boolean, readonly stale: boolean, readonly observedAt: string | null, readonly nextPollAt: string | null, readonly lastPollError: { readonly code: string, readonly message: string, readonly at: string, readonly retryable: boolean } | null, readonly estimate: { readonly samples: number, readonly typicalSeconds: number, readonly slowSeconds: number, readonly expectedFinishAt: string | null, readonly overdue: boolean } | null };

export type FreshnessFragment =
  | Freshness_ApigTask_Fragment
  | Freshness_BcsTask_Fragment
  | Freshness_EcsTask_Fragment
  | Freshness_RenderTask_Fragment
  | Freshness_SfsTask_Fragment
;

export type ReadRawQueryVariables = Exact<{
  id: string | number;
}>;


export type ReadRawQuery = { readonly task:
    | { readonly raw: unknown }
    | { readonly raw: unknown }
    | { readonly raw: unknown }
    | { readonly raw: unknown }
    | { readonly raw: unknown }
   | null };

export type StopRenderTaskMutationVariables = Exact<{
  id: string | number;
}>;


export type StopRenderTaskMutation = { readonly payload: { readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type UntrackTaskMutationVariables = Exact<{
  id: string | number;
}>;


export type UntrackTaskMutation = { readonly payload: { readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type DeleteBcsRecordMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteBcsRecordMutation = { readonly payload: { readonly userErrors: ReadonlyArray<
      | { readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
      | { readonly upstreamCode: string | null, readonly code: string, readonly message: string, readonly path: ReadonlyArray<string> | null }
    > } | null };

export type ReadViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadViewerQuery = { readonly viewer: { readonly name: string, readonly role: Role, readonly accounts: ReadonlyArray<string> } };

export type ReadWallTasksQueryVariables = Exact<{
  filter?: TaskFilter | null | undefined;
  failed?: TaskFilter | null | undefined;
  stale?: TaskFilter | null | undefined;
  overdue?: TaskFilter | null | undefined;
}>;


export type ReadWallTasksQuery = { readonly failed: { readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
    > } | null, readonly stale: { readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
    > } | null, readonly overdue: { readonly nodes: ReadonlyArray<
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
      | { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null }
    > } | null, readonly changed: { readonly nodes: ReadonlyArray<
      | { readonly updatedAt: string }
      | { readonly updatedAt: string }
      | { readonly updatedAt: string }
      | { readonly updatedAt: string }
      | { readonly updatedAt: string }
    > } | null };

type WallTask_ApigTask_Fragment = { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null };

type WallTask_BcsTask_Fragment = { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null };

type WallTask_EcsTask_Fragment = { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null };

type WallTask_RenderTask_Fragment = { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null };

type WallTask_SfsTask_Fragment = { readonly id: string, readonly service: TaskService, readonly account: string, readonly kind: string, readonly status: TaskStatus, readonly done: boolean, readonly upstreamStatus: string | null, readonly updatedAt: string, readonly finishedAt: string | null, readonly observedAt: string | null, readonly stale: boolean, readonly error: { readonly message: string, readonly upstreamCode: string | null } | null, readonly estimate: { readonly overdue: boolean } | null };

export type WallTaskFragment =
  | WallTask_ApigTask_Fragment
  | WallTask_BcsTask_Fragment
  | WallTask_EcsTask_Fragment
  | WallTask_RenderTask_Fragment
  | WallTask_SfsTask_Fragment
;

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
export const RefusalFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const FreshnessFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment Freshness on Task {
  seq
  done
  stale
  observedAt
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
}
    `, {"fragmentName":"Freshness"}) as unknown as TypedDocumentString<FreshnessFragment, unknown>;
export const WallTaskFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment WallTask on Task {
  id
  service
  account
  kind
  status
  done
  upstreamStatus
  updatedAt
  finishedAt
  error {
    message
    upstreamCode
  }
  estimate {
    overdue
  }
  observedAt
  stale
}
    `, {"fragmentName":"WallTask"}) as unknown as TypedDocumentString<WallTaskFragment, unknown>;
export const PageOfTasksDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PageOfTasks($filter: TaskFilter, $order: TaskOrder, $first: Int!, $after: String) {
  tasks(filter: $filter, orderBy: $order, first: $first, after: $after) {
    nodes {
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
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<PageOfTasksQuery, PageOfTasksQueryVariables>;
export const ReadSourceStatesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadSourceStates {
  sources {
    service
    account
    state
  }
}
    `) as unknown as TypedDocumentString<ReadSourceStatesQuery, ReadSourceStatesQueryVariables>;
export const ReadSourcesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadSources {
  sources {
    service
    account
    region
    state
    watched
    requestsPerMinute
    requestBudgetPerMinute
    lastSuccessAt
    nextPollAt
    lastError {
      code
      message
      at
    }
  }
}
    `) as unknown as TypedDocumentString<ReadSourcesQuery, ReadSourcesQueryVariables>;
export const BindLdapDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation BindLdap($input: BindLdapInput!) {
  payload: bindLdap(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<BindLdapMutation, BindLdapMutationVariables>;
export const UpdateLdapDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateLdap($input: UpdateLdapInput!) {
  payload: updateLdap(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<UpdateLdapMutation, UpdateLdapMutationVariables>;
export const UnbindLdapDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UnbindLdap($input: UnbindLdapInput!) {
  payload: unbindLdap(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<UnbindLdapMutation, UnbindLdapMutationVariables>;
export const ImportApisDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ImportApis($input: ImportApisInput!) {
  payload: importApis(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<ImportApisMutation, ImportApisMutationVariables>;
export const ExportApisDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ExportApis($input: ExportApisInput!) {
  payload: exportApis(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<ExportApisMutation, ExportApisMutationVariables>;
export const AssociateKeypairDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AssociateKeypair($input: AssociateKeypairInput!) {
  payload: associateKeypair(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<AssociateKeypairMutation, AssociateKeypairMutationVariables>;
export const DisassociateKeypairDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DisassociateKeypair($input: DisassociateKeypairInput!) {
  payload: disassociateKeypair(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<DisassociateKeypairMutation, DisassociateKeypairMutationVariables>;
export const TrackTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation TrackTask($input: TrackTaskInput!) {
  payload: trackTask(input: $input) {
    task {
      id
      kind
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<TrackTaskMutation, TrackTaskMutationVariables>;
export const ShowTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ShowTask($id: ID!, $after: String) {
  task(id: $id) {
    __typename
    id
    service
    account
    region
    upstreamId
    kind
    status
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
    ...Freshness
    timeline(first: 200, after: $after) {
      totalCount
      nodes {
        seq
        from
        to
        upstreamStatus
        notBefore
        at
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
    ... on EcsTask {
      operation
      serverId
      serverName
      keypairName
    }
    ... on SfsTask {
      shareId
      subTasks {
        kind
        status
        upstreamStatus
        startedAt
        finishedAt
        error {
          message
          upstreamCode
        }
        upstreamId
      }
    }
    ... on ApigTask {
      instanceId
      result {
        __typename
        ... on ApigImportResult {
          groupId
          swaggerId
          failures {
            method
            path
            code
            message
          }
          imported {
            action
            method
            path
            id
          }
          ignored {
            method
            path
          }
        }
        ... on ApigExportResult {
          fileName
          fileType
          content
        }
      }
    }
    ... on RenderTask {
      applicationId
      serverId
      sessionId
      device {
        brand
        type
        id
      }
      applicationUser
      launchArgs
      protocol
      locations
      resolution
      gpuIpType
      finishReason
    }
    ... on BcsTask {
      instanceId
      instanceName
    }
  }
}
    fragment Freshness on Task {
  seq
  done
  stale
  observedAt
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
}`) as unknown as TypedDocumentString<ShowTaskQuery, ShowTaskQueryVariables>;
export const ReadFreshnessDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadFreshness($id: ID!) {
  task(id: $id) {
    ...Freshness
  }
}
    fragment Freshness on Task {
  seq
  done
  stale
  observedAt
  nextPollAt
  lastPollError {
    code
    message
    at
    retryable
  }
  estimate {
    samples
    typicalSeconds
    slowSeconds
    expectedFinishAt
    overdue
  }
}`) as unknown as TypedDocumentString<ReadFreshnessQuery, ReadFreshnessQueryVariables>;
export const ReadRawDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadRaw($id: ID!) {
  task(id: $id) {
    raw
  }
}
    `) as unknown as TypedDocumentString<ReadRawQuery, ReadRawQueryVariables>;
export const StopRenderTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StopRenderTask($id: ID!) {
  payload: stopRenderTask(input: {id: $id}) {
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<StopRenderTaskMutation, StopRenderTaskMutationVariables>;
export const UntrackTaskDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UntrackTask($id: ID!) {
  payload: untrackTask(input: {id: $id}) {
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<UntrackTaskMutation, UntrackTaskMutationVariables>;
export const DeleteBcsRecordDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DeleteBcsRecord($id: ID!) {
  payload: deleteBcsTaskRecords(input: {ids: [$id]}) {
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  message
  path
  ... on UpstreamRefusal {
    upstreamCode
  }
}`) as unknown as TypedDocumentString<DeleteBcsRecordMutation, DeleteBcsRecordMutationVariables>;
export const ReadViewerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadViewer {
  viewer {
    name
    role
    accounts
  }
}
    `) as unknown as TypedDocumentString<ReadViewerQuery, ReadViewerQueryVariables>;
export const ReadWallTasksDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ReadWallTasks($filter: TaskFilter, $failed: TaskFilter, $stale: TaskFilter, $overdue: TaskFilter) {
  failed: tasks(filter: $failed, orderBy: UPDATED_DESC, first: 40) {
    nodes {
      ...WallTask
    }
  }
  stale: tasks(filter: $stale, first: 8) {
    nodes {
      ...WallTask
    }
  }
  overdue: tasks(filter: $overdue, first: 8) {
    nodes {
      ...WallTask
    }
  }
  changed: tasks(filter: $filter, orderBy: UPDATED_DESC, first: 1) {
    nodes {
      updatedAt
    }
  }
}
    fragment WallTask on Task {
  id
  service
  account
  kind
  status
  done
  upstreamStatus
  updatedAt
  finishedAt
  error {
    message
    upstreamCode
  }
  estimate {
    overdue
  }
  observedAt
  stale
}`) as unknown as TypedDocumentString<ReadWallTasksQuery, ReadWallTasksQueryVariables>;