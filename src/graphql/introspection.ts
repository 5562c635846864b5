import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { Role, type Principal } from './principal.js';

const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Whether a valid document asks for the schema itself; `__typename` does not. */
export function asksForSchema(document: DocumentNode): boolean {
  return document.definitions.some((definition) => 'selectionSet' in definition && selects(definition.selectionSet));
}

function selects(set: SelectionSetNode | undefined): boolean {
  return (
    set?.selections.some(
      (selection) =>
        (selection.kind === Kind.FIELD && SCHEMA_FIELDS.has(selection.name.value)) ||
        (selection.kind !== Kind.FRAGMENT_SPREAD && selects(selection.selectionSet)),
    ) ?? false
  );
}

/**
 * @param allowed whether everybody may introspect; an admin always may
 * @throws GatewayError GRAPHQL_VALIDATION_FAILED
 */
export function checkIntrospection(principal: Principal, allowed: boolean, introspects: () => boolean): void {
  if (principal.role === Role.ADMIN || allowed || !introspects()) return;
  throw new GatewayError(ErrorCode.GRAPHQL_VALIDATION_FAILED, 'Introspection is not allowed');
}
