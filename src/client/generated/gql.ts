/* eslint-disable */
import * as types from './graphql.js';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation BindLdap($input: BindLdapInput!) {\n  bindLdap(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.BindLdapDocument,
    "mutation DisassociateKeypair($input: DisassociateKeypairInput!) {\n  disassociateKeypair(input: $input) {\n    task {\n      ...TaskSummary\n      serverId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.DisassociateKeypairDocument,
    "mutation ExportApis($input: ExportApisInput!) {\n  exportApis(input: $input) {\n    task {\n      ...TaskSummary\n      instanceId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.ExportApisDocument,
    "subscription FollowStats($filter: TaskFilter) {\n  taskStatsUpdated(filter: $filter) {\n    total\n    open\n    stale\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n}": typeof types.FollowStatsDocument,
    "subscription FollowTask($id: ID!, $after: String) {\n  taskUpdated(id: $id, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    transition {\n      seq\n      from\n      to\n      upstreamStatus\n    }\n    resetReason\n  }\n}": typeof types.FollowTaskDocument,
    "subscription FollowTasks($filter: TaskFilter, $after: String) {\n  tasksUpdated(filter: $filter, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    resetReason\n  }\n}": typeof types.FollowTasksDocument,
    "query ListTasks($filter: TaskFilter, $first: Int = 20, $after: String) {\n  tasks(filter: $filter, orderBy: CREATED_DESC, first: $first, after: $after) {\n    totalCount\n    streamCursor\n    nodes {\n      ...TaskSummary\n      ... on EcsTask {\n        operation\n        serverId\n        serverName\n        keypairName\n      }\n      ... on SfsTask {\n        shareId\n        subTasks {\n          kind\n          status\n        }\n      }\n      ... on ApigTask {\n        instanceId\n        result {\n          ... on ApigImportResult {\n            groupId\n            imported {\n              id\n              method\n              path\n            }\n            failures {\n              method\n              path\n              message\n            }\n          }\n          ... on ApigExportResult {\n            fileName\n            fileType\n          }\n        }\n      }\n      ... on RenderTask {\n        applicationId\n        protocol\n        resolution\n        finishReason\n      }\n      ... on BcsTask {\n        instanceId\n        instanceName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    sourceErrors {\n      service\n      account\n      code\n      message\n    }\n  }\n}": typeof types.ListTasksDocument,
    "query Overview {\n  taskStats {\n    total\n    open\n    stale\n    overdue\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n  sources {\n    service\n    account\n    region\n    state\n    watched\n    requestsPerMinute\n    requestBudgetPerMinute\n    lastSuccessAt\n    lastError {\n      code\n      message\n      at\n    }\n    nextPollAt\n  }\n  viewer {\n    name\n    role\n    accounts\n  }\n}": typeof types.OverviewDocument,
    "query ReadTaskNow($id: ID!) {\n  task(id: $id, maxAgeSeconds: 0) {\n    ...TaskSummary\n    observedAt\n    lastPollError {\n      code\n      message\n    }\n  }\n}": typeof types.ReadTaskNowDocument,
    "query ShowTask($id: ID!) {\n  task(id: $id) {\n    ...TaskSummary\n    region\n    upstreamId\n    startedAt\n    observedAt\n    nextPollAt\n    lastPollError {\n      code\n      message\n      at\n      retryable\n    }\n    timeline {\n      totalCount\n      nodes {\n        seq\n        from\n        to\n        upstreamStatus\n        notBefore\n        at\n      }\n    }\n    raw\n  }\n}": typeof types.ShowTaskDocument,
    "mutation StopRenderTask($id: ID!) {\n  stopRenderTask(input: {id: $id}) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.StopRenderTaskDocument,
    "fragment TaskSummary on Task {\n  __typename\n  id\n  service\n  account\n  kind\n  status\n  done\n  upstreamStatus\n  seq\n  createdAt\n  updatedAt\n  finishedAt\n  stale\n  resource {\n    type\n    id\n    name\n  }\n  progress {\n    percent\n  }\n  error {\n    code\n    message\n    upstreamCode\n  }\n  warnings {\n    message\n  }\n}": typeof types.TaskSummaryFragmentDoc,
    "mutation TrackTask($input: TrackTaskInput!) {\n  trackTask(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.TrackTaskDocument,
    "mutation UntrackTask($id: ID!) {\n  untrackTask(input: {id: $id}) {\n    id\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": typeof types.UntrackTaskDocument,
    "fragment UserErrorDetails on UserError {\n  __typename\n  code\n  message\n  path\n  ... on UpstreamRefusal {\n    upstreamCode\n  }\n}": typeof types.UserErrorDetailsFragmentDoc,
    "query WaitForTask($id: ID!, $timeoutSeconds: Float = 25) {\n  waitForTask(id: $id, timeoutSeconds: $timeoutSeconds) {\n    ...TaskSummary\n  }\n}": typeof types.WaitForTaskDocument,
};
const documents: Documents = {
    "mutation BindLdap($input: BindLdapInput!) {\n  bindLdap(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.BindLdapDocument,
    "mutation DisassociateKeypair($input: DisassociateKeypairInput!) {\n  disassociateKeypair(input: $input) {\n    task {\n      ...TaskSummary\n      serverId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.DisassociateKeypairDocument,
    "mutation ExportApis($input: ExportApisInput!) {\n  exportApis(input: $input) {\n    task {\n      ...TaskSummary\n      instanceId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.ExportApisDocument,
    "subscription FollowStats($filter: TaskFilter) {\n  taskStatsUpdated(filter: $filter) {\n    total\n    open\n    stale\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n}": types.FollowStatsDocument,
    "subscription FollowTask($id: ID!, $after: String) {\n  taskUpdated(id: $id, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    transition {\n      seq\n      from\n      to\n      upstreamStatus\n    }\n    resetReason\n  }\n}": types.FollowTaskDocument,
    "subscription FollowTasks($filter: TaskFilter, $after: String) {\n  tasksUpdated(filter: $filter, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    resetReason\n  }\n}": types.FollowTasksDocument,
    "query ListTasks($filter: TaskFilter, $first: Int = 20, $after: String) {\n  tasks(filter: $filter, orderBy: CREATED_DESC, first: $first, after: $after) {\n    totalCount\n    streamCursor\n    nodes {\n      ...TaskSummary\n      ... on EcsTask {\n        operation\n        serverId\n        serverName\n        keypairName\n      }\n      ... on SfsTask {\n        shareId\n        subTasks {\n          kind\n          status\n        }\n      }\n      ... on ApigTask {\n        instanceId\n        result {\n          ... on ApigImportResult {\n            groupId\n            imported {\n              id\n              method\n              path\n            }\n            failures {\n              method\n              path\n              message\n            }\n          }\n          ... on ApigExportResult {\n            fileName\n            fileType\n          }\n        }\n      }\n      ... on RenderTask {\n        applicationId\n        protocol\n        resolution\n        finishReason\n      }\n      ... on BcsTask {\n        instanceId\n        instanceName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    sourceErrors {\n      service\n      account\n      code\n      message\n    }\n  }\n}": types.ListTasksDocument,
    "query Overview {\n  taskStats {\n    total\n    open\n    stale\n    overdue\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n  sources {\n    service\n    account\n    region\n    state\n    watched\n    requestsPerMinute\n    requestBudgetPerMinute\n    lastSuccessAt\n    lastError {\n      code\n      message\n      at\n    }\n    nextPollAt\n  }\n  viewer {\n    name\n    role\n    accounts\n  }\n}": types.OverviewDocument,
    "query ReadTaskNow($id: ID!) {\n  task(id: $id, maxAgeSeconds: 0) {\n    ...TaskSummary\n    observedAt\n    lastPollError {\n      code\n      message\n    }\n  }\n}": types.ReadTaskNowDocument,
    "query ShowTask($id: ID!) {\n  task(id: $id) {\n    ...TaskSummary\n    region\n    upstreamId\n    startedAt\n    observedAt\n    nextPollAt\n    lastPollError {\n      code\n      message\n      at\n      retryable\n    }\n    timeline {\n      totalCount\n      nodes {\n        seq\n        from\n        to\n        upstreamStatus\n        notBefore\n        at\n      }\n    }\n    raw\n  }\n}": types.ShowTaskDocument,
    "mutation StopRenderTask($id: ID!) {\n  stopRenderTask(input: {id: $id}) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.StopRenderTaskDocument,
    "fragment TaskSummary on Task {\n  __typename\n  id\n  service\n  account\n  kind\n  status\n  done\n  upstreamStatus\n  seq\n  createdAt\n  updatedAt\n  finishedAt\n  stale\n  resource {\n    type\n    id\n    name\n  }\n  progress {\n    percent\n  }\n  error {\n    code\n    message\n    upstreamCode\n  }\n  warnings {\n    message\n  }\n}": types.TaskSummaryFragmentDoc,
    "mutation TrackTask($input: TrackTaskInput!) {\n  trackTask(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.TrackTaskDocument,
    "mutation UntrackTask($id: ID!) {\n  untrackTask(input: {id: $id}) {\n    id\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}": types.UntrackTaskDocument,
    "fragment UserErrorDetails on UserError {\n  __typename\n  code\n  message\n  path\n  ... on UpstreamRefusal {\n    upstreamCode\n  }\n}": types.UserErrorDetailsFragmentDoc,
    "query WaitForTask($id: ID!, $timeoutSeconds: Float = 25) {\n  waitForTask(id: $id, timeoutSeconds: $timeoutSeconds) {\n    ...TaskSummary\n  }\n}": types.WaitForTaskDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation BindLdap($input: BindLdapInput!) {\n  bindLdap(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation BindLdap($input: BindLdapInput!) {\n  bindLdap(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DisassociateKeypair($input: DisassociateKeypairInput!) {\n  disassociateKeypair(input: $input) {\n    task {\n      ...TaskSummary\n      serverId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation DisassociateKeypair($input: DisassociateKeypairInput!) {\n  disassociateKeypair(input: $input) {\n    task {\n      ...TaskSummary\n      serverId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ExportApis($input: ExportApisInput!) {\n  exportApis(input: $input) {\n    task {\n      ...TaskSummary\n      instanceId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation ExportApis($input: ExportApisInput!) {\n  exportApis(input: $input) {\n    task {\n      ...TaskSummary\n      instanceId\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription FollowStats($filter: TaskFilter) {\n  taskStatsUpdated(filter: $filter) {\n    total\n    open\n    stale\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n}"): (typeof documents)["subscription FollowStats($filter: TaskFilter) {\n  taskStatsUpdated(filter: $filter) {\n    total\n    open\n    stale\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription FollowTask($id: ID!, $after: String) {\n  taskUpdated(id: $id, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    transition {\n      seq\n      from\n      to\n      upstreamStatus\n    }\n    resetReason\n  }\n}"): (typeof documents)["subscription FollowTask($id: ID!, $after: String) {\n  taskUpdated(id: $id, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    transition {\n      seq\n      from\n      to\n      upstreamStatus\n    }\n    resetReason\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription FollowTasks($filter: TaskFilter, $after: String) {\n  tasksUpdated(filter: $filter, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    resetReason\n  }\n}"): (typeof documents)["subscription FollowTasks($filter: TaskFilter, $after: String) {\n  tasksUpdated(filter: $filter, after: $after) {\n    type\n    cursor\n    at\n    previousStatus\n    task {\n      ...TaskSummary\n    }\n    resetReason\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ListTasks($filter: TaskFilter, $first: Int = 20, $after: String) {\n  tasks(filter: $filter, orderBy: CREATED_DESC, first: $first, after: $after) {\n    totalCount\n    streamCursor\n    nodes {\n      ...TaskSummary\n      ... on EcsTask {\n        operation\n        serverId\n        serverName\n        keypairName\n      }\n      ... on SfsTask {\n        shareId\n        subTasks {\n          kind\n          status\n        }\n      }\n      ... on ApigTask {\n        instanceId\n        result {\n          ... on ApigImportResult {\n            groupId\n            imported {\n              id\n              method\n              path\n            }\n            failures {\n              method\n              path\n              message\n            }\n          }\n          ... on ApigExportResult {\n            fileName\n            fileType\n          }\n        }\n      }\n      ... on RenderTask {\n        applicationId\n        protocol\n        resolution\n        finishReason\n      }\n      ... on BcsTask {\n        instanceId\n        instanceName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    sourceErrors {\n      service\n      account\n      code\n      message\n    }\n  }\n}"): (typeof documents)["query ListTasks($filter: TaskFilter, $first: Int = 20, $after: String) {\n  tasks(filter: $filter, orderBy: CREATED_DESC, first: $first, after: $after) {\n    totalCount\n    streamCursor\n    nodes {\n      ...TaskSummary\n      ... on EcsTask {\n        operation\n        serverId\n        serverName\n        keypairName\n      }\n      ... on SfsTask {\n        shareId\n        subTasks {\n          kind\n          status\n        }\n      }\n      ... on ApigTask {\n        instanceId\n        result {\n          ... on ApigImportResult {\n            groupId\n            imported {\n              id\n              method\n              path\n            }\n            failures {\n              method\n              path\n              message\n            }\n          }\n          ... on ApigExportResult {\n            fileName\n            fileType\n          }\n        }\n      }\n      ... on RenderTask {\n        applicationId\n        protocol\n        resolution\n        finishReason\n      }\n      ... on BcsTask {\n        instanceId\n        instanceName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n    sourceErrors {\n      service\n      account\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Overview {\n  taskStats {\n    total\n    open\n    stale\n    overdue\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n  sources {\n    service\n    account\n    region\n    state\n    watched\n    requestsPerMinute\n    requestBudgetPerMinute\n    lastSuccessAt\n    lastError {\n      code\n      message\n      at\n    }\n    nextPollAt\n  }\n  viewer {\n    name\n    role\n    accounts\n  }\n}"): (typeof documents)["query Overview {\n  taskStats {\n    total\n    open\n    stale\n    overdue\n    byStatus {\n      status\n      count\n    }\n    byService {\n      service\n      count\n      open\n    }\n  }\n  sources {\n    service\n    account\n    region\n    state\n    watched\n    requestsPerMinute\n    requestBudgetPerMinute\n    lastSuccessAt\n    lastError {\n      code\n      message\n      at\n    }\n    nextPollAt\n  }\n  viewer {\n    name\n    role\n    accounts\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ReadTaskNow($id: ID!) {\n  task(id: $id, maxAgeSeconds: 0) {\n    ...TaskSummary\n    observedAt\n    lastPollError {\n      code\n      message\n    }\n  }\n}"): (typeof documents)["query ReadTaskNow($id: ID!) {\n  task(id: $id, maxAgeSeconds: 0) {\n    ...TaskSummary\n    observedAt\n    lastPollError {\n      code\n      message\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ShowTask($id: ID!) {\n  task(id: $id) {\n    ...TaskSummary\n    region\n    upstreamId\n    startedAt\n    observedAt\n    nextPollAt\n    lastPollError {\n      code\n      message\n      at\n      retryable\n    }\n    timeline {\n      totalCount\n      nodes {\n        seq\n        from\n        to\n        upstreamStatus\n        notBefore\n        at\n      }\n    }\n    raw\n  }\n}"): (typeof documents)["query ShowTask($id: ID!) {\n  task(id: $id) {\n    ...TaskSummary\n    region\n    upstreamId\n    startedAt\n    observedAt\n    nextPollAt\n    lastPollError {\n      code\n      message\n      at\n      retryable\n    }\n    timeline {\n      totalCount\n      nodes {\n        seq\n        from\n        to\n        upstreamStatus\n        notBefore\n        at\n      }\n    }\n    raw\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation StopRenderTask($id: ID!) {\n  stopRenderTask(input: {id: $id}) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation StopRenderTask($id: ID!) {\n  stopRenderTask(input: {id: $id}) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment TaskSummary on Task {\n  __typename\n  id\n  service\n  account\n  kind\n  status\n  done\n  upstreamStatus\n  seq\n  createdAt\n  updatedAt\n  finishedAt\n  stale\n  resource {\n    type\n    id\n    name\n  }\n  progress {\n    percent\n  }\n  error {\n    code\n    message\n    upstreamCode\n  }\n  warnings {\n    message\n  }\n}"): (typeof documents)["fragment TaskSummary on Task {\n  __typename\n  id\n  service\n  account\n  kind\n  status\n  done\n  upstreamStatus\n  seq\n  createdAt\n  updatedAt\n  finishedAt\n  stale\n  resource {\n    type\n    id\n    name\n  }\n  progress {\n    percent\n  }\n  error {\n    code\n    message\n    upstreamCode\n  }\n  warnings {\n    message\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation TrackTask($input: TrackTaskInput!) {\n  trackTask(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation TrackTask($input: TrackTaskInput!) {\n  trackTask(input: $input) {\n    task {\n      ...TaskSummary\n    }\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UntrackTask($id: ID!) {\n  untrackTask(input: {id: $id}) {\n    id\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"): (typeof documents)["mutation UntrackTask($id: ID!) {\n  untrackTask(input: {id: $id}) {\n    id\n    userErrors {\n      ...UserErrorDetails\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment UserErrorDetails on UserError {\n  __typename\n  code\n  message\n  path\n  ... on UpstreamRefusal {\n    upstreamCode\n  }\n}"): (typeof documents)["fragment UserErrorDetails on UserError {\n  __typename\n  code\n  message\n  path\n  ... on UpstreamRefusal {\n    upstreamCode\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WaitForTask($id: ID!, $timeoutSeconds: Float = 25) {\n  waitForTask(id: $id, timeoutSeconds: $timeoutSeconds) {\n    ...TaskSummary\n  }\n}"): (typeof documents)["query WaitForTask($id: ID!, $timeoutSeconds: Float = 25) {\n  waitForTask(id: $id, timeoutSeconds: $timeoutSeconds) {\n    ...TaskSummary\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;