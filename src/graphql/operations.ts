import { createHash, randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { EventStream, StreamEvent } from '../delivery/delivery.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { checkVariables } from './coerce-variables.js';
import { createContext, visibleAccounts, type ContextParts } from './context.js';
import type { Gateway } from './gateway.js';
import { createExecutor, type Executor } from './executor.js';
import { checkIntrospection } from './introspection.js';
import { createDocumentCache, type DocumentCache } from './document-cache.js';
import { maskError, maskResult, statusOf } from './format-error.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { parseParams, type Params } from './operation-params.js';
import type { Caller, Operations, PreparedOperation, RejectedOperation } from './operation.js';
import { createPersistedQueries, type PersistedQueries } from './persisted-queries.js';
import type { Principal } from './principal.js';
import { canonicalText } from './secret-input.js';
import { createStoredTasks } from './task-loader.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface OperationsOptions {
  readonly schema: GraphQLSchema;
  readonly gateway: Gateway;
  readonly limits?: Limits;
  /** Whether everybody may introspect; an admin always may. */
  readonly introspection: () => boolean;
  readonly newCorrelationId?: () => string;
  /** The list of documents in force; undefined when there is none. */
  readonly trusted?: () => TrustedDocuments | undefined;
}

interface Rules extends ContextParts {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly introspection: () => boolean;
  readonly documents: DocumentCache;
  readonly persisted: PersistedQueries;
  readonly trusted: () => TrustedDocuments | undefined;
  readonly executor: Executor;
}

interface Checked {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cost: number;
}

export function createOperations(options: OperationsOptions): Operations {
  const {
    schema,
    gateway,
    limits = DEFAULT_LIMITS,
    introspection,
    newCorrelationId = randomUUID,
    trusted = () => undefined,
  } = options;
  const documents = createDocumentCache(schema, limits);
  const rules: Rules = {
    schema,
    gateway,
    stored: createStoredTasks(gateway.store),
    limits,
    introspection,
    documents,
    persisted: createPersistedQueries(),
    trusted,
    executor: createExecutor(schema),
  };
  return {
    prepare(params, principal) {
      try {
        const checked = check(rules, parseParams(params), principal);
        return new CheckedOperation(rules, checked, principal, newCorrelationId);
      } catch (error) {
        const masking = { correlationId: newCorrelationId(), logger: gateway.logger };
        const errors = error instanceof InvalidDocument ? error.errors : [error];
        return rejected({ errors: errors.map((each) => maskError(each, masking)) });
      }
    },
  };
}

/** What is wrong with a document; there may be several things. */
class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';

  constructor(readonly errors: readonly GraphQLError[]) {
    super('The document is not valid');
  }
}

/** Everything that must hold before an operation is executed, on every transport. */
function check(rules: Rules, params: Params, principal: Principal): Checked {
  const { schema, documents, persisted } = rules;
  if (principal.role === 'METRICS') throw new GatewayError(ErrorCode.FORBIDDEN, 'The role may read metrics only');
  const text = trustedText(rules, params) ?? persisted.textOf(params);
  holdAgainstList(rules, text);
  const known = documents.get(text);
  const { operationName, variables } = params;
  const { document } = known;
  const operation = getOperationAST(document, operationName);
  // Without an operation there is nothing to measure, and validation may be slow on what was not measured.
  if (!operation) throw new GatewayError(ErrorCode.OPERATION_RESOLUTION_FAILURE, noOperation(document, operationName));
  const cost = known.cost(operation, variables);
  const errors = known.validate();
  if (errors.length > 0) throw new InvalidDocument(errors.map(asValidationError));
  checkIntrospection(principal, rules.introspection(), known.introspects);
  checkVariables(schema, operation, variables);
  persisted.remember(params);
  return { text, document, operation, operationName, variables, cost };
}

function noOperation({ definitions }: DocumentNode, operationName: string | undefined): string {
  const unnamed = operationName === undefined && definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return unnamed
    ? 'The document has several operations: operationName must say which'
    : 'The document has no such operation';
}

function trustedText({ trusted }: Rules, { query, sha256Hash }: Params): string | undefined {
  return query === undefined && sha256Hash !== undefined ? trusted()?.textOf(sha256Hash) : undefined;
}

/** @throws GatewayError PERSISTED_QUERY_NOT_FOUND for a document that is not on the list, where the list is enforced */
function holdAgainstList({ trusted, gateway }: Rules, text: string): void {
  const list = trusted();
  if (!list || list.has(text)) return;
  if (list.mode === 'enforce') {
    throw new GatewayError(ErrorCode.PERSISTED_QUERY_NOT_FOUND, 'The document is not on the list of trusted documents');
  }
  gateway.logger.warn({ sha256: createHash('sha256').update(text).digest('hex') }, 'a document that is not trusted');
}

function asValidationError(error: GraphQLError): GraphQLError {
  const { message, nodes } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    extensions: { code: ErrorCode.GRAPHQL_VALIDATION_FAILED },
  });
}

class CheckedOperation implements PreparedOperation {
  readonly type;
  readonly document;
  readonly text;
  readonly variables;
  readonly operationName;
  readonly cost;

  constructor(
    private readonly rules: Rules,
    private readonly checked: Checked,
    private readonly principal: Principal,
    private readonly newCorrelationId: () => string,
  ) {
    this.type = checked.operation.operation;
    this.document = checked.document;
    this.text = checked.text;
    this.variables = checked.variables;
    this.operationName = checked.operationName;
    this.cost = checked.cost;
  }

  get groupKey(): string {
    return groupKey(this.checked, this.principal, this.rules.gateway);
  }

  execute(caller: Caller): Promise<ExecutionResult> {
    return this.#masked((correlationId) => this.rules.executor(this.#request(correlationId, caller)));
  }

  render(event: StreamEvent): Promise<ExecutionResult> {
    return this.#masked((correlationId) => this.rules.executor({ ...this.#request(correlationId), rootValue: event }));
  }

  async subscribe(): Promise<EventStream | ExecutionResult> {
    let stream: EventStream | undefined;
    const refusal = await this.#masked(async (correlationId) => {
      const opened = await createSourceEventStream(this.#request(correlationId));
      if (!(Symbol.asyncIterator in opened)) return opened;
      stream = opened as EventStream;
      return {};
    });
    return stream ?? refusal;
  }

  #request(correlationId: string, caller?: Caller) {
    const { document, operation, operationName, variables } = this.checked;
    return {
      schema: this.rules.schema,
      document,
      operation,
      operationName: operationName ?? null,
      variableValues: variables,
      contextValue: createContext(this.rules, this.principal, correlationId, caller),
    };
  }

  async #masked(run: (correlationId: string) => Promise<ExecutionResult> | ExecutionResult): Promise<ExecutionResult> {
    const masking = { correlationId: this.newCorrelationId(), logger: this.rules.gateway.logger };
    try {
      return maskResult(await run(masking.correlationId), masking);
    } catch (error) {
      return { errors: [maskError(error, masking)] };
    }
  }
}

function groupKey({ text, operationName, variables }: Checked, principal: Principal, gateway: Gateway): string {
  const rights = [principal.role, [...visibleAccounts(gateway, principal)].sort()];
  return createHash('sha256')
    .update(canonicalText([text, operationName, variables, rights]))
    .digest('base64url');
}

function rejected(result: ExecutionResult): RejectedOperation {
  return { type: 'rejected', status: statusOf(result), result };
}
