import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { checkVariables } from './coerce-variables.js';
import { asksForSchema } from './introspection.js';
import { checkLimits, DEFAULT_LIMITS, type Limits } from './limits.js';
import { Role, type Principal } from './principal.js';

export interface RuleOptions {
  readonly schema: GraphQLSchema;
  readonly limits?: Limits;
  /** Whether everybody may introspect; an admin always may. */
  readonly introspection: () => boolean;
}

export interface RequestedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Everything that must hold for an operation beside being valid GraphQL, for a server that parses and validates by
 * itself. `Operations.prepare` does the same, in the order that is safe against hostile documents: prefer it.
 *
 * @returns what the operation costs
 * @throws GatewayError QUERY_TOO_COMPLEX, GRAPHQL_VALIDATION_FAILED for introspection, BAD_USER_INPUT for variables
 */
export function checkOperation(options: RuleOptions, requested: RequestedOperation, principal: Principal): number {
  const { schema, limits = DEFAULT_LIMITS } = options;
  const { document, operation, variables } = requested;
  const cost = checkLimits(schema, requested, limits);
  checkIntrospection(options, () => asksForSchema(document), principal);
  checkVariables(schema, operation, variables);
  return cost;
}

/** @throws GatewayError GRAPHQL_VALIDATION_FAILED */
export function checkIntrospection(
  { introspection }: Pick<RuleOptions, 'introspection'>,
  introspects: () => boolean,
  principal: Principal,
): void {
  if (principal.role === Role.ADMIN || introspection() || !introspects()) return;
  throw new GatewayError(ErrorCode.GRAPHQL_VALIDATION_FAILED, 'Introspection is not allowed');
}
