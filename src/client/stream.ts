import type { Connection } from './connection.js';
import type { TypedDocumentString } from './generated/documents.js';
import { isAborted } from './pause.js';
import { subscribeOnce } from './subscribe.js';
import { TaskgateError } from './taskgate-error.js';
import { closeCode, TOO_SLOW_CLOSE } from './transport.js';

/** Close codes that another try would meet again. */
const FINAL_CLOSES = new Map([
  [1009, 'The message to the gateway was too large'],
  [4400, 'The gateway did not understand the client'],
  [4406, 'The gateway does not speak graphql-transport-ws'],
  [4409, 'The gateway saw one subscription twice'],
  [4500, 'The gateway failed'],
]);
const TOO_SLOW_WAIT_MS = 2_000;

/** An event, or that the gateway ended the stream by itself. */
export type Streamed<Event> = { readonly event: Event } | { readonly event: null };

/**
 * One stream across all connections that it takes: a lost one is followed by a new subscription with the variables of
 * that moment, so whoever reads moves its cursor when it has taken an event.
 *
 * @throws TaskgateError when another try would not help
 */
export async function* stream<Event, Variables extends Readonly<Record<string, unknown>>>(
  connection: Pick<Connection, 'subscribe' | 'waitToRetry'>,
  document: TypedDocumentString<{ readonly event: Event }, Variables>,
  variables: () => Variables,
  signal: AbortSignal,
): AsyncGenerator<Streamed<Event>, void, undefined> {
  while (!signal.aborted) {
    let waitMs: number | null = null;
    for await (const received of subscribeOnce<Event>(connection, document.toString(), variables(), signal)) {
      if (received.type === 'event') yield { event: received.event };
      else if (received.type === 'refused') waitMs = waitAfterRefusal(received.error);
      else if (received.type === 'lost') waitMs = waitAfterLoss(received.cause);
      else if (received.type === 'complete' && !isAborted(signal)) {
        yield { event: null };
        // Read on behind an end that the gateway chose too early: as after a loss.
        waitMs = 0;
      }
    }
    if (waitMs !== null && !isAborted(signal)) await connection.waitToRetry(waitMs, signal);
  }
}

function waitAfterRefusal(error: TaskgateError): number {
  if (!error.retryable) throw error;
  return error.retryAfterMs ?? 0;
}

function waitAfterLoss(cause: unknown): number {
  const code = closeCode(cause);
  const final = code === undefined ? undefined : FINAL_CLOSES.get(code);
  if (code !== undefined && final !== undefined) throw new TaskgateError(`CLOSED_${code}`, final, { cause });
  return code === TOO_SLOW_CLOSE ? TOO_SLOW_WAIT_MS : 0;
}
