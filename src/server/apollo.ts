import { randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Logger } from '../base/logger.js';
import { maskError } from '../graphql/format-error.js';
import type { Caller, PreparedOperation } from '../graphql/operation.js';
import { statusOf } from './graphql-answer.js';

/** A request that `Operations` has prepared already: its rules have passed, and it executes itself. */
export interface ApolloContext {
  readonly prepared: PreparedOperation;
  readonly caller: Caller;
}

/**
 * Apollo Server as the HTTP face: its protocol, its protection against cross-site requests, its media types. What an
 * operation may ask for and how it is executed is said by `Operations`, as on every other transport.
 */
export function createApollo(schema: GraphQLSchema, logger: Logger): ApolloServer<ApolloContext> {
  return new ApolloServer<ApolloContext>({
    gateway: {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      load: () => Promise.resolve({ executor: ({ context }) => execute(context as ApolloContext) }),
      stop: () => Promise.resolve(),
    },
    // `Operations` decides whether the principal may introspect, and knows persisted queries.
    introspection: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => masked(formatted, error, logger),
    logger: logger.child({}, { level: 'warn' }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      statusCodes,
    ],
  });
}

type Executor = Awaited<
  ReturnType<NonNullable<ConstructorParameters<typeof ApolloServer>[0]['gateway']>['load']>
>['executor'];
type GatewayResult = Awaited<ReturnType<NonNullable<Executor>>>;

async function execute({ prepared, caller }: ApolloContext): Promise<GatewayResult> {
  return (await prepared.execute(caller)) as GatewayResult;
}

/** What `Operations` has masked stays; what Apollo found by itself is masked in the same way. */
function masked(formatted: GraphQLFormattedError, error: unknown, logger: Logger): GraphQLFormattedError {
  if (formatted.extensions?.['correlationId'] !== undefined) return formatted;
  return maskError(error, { correlationId: randomUUID(), logger }).toJSON();
}

/** Gives every answer the status that errors.md names for its code. */
const statusCodes: ApolloServerPlugin<ApolloContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ request, response }) {
        if (response.body.kind === 'single') {
          response.http.status = statusOf(response.body.singleResult, request.http?.headers.get('accept'));
        }
        return Promise.resolve();
      },
    }),
};
