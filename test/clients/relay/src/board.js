// What a Relay application writes. Compiled by test/clients/relay.test.ts, never run.
import { graphql } from 'relay-runtime';

export const query = graphql`
  query boardQuery($count: Int!, $filter: TaskFilter) {
    ...boardTasks @arguments(count: $count, filter: $filter)
  }
`;

export const tasks = graphql`
  fragment boardTasks on Query
  @refetchable(queryName: "boardTasksPaginationQuery")
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }, filter: { type: "TaskFilter" }) {
    tasks(first: $count, after: $cursor, filter: $filter) @connection(key: "board_tasks", filters: ["filter"]) {
      totalCount
      streamCursor
      edges {
        node {
          id
          ...boardRow
        }
      }
    }
  }
`;

export const row = graphql`
  fragment boardRow on Task @refetchable(queryName: "boardRowRefetchQuery") {
    service
    kind
    status @required(action: THROW)
    upstreamStatus
    done
    error {
      code
      message
    }
    ... on EcsTask {
      operation
      serverName
    }
    ... on SfsTask {
      shareId
      subTasks {
        kind
        status
      }
    }
    ... on ApigTask {
      instanceId
      result {
        __typename
        ... on ApigImportResult {
          groupId
        }
        ... on ApigExportResult {
          fileName
        }
      }
    }
    ... on RenderTask {
      applicationId
      finishReason
    }
    ... on BcsTask {
      instanceName
    }
  }
`;

export const timeline = graphql`
  fragment boardTimeline on SfsTask
  @refetchable(queryName: "boardTimelinePaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" }) {
    timeline(first: $count, after: $cursor) @connection(key: "board_timeline") {
      edges {
        node {
          seq
          from
          to
        }
      }
    }
  }
`;

export const bind = graphql`
  mutation boardBindMutation($input: BindLdapInput!, $connections: [ID!]!) {
    bindLdap(input: $input) {
      task @prependNode(connections: $connections, edgeTypeName: "TaskEdge") {
        id
        ...boardRow
      }
      userErrors {
        __typename
        code
        message
        path
        ... on UpstreamRefusal {
          upstreamCode
        }
      }
    }
  }
`;

export const untrack = graphql`
  mutation boardUntrackMutation($input: UntrackTaskInput!, $connections: [ID!]!) {
    untrackTask(input: $input) {
      id @deleteEdge(connections: $connections)
      userErrors {
        message
      }
    }
  }
`;

export const follow = graphql`
  subscription boardFollowSubscription($filter: TaskFilter, $after: String) {
    tasksUpdated(filter: $filter, after: $after) {
      type
      cursor
      resetReason
      task {
        ...boardRow
      }
    }
  }
`;
