import 'reflect-metadata';
import { isAbstractType, lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type ClassType, type NonEmptyArray, type PubSub } from 'type-graphql';
import type { SourceDefinition } from '../sources/source.js';
import { TaskServiceValues } from '../task/task-type.js';
import { mutationResolvers } from './mutation-resolvers.js';
import { SourceResolver } from './source.resolver.js';
import { StatsResolver } from './stats.resolver.js';
import { SubscriptionResolver } from './subscription.resolver.js';
import { TaskFieldsResolver } from './task-fields.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { TasksResolver } from './tasks.resolver.js';
import { TrackTaskResolver } from './track-task.resolver.js';
import { USER_ERROR_TYPES } from './user-error-types.js';

const RESOLVERS = [
  TaskResolver,
  TaskFieldsResolver,
  TasksResolver,
  StatsResolver,
  SourceResolver,
  TrackTaskResolver,
  SubscriptionResolver,
] as const;

/** The schema over these sources: what a source brings is registered here, and nothing else knows it by name. */
export function createSchema(definitions: readonly SourceDefinition[]): GraphQLSchema {
  setServices(definitions);
  readPlainFieldsPlainly();
  const resolvers: NonEmptyArray<ClassType> = [...RESOLVERS, ...definitions.flatMap(mutationResolvers)];
  const schema = buildSchemaSync({
    resolvers,
    orphanedTypes: [
      ...USER_ERROR_TYPES,
      ...definitions.flatMap(({ taskType, orphanedTypes = [] }) => [taskType, ...orphanedTypes]),
    ],
    pubSub: NO_TOPICS,
    validate: false,
    skipCheck: true,
  });
  resolveTypesAtOnce(schema);
  return schema;
}

/** The schema as it is committed and compared. */
export function printTaskgateSchema(definitions: readonly SourceDefinition[]): string {
  return `${printSchema(lexicographicSortSchema(createSchema(definitions)))}\n`;
}

/** The enum is read when a schema is built, and is of no use afterwards. */
function setServices(definitions: readonly SourceDefinition[]): void {
  for (const name of Object.keys(TaskServiceValues)) Reflect.deleteProperty(TaskServiceValues, name);
  for (const { service } of definitions) TaskServiceValues[service] = service;
}

/**
 * type-graphql wraps the reading of a property in a resolver of its own, which most of the time of a list is then spent
 * on. GraphQL reads properties by itself.
 */
function readPlainFieldsPlainly(): void {
  for (const field of getMetadataStorage().fields) if (field.name === field.schemaName) field.simple = true;
}

/** type-graphql makes every `resolveType` a promise, one per task of a list; values here name their type themselves. */
function resolveTypesAtOnce(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const { resolveType } = type;
    type.resolveType = (value: { readonly __typename?: unknown }, context, info, abstractType) =>
      typeof value.__typename === 'string' ? value.__typename : resolveType?.(value, context, info, abstractType);
  }
}

/** type-graphql insists on one, although every subscription here brings its own stream. */
const NO_TOPICS: PubSub = {
  publish() {
    throw new Error('Events come from the log, not from topics');
  },
  subscribe() {
    throw new Error('Events come from the log, not from topics');
  },
};
