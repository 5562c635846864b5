import {
  buildSchema,
  Kind,
  OperationTypeNode,
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
} from 'graphql';
import type { Delivery, EventStream, StreamRequest } from '../../src/delivery/delivery.js';
import type { OperationParams, Operations, PreparedOperation } from '../../src/graphql/operation.js';
import type { Principal } from '../../src/graphql/principal.js';
import { GatewayError } from '../../src/task/errors.js';

const schema = buildSchema(/* GraphQL */ `
  type Query {
    hello: String
    slow: String
  }
  type Mutation {
    poke: String
  }
  type Task {
    id: ID!
    status: String!
    seq: Int!
    fill: String
  }
  type TaskEvent {
    type: String!
    cursor: String!
    task: Task
  }
  type Counts {
    total: Int!
  }
  type Subscription {
    taskUpdated(id: ID!, after: String): TaskEvent!
    tasksUpdated(kinds: [String!], after: String): TaskEvent!
    taskStatsUpdated: Counts!
  }
`);

/** A small gateway's operations, straight on graphql-js: what transports need, and nothing else. */
export class SmallOperations implements Operations {
  renders = 0;
  readonly aborted: string[] = [];
  readonly #documents = new Map<string, DocumentNode>();

  constructor(private readonly delivery: Delivery) {}

  prepare(params: OperationParams, principal: Principal): ReturnType<Operations['prepare']> {
    const { query, variables = null, operationName } = params;
    if (typeof query !== 'string') return rejected('BAD_REQUEST', 'A query is missing');
    let document = this.#documents.get(query);
    try {
      document ??= parse(query);
    } catch {
      return rejected('GRAPHQL_PARSE_FAILED', 'Syntax error');
    }
    this.#documents.set(query, document);
    const [error] = validate(schema, document);
    const operation = getOperationAST(document, operationName as string | undefined);
    if (error || !operation) return rejected('GRAPHQL_VALIDATION_FAILED', error?.message ?? 'No operation');
    const values = variables as Record<string, unknown> | null;
    return this.#prepared(
      document,
      operation.operation,
      values,
      principal,
      `${query} ${JSON.stringify([variables, principal.accounts])}`,
    );
  }

  #prepared(
    document: DocumentNode,
    type: PreparedOperation['type'],
    variableValues: Record<string, unknown> | null,
    principal: Principal,
    groupKey: string,
  ): PreparedOperation {
    const run = async (rootValue: unknown): Promise<ExecutionResult> =>
      execute({ schema, document, rootValue, variableValues });
    return {
      type,
      document,
      text: '',
      variables: variableValues ?? {},
      operationName: undefined,
      cost: 1,
      groupKey,
      execute: (caller) =>
        run({
          hello: 'world',
          poke: 'poked',
          slow: () =>
            new Promise((resolve) =>
              caller.signal.addEventListener('abort', () => {
                this.aborted.push('slow');
                resolve('aborted');
              }),
            ),
        }),
      subscribe: async () => {
        const request: { value?: StreamRequest } = {};
        const { accounts } = principal;
        const note = (value: StreamRequest): null => {
          request.value = value;
          return null;
        };
        await execute({
          schema: subscriptionsAsQuery,
          document: asQuery(document),
          variableValues,
          rootValue: {
            taskUpdated: ({ id, after = null }: { id: string; after?: string | null }) =>
              note({ type: 'task', id, after, accounts }),
            tasksUpdated: ({ kinds, after = null }: { kinds?: string[]; after?: string | null }) =>
              note({ type: 'tasks', filter: kinds ? { kinds } : {}, after, accounts }),
            taskStatsUpdated: () => note({ type: 'stats', filter: {}, accounts }),
          },
        });
        return this.#open(request.value!);
      },
      render: async (event) => {
        this.renders++;
        const value =
          'type' in event
            ? { ...event, task: event.task && { ...event.task, fill: event.task.details['fill'] } }
            : event;
        return run({ taskUpdated: value, tasksUpdated: value, taskStatsUpdated: value });
      },
    };
  }

  async #open(request: StreamRequest): Promise<EventStream | ExecutionResult> {
    try {
      return await this.delivery.stream(request);
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
      return { errors: [new GraphQLError((error as Error).message, { extensions: { code } })] };
    }
  }
}

const subscriptionsAsQuery = buildSchema(/* GraphQL */ `
  type Task {
    id: ID!
    status: String!
    seq: Int!
    fill: String
  }
  type TaskEvent {
    type: String!
    cursor: String!
    task: Task
  }
  type Counts {
    total: Int!
  }
  schema {
    query: Subscription
  }
  type Subscription {
    taskUpdated(id: ID!, after: String): TaskEvent
    tasksUpdated(kinds: [String!], after: String): TaskEvent
    taskStatsUpdated: Counts
  }
`);

function asQuery(document: DocumentNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? { ...definition, operation: OperationTypeNode.QUERY }
        : definition,
    ),
  };
}

function rejected(code: string, message: string) {
  return {
    type: 'rejected',
    status: 400,
    result: { errors: [new GraphQLError(message, { extensions: { code } })] },
  } as const;
}
