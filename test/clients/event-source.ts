/** One event as an `EventSource` dispatches it. */
export interface ReceivedEvent {
  readonly type: string;
  readonly id: string;
  readonly data: string;
}

/** What browsers do by the HTML standard: reads a stream, keeps the last id, connects again with it when it is cut. */
export interface EventSourceLike extends AsyncIterable<ReceivedEvent> {
  /** The `Last-Event-ID` of each connection that the server has accepted. */
  readonly connections: readonly (string | undefined)[];
  /** As a network does. */
  cut(): void;
  /** What a proxy or a name does: the same address leads elsewhere. */
  moveTo(origin: string): void;
  close(): void;
}

const RECONNECT_MS = 20;

/**
 * Node 20 has no EventSource. This one follows the standard where a gateway can see it: the headers sent, `id`, `event`,
 * `data`, comments, and what ends it for good (another status than 200, another media type).
 */
export function connectEventSource(address: string): EventSourceLike {
  const url = new URL(address);
  const connections: (string | undefined)[] = [];
  const queue: ReceivedEvent[] = [];
  let wake: () => void = () => undefined;
  let lastEventId: string | undefined;
  let connection = new AbortController();
  let failure: Error | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    connection = new AbortController();
    const headers = { accept: 'text/event-stream', 'cache-control': 'no-store' };
    const response = await fetch(url, {
      headers: { ...headers, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
      signal: connection.signal,
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !/^text\/event-stream\s*(;|$)/.test(type)) {
      throw new Refused(`${response.status} ${type}: ${await response.text()}`);
    }
    connections.push(lastEventId);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) dispatch(block);
    }
  }

  function dispatch(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name, value = ''] = /^([^:]*):? ?(.*)$/.exec(line)!;
      if (name !== '') fields.set(name!, value);
    }
    lastEventId = fields.get('id') ?? lastEventId;
    const data = fields.get('data');
    if (data === undefined) return;
    queue.push({ type: fields.get('event') ?? 'message', id: lastEventId ?? '', data });
    wake();
  }

  async function run(): Promise<void> {
    while (!closed && !failure) {
      try {
        await connect();
      } catch (error) {
        if (error instanceof Refused) failure = error;
      }
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
    wake();
  }
  void run();

  return {
    connections,
    cut: () => connection.abort(),
    moveTo(origin) {
      const { protocol, host } = new URL(origin);
      Object.assign(url, { protocol, host });
    },
    close() {
      closed = true;
      connection.abort();
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (!closed) {
        const event = queue.shift();
        if (event) yield event;
        else if (failure) throw failure;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

class Refused extends Error {}
