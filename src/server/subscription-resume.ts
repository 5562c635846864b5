import {
  Kind,
  print,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationParams, PreparedOperation } from '../graphql/operation.js';

const AFTER = 'after';

/**
 * The request that goes on behind `cursor` instead of where `after` says: what a browser's EventSource asks for
 * when it reconnects to the address that it was given once.
 *
 * A variable behind `after` gets another value; anything else is written into the text, which is then no longer the
 * document of a list or hash, if it was one.
 */
export function resumeBehind(prepared: PreparedOperation, params: OperationParams, cursor: string): OperationParams {
  const { document, operationName } = prepared;
  const field = rootField(document, operationName);
  if (!field) return params;
  const after = field.arguments?.find(({ name }) => name.value === AFTER)?.value;
  if (after?.kind === Kind.VARIABLE) {
    return { ...params, variables: { ...(params.variables ?? {}), [after.name.value]: cursor } };
  }
  const query = print(withAfter(document, field, cursor));
  return {
    query,
    ...(operationName !== undefined && { operationName }),
    ...(params.variables !== undefined && { variables: params.variables }),
  };
}

function rootField(document: DocumentNode, operationName: string | undefined): FieldNode | undefined {
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  return operation && firstField(document, operation.selectionSet);
}

/** A subscription has one root field; it may stand in fragments. Validation has refused cycles. */
function firstField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection;
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : document.definitions.find(
            (definition): definition is FragmentDefinitionNode =>
              definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
          )?.selectionSet;
    const field = set && firstField(document, set);
    if (field) return field;
  }
  return undefined;
}

function withAfter(document: DocumentNode, field: FieldNode, cursor: string): DocumentNode {
  const others = field.arguments?.filter(({ name }) => name.value !== AFTER) ?? [];
  return visit(document, {
    Field(node) {
      if (node !== field) return undefined;
      return {
        ...node,
        arguments: [
          ...others,
          {
            kind: Kind.ARGUMENT,
            name: { kind: Kind.NAME, value: AFTER },
            value: { kind: Kind.STRING, value: cursor },
          },
        ],
      } satisfies FieldNode;
    },
  });
}
