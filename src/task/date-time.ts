import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import type { Instant } from './task.js';

/** `DateTime`, for values that are instants: written as text at once, without a `Date` that JSON would write later. */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  serialize: (at) => new Date(at as Instant).toISOString(),
});
