export interface ErrorDetails {
  readonly retryable?: boolean;
  readonly correlationId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** Why the gateway, or the way to it, failed. `code` is the gateway's own, or UNREACHABLE, or CLOSED_<close code>. */
export class TaskgateError extends Error {
  override readonly name = 'TaskgateError';
  readonly code: string;
  readonly retryable: boolean;
  /** What the gateway's log knows the failure by. */
  readonly correlationId: string | null;
  /** How long the gateway asked to wait. */
  readonly retryAfterMs: number | null;

  constructor(
    code: string,
    message: string,
    { retryable = false, correlationId = null, retryAfterMs = null, cause }: ErrorDetails = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.retryable = retryable;
    this.correlationId = correlationId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** From the `errors` of an answer or of a stream; undefined when it is none. */
export function parseGraphqlErrors(errors: unknown, retryAfterMs: number | null = null): TaskgateError | undefined {
  if (!Array.isArray(errors)) return undefined;
  const [first] = errors as readonly unknown[];
  if (!isRecord(first)) return undefined;
  const extensions = isRecord(first['extensions']) ? first['extensions'] : {};
  const { code, retryable, correlationId } = extensions;
  return new TaskgateError(
    typeof code === 'string' ? code : 'UNKNOWN',
    typeof first['message'] === 'string' ? first['message'] : 'The gateway gave no reason',
    {
      retryable: retryable === true,
      correlationId: typeof correlationId === 'string' ? correlationId : null,
      retryAfterMs,
    },
  );
}

/** The gateway does not know it, or does not show it. */
export function isNotFound(error: unknown): boolean {
  return error instanceof TaskgateError && error.code === 'NOT_FOUND';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
