import {
  execute,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type Source,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

export interface Execution extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
}

export type Executor = (execution: Execution) => Promise<ExecutionResult> | ExecutionResult;

/** Who sends a document so often sends it again. */
const COMPILED_AFTER = 3;
/** Longer documents are no application's, and would take longest to compile. */
const LONGEST_COMPILED = 8_192;

/**
 * Executes operations. Documents that come again are compiled, which answers them several times faster; what they answer
 * is the same. Mutations are interpreted: they are rare, and must run one after the other.
 */
export function createExecutor(schema: GraphQLSchema, compiledAfter = COMPILED_AFTER): Executor {
  const seen = new WeakMap<OperationDefinitionNode, { times: number; compiled?: Compiled | undefined }>();

  function compiledOf({ document, operation, operationName }: Execution): Compiled | undefined {
    let known = seen.get(operation);
    if (!known) seen.set(operation, (known = { times: 0 }));
    if (++known.times === compiledAfter + 1) known.compiled = compile(schema, document, operation, operationName);
    return known.compiled;
  }

  return (execution) => {
    const compiled = compiledOf(execution);
    if (!compiled) return execute(execution);
    const { rootValue, contextValue, variableValues } = execution;
    return compiled(rootValue, contextValue, variableValues ?? {});
  };
}

type Compiled = (root: unknown, context: unknown, variables: object) => Promise<ExecutionResult> | ExecutionResult;

/** @returns undefined for what is interpreted */
function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  operationName: string | null | undefined,
): Compiled | undefined {
  const source = document.loc?.source;
  if (operation.operation === OperationTypeNode.MUTATION || !source || source.body.length > LONGEST_COMPILED) return;
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  if (!isCompiledQuery(compiled)) return;
  const { query } = compiled;
  return (root, context, variables) => {
    const result = query(root, context, variables);
    return result instanceof Promise ? result.then((each) => located(each, source)) : located(result, source);
  };
}

/** Compiled code says where by line and column; errors of graphql-js know their place in the text. */
function located(result: ExecutionResult, source: Source): ExecutionResult {
  const { errors } = result;
  if (!errors || errors.length === 0) return result;
  return { ...result, errors: errors.map((error) => relocated(error, source)) };
}

function relocated(error: GraphQLError, source: Source): GraphQLError {
  const positions = error.locations?.map((location) => positionOf(source.body, location));
  return new GraphQLError(error.message, {
    ...(positions && { source, positions }),
    path: error.path ?? null,
    originalError: error.originalError ?? null,
  });
}

function positionOf(text: string, { line, column }: { readonly line: number; readonly column: number }): number {
  let start = 0;
  const breaks = /\r\n|[\n\r]/g;
  for (let left = line; left > 1 && breaks.exec(text); left--) start = breaks.lastIndex;
  return start + column - 1;
}
