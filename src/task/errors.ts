/** The closed list of codes that a top-level GraphQL error may carry (contract/errors.md, layer 1). */
export const ErrorCode = {
  BAD_REQUEST: 'BAD_REQUEST',
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_RESOLUTION_FAILURE',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'PERSISTED_QUERY_NOT_FOUND',
  QUERY_TOO_COMPLEX: 'QUERY_TOO_COMPLEX',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  RATE_LIMITED: 'RATE_LIMITED',
  OVERLOADED: 'OVERLOADED',
  SHUTTING_DOWN: 'SHUTTING_DOWN',
  UPSTREAM_TIMEOUT: 'UPSTREAM_TIMEOUT',
  UPSTREAM_UNAVAILABLE: 'UPSTREAM_UNAVAILABLE',
  UPSTREAM_THROTTLED: 'UPSTREAM_THROTTLED',
  UPSTREAM_AUTH_FAILED: 'UPSTREAM_AUTH_FAILED',
  UPSTREAM_BAD_RESPONSE: 'UPSTREAM_BAD_RESPONSE',
  UPSTREAM_UNKNOWN_OUTCOME: 'UPSTREAM_UNKNOWN_OUTCOME',
  INTERNAL_SERVER_ERROR: 'INTERNAL_SERVER_ERROR',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** An error whose code and message may be shown to the caller. Anything else becomes INTERNAL_SERVER_ERROR. */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
    readonly retryable: boolean = false,
  ) {
    super(message);
  }
}

/** What the caller sent cannot be used; the message names the argument. */
export class BadUserInputError extends GatewayError {
  override readonly name = 'BadUserInputError';

  constructor(message: string) {
    super(ErrorCode.BAD_USER_INPUT, message);
  }
}

export class InvalidTaskIdError extends GatewayError {
  override readonly name = 'InvalidTaskIdError';

  constructor(argument: string) {
    super(ErrorCode.BAD_USER_INPUT, `${argument} must be the id of a task`);
  }
}

/** Not there, or not visible to the caller: the two are never told apart. */
export class TaskNotFoundError extends GatewayError {
  override readonly name = 'TaskNotFoundError';

  constructor() {
    super(ErrorCode.NOT_FOUND, 'No such task');
  }
}
