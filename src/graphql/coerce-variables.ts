import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  print,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import { BadUserInputError } from '../task/errors.js';

const MOST_FAULTS = 20;

/**
 * Looks whether variables are of their types, and names where they are not, without the values: one at the wrong place
 * may be a password.
 *
 * @throws BadUserInputError
 */
export function checkVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const faults: string[] = [];
  for (const { name, type, typeNode, hasDefault } of variablesOf(schema, operation)) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) {
      if (!hasDefault && isNonNullType(type)) faults.push(`$${name} of type ${print(typeNode)} must be given`);
    } else if (value === null) {
      if (isNonNullType(type)) faults.push(`$${name} of type ${print(typeNode)} must not be null`);
    } else {
      coerceInputValue(value, type, (path) => {
        faults.push(`$${[name, ...path.map(String)].join('.')} is not of its type`);
      });
    }
  }
  if (faults.length > 0) throw new BadUserInputError(`Variables: ${faults.slice(0, MOST_FAULTS).join('; ')}`);
}

interface Variable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly typeNode: TypeNode;
  readonly hasDefault: boolean;
}

/** By operation: documents are kept, and an operation belongs to one schema. */
const known = new WeakMap<OperationDefinitionNode, readonly Variable[]>();

function variablesOf(schema: GraphQLSchema, operation: OperationDefinitionNode): readonly Variable[] {
  let variables = known.get(operation);
  if (!variables) {
    variables = (operation.variableDefinitions ?? []).flatMap(({ variable, type: typeNode, defaultValue }) => {
      const type = typeFromAST(schema, typeNode);
      if (!isInputType(type)) return [];
      return [{ name: variable.name.value, type, typeNode, hasDefault: defaultValue !== undefined }];
    });
    known.set(operation, variables);
  }
  return variables;
}
