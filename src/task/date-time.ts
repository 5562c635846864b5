import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import type { Instant } from './task.js';

/** `DateTime`, for values that are instants: written as text at once, without a `Date` that JSON would write later. */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  serialize: (at) => textOf(at as Instant),
});

/** The instants of a task are asked for again and again, and some of them are the same. */
const written = new Map<Instant, string>();
const MOST_WRITTEN = 2_000;

function textOf(at: Instant): string {
  let text = written.get(at);
  if (text === undefined) {
    text = new Date(at).toISOString();
    if (written.size >= MOST_WRITTEN) written.clear();
    written.set(at, text);
  }
  return text;
}
