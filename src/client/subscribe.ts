import { parseGraphqlErrors, TaskgateError } from './taskgate-error.js';
import { INTERRUPTED, type Transport } from './transport.js';

/** What one subscription gave, and how it ended. */
export type Received<Event> =
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'refused'; readonly error: TaskgateError }
  | { readonly type: 'lost'; readonly cause: unknown }
  /** The reader was too slow, or others had to be read: it goes on behind the last event that it took. */
  | { readonly type: 'interrupted' }
  | { readonly type: 'complete' };

/** How many events wait for their reader. Beyond, the gateway is told to stop; its log keeps what is missed. */
const BUFFER = 256;

/** One subscription as values. Ends behind the first that is no event, and when `signal` is aborted. */
export async function* subscribeOnce<Event>(
  transport: Pick<Transport, 'subscribe'>,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): AsyncGenerator<Received<Event>, void, undefined> {
  const queue: Received<Event>[] = [];
  let wake: () => void = () => undefined;
  let ended = false;
  const push = (received: Received<Event>): void => {
    if (ended) return;
    ended = received.type !== 'event';
    queue.push(received);
    wake();
  };

  const unsubscribe = transport.subscribe(document, variables, {
    next({ data, errors }) {
      if (!data) return push({ type: 'refused', error: errorOf(errors) });
      if (queue.length < BUFFER) return push({ type: 'event', event: (data as { readonly event: Event }).event });
      push({ type: 'interrupted' });
      unsubscribe();
    },
    error(cause) {
      if (cause === INTERRUPTED) return push({ type: 'interrupted' });
      const refused = Array.isArray(cause) || cause instanceof TaskgateError;
      push(refused ? { type: 'refused', error: errorOf(cause) } : { type: 'lost', cause });
    },
    complete: () => push({ type: 'complete' }),
  });
  const abort = (): void => push({ type: 'complete' });
  signal.addEventListener('abort', abort);
  try {
    while (!signal.aborted) {
      const received = queue.shift();
      if (received) {
        yield received;
        if (received.type !== 'event') return;
      } else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', abort);
    ended = true;
    unsubscribe();
  }
}

function errorOf(cause: unknown): TaskgateError {
  if (cause instanceof TaskgateError) return cause;
  return parseGraphqlErrors(cause) ?? new TaskgateError('UNKNOWN', 'The gateway gave no reason');
}
