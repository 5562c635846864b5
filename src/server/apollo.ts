import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type {
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
  DocumentNode,
  ValidationRule,
} from 'graphql';
import type { Logger } from '../base/logger.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { statusOf } from './graphql-answer.js';

export interface ApolloOptions<Context extends BaseContext> {
  readonly schema: GraphQLSchema;
  readonly validationRules: readonly ValidationRule[];
  /** Holds an operation against the limits; throws a GatewayError. */
  readonly check: (operation: CheckedOperation, context: Context) => void;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly logger: Logger;
}

export interface CheckedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Apollo Server as the HTTP face of the schema: its protocol, the gateway's own rules, limits and errors. */
export function createApollo<Context extends BaseContext>(options: ApolloOptions<Context>): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema: options.schema,
    validationRules: [...options.validationRules],
    // Whether introspection is allowed depends on who asks, and is one of the gateway's own rules.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    formatError: options.formatError,
    logger: options.logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      operationRules(options.check),
      statusCodes(),
    ],
  });
}

function operationRules<Context extends BaseContext>(
  check: ApolloOptions<Context>['check'],
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, source, request, contextValue }) {
          if (!operation) return;
          if (operation.operation === 'subscription') {
            throw new GatewayError(
              ErrorCode.BAD_REQUEST,
              'Subscriptions are served over WebSocket, or with Accept: text/event-stream',
            );
          }
          check({ document, operation, source, variables: request.variables ?? {} }, contextValue);
        },
      };
    },
  };
}

/** Gives every answer the status that errors.md names for its code. */
function statusCodes<Context extends BaseContext>(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ request, response }) {
          if (response.body.kind === 'single') {
            response.http.status = statusOf(response.body.singleResult, request.http?.headers.get('accept'));
          }
        },
      };
    },
  };
}
