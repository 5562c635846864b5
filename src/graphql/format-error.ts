import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Logger } from '../base/logger.js';
import { StoreUnavailableError } from '../store/store.js';
import { ErrorCode, GatewayError } from '../task/errors.js';
import { plainMessage } from './plain-message.js';

interface MaskOptions {
  readonly correlationId: string;
  readonly logger: Logger;
}

/**
 * Makes of whatever went wrong what may be shown: a code of the closed list, a message without secrets and suggestions,
 * `retryable` and `correlationId`. What nobody meant to be shown becomes INTERNAL_SERVER_ERROR, and is logged.
 */
export function maskError(error: unknown, options: MaskOptions): GraphQLError {
  const shown = show(error, options);
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : NOWHERE;
  return new GraphQLError(shown.message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: {
      code: shown.code,
      retryable: shown.retryable,
      correlationId: options.correlationId,
      ...shown.extensions,
    },
  });
}

export function maskResult(result: ExecutionResult, options: MaskOptions): ExecutionResult {
  const { errors, ...rest } = result;
  return errors ? { errors: errors.map((error) => maskError(error, options)), ...rest } : rest;
}

/** The HTTP status of an answer in `application/graphql-response+json` (contract/errors.md). */
export function statusOf({ data, errors }: Answer): number {
  if (!errors || (data !== null && data !== undefined)) return 200;
  return Math.max(...errors.map(({ extensions }) => statusOfCode(extensions?.['code'])));
}

export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** The status of an answer that has nothing but an error with this code. */
export function statusOfCode(code: unknown): number {
  return STATUS[code as ErrorCode] ?? 200;
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_REQUEST: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  PAYLOAD_TOO_LARGE: 413,
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  SHUTTING_DOWN: 503,
  INTERNAL_SERVER_ERROR: 500,
};

const NOWHERE = { nodes: undefined, source: undefined, positions: undefined, path: undefined };
const CODES: ReadonlySet<unknown> = new Set(Object.values(ErrorCode));

interface Shown {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

function show(error: unknown, options: MaskOptions): Shown {
  const cause = causeOf(error);
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof StoreUnavailableError) return internal(cause, options, true);
  if (!(error instanceof GraphQLError)) return internal(cause, options, false);
  const code = codeOf(error, cause);
  if (code === ErrorCode.INTERNAL_SERVER_ERROR) return internal(cause, options, false);
  return { code, message: plainMessage(error.message), retryable: false };
}

function codeOf(error: GraphQLError, cause: unknown): ErrorCode {
  const { code } = error.extensions;
  // A document nested so deeply that the parser ran out of stack.
  if (cause instanceof RangeError && code === ErrorCode.GRAPHQL_PARSE_FAILED) return ErrorCode.QUERY_TOO_COMPLEX;
  if (CODES.has(code)) return isTooManyTokens(error) ? ErrorCode.QUERY_TOO_COMPLEX : (code as ErrorCode);
  if (isTooManyTokens(error)) return ErrorCode.QUERY_TOO_COMPLEX;
  if (error.message.startsWith('Syntax Error: ')) return ErrorCode.GRAPHQL_PARSE_FAILED;
  const ofInput = cause instanceof GraphQLError && /^(?:Variable "\$|Argument ")/.test(error.message);
  return ofInput ? ErrorCode.BAD_USER_INPUT : ErrorCode.INTERNAL_SERVER_ERROR;
}

export function isTooManyTokens(error: GraphQLError): boolean {
  return /^Syntax Error: Document contains more that \d+ tokens/.test(error.message);
}

/** The error that a resolver threw, below the ones that graphql-js put around it. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function internal(error: unknown, { logger, correlationId }: MaskOptions, retryable: boolean): Shown {
  logger.error({ err: error, correlationId }, 'internal error');
  return { code: ErrorCode.INTERNAL_SERVER_ERROR, message: 'Internal server error', retryable };
}
