import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  print,
  typeFromAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
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
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) continue;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) {
      if (!defaultValue && isNonNullType(type)) faults.push(`$${name} of type ${print(typeNode)} must be given`);
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
