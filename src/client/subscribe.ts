import type { Client } from 'graphql-ws';

/** What one subscription gave, and how it ended. */
export type Received<Event> =
  | { readonly type: 'event'; readonly event: Event }
  | { readonly type: 'errors'; readonly errors: unknown }
  | { readonly type: 'lost'; readonly cause: unknown }
  /** The reader was too slow: it goes on behind the last event that it took. */
  | { readonly type: 'overflow' }
  | { readonly type: 'complete' };

/** How many events wait for their reader. Beyond, the gateway is told to stop; its log keeps what is missed. */
const BUFFER = 256;

/** One subscription as values. Ends behind the first that is no event, and when `signal` is aborted. */
export async function* subscribeOnce<Event>(
  client: Client,
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

  const unsubscribe = client.subscribe<{ event: Event }>(
    { query: document, variables: { ...variables } },
    {
      next({ data, errors }) {
        if (!data) return push({ type: 'errors', errors });
        if (queue.length < BUFFER) return push({ type: 'event', event: data.event });
        push({ type: 'overflow' });
        unsubscribe();
      },
      error: (cause) => push(Array.isArray(cause) ? { type: 'errors', errors: cause } : { type: 'lost', cause }),
      complete: () => push({ type: 'complete' }),
    },
  );
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
