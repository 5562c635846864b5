import {
  getNamedType,
  isIntrospectionType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/** Whether a document asks for the schema itself; `__typename` does not. */
export function asksForSchema(schema: GraphQLSchema, document: DocumentNode): boolean {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field() {
        const type = getNamedType(typeInfo.getType());
        if (type && isIntrospectionType(type)) found ||= typeInfo.getFieldDef()?.name !== '__typename';
      },
    }),
  );
  return found;
}
