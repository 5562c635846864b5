import { getMetadataStorage, type ClassType } from 'type-graphql';

/** The name under which a class stands in the schema, which need not be the name of the class. */
export function objectTypeName(type: ClassType): string {
  const found = getMetadataStorage().objectTypes.find(({ target }) => target === type);
  if (!found) throw new Error(`${type.name} is no @ObjectType`);
  return found.name;
}
