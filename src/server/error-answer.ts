import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ErrorCode } from '../task/errors.js';

export interface ShownError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** An error that the gateway makes by itself, before or beside the execution of an operation. */
export function errorOf(
  code: ErrorCode,
  message: string,
  retryable = false,
  correlationId: string = randomUUID(),
): ShownError {
  return { message, extensions: { code, retryable, correlationId } };
}

/** The answer that holds nothing else. */
export function errorAnswer(
  code: ErrorCode,
  message: string,
  retryable = false,
  correlationId?: string,
): { readonly errors: readonly ShownError[] } {
  return { errors: [errorOf(code, message, retryable, correlationId)] };
}

/** Answers on a bare socket, where no server stands between, and lets go of it. */
export function endWithError(socket: Duplex, status: number, code: ErrorCode, message: string): void {
  const retryable = status === 503;
  const body = JSON.stringify(errorAnswer(code, message, retryable));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryable ? ['Retry-After: 5'] : []),
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
