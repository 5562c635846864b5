import type { Clock, Timer } from './clock.js';
import { isAborted } from './pause.js';
import { retryAfterMs } from './query.js';
import { isRecord, parseGraphqlErrors, TaskgateError } from './taskgate-error.js';
import {
  ABNORMAL_CLOSE,
  closeCode,
  FORBIDDEN_CLOSE,
  INTERRUPTED,
  type Sink,
  type Transport,
  type TransportEvents,
} from './transport.js';

export interface EventStreamsOptions extends TransportEvents {
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Asked for before every stream. */
  readonly credential: () => Promise<string | null>;
  readonly clock: Clock;
  /** How many streams are open at once; more take turns. */
  readonly most: number;
}

interface Stream {
  openedAt: number;
  heardAt: number;
  open(): void;
  /** Ends it, and tells the sink why; undefined: nobody wants to know. */
  end(cause: unknown): void;
}

/** The gateway sends a comment every 15 s. */
const SILENT_MS = 25_000;
/** How long a stream is read before another may take its place. */
const TURN_MS = 5_000;
const LOST = { code: ABNORMAL_CLOSE, reason: 'The event stream ended' };

/** Distinct connections mode of the graphql-sse protocol: the answer to one POST carries one subscription. */
export function createEventStreams(options: EventStreamsOptions): Transport {
  const { clock, most } = options;
  const open = new Set<Stream>();
  const waiting = new Set<Stream>();
  let turn: Timer | undefined;

  const admit = (): void => {
    for (const stream of waiting) {
      if (open.size >= most) break;
      waiting.delete(stream);
      open.add(stream);
      stream.openedAt = clock.now();
      stream.open();
    }
    turn?.cancel();
    const [oldest] = open;
    if (!oldest || waiting.size === 0) return;
    turn = clock.setTimer(oldest.openedAt + TURN_MS - clock.now(), () => oldest.end(INTERRUPTED));
  };
  const leave = (stream: Stream): void => {
    waiting.delete(stream);
    open.delete(stream);
    admit();
  };
  const endAll = (cause: unknown): void => {
    const all = [...open, ...waiting];
    waiting.clear();
    for (const stream of all) stream.end(cause);
  };

  return {
    subscribe(document, variables, sink) {
      const stream = createStream(options, JSON.stringify({ query: document, variables }), sink, leave);
      waiting.add(stream);
      admit();
      return () => stream.end(undefined);
    },
    probe() {
      const now = clock.now();
      for (const stream of [...open]) if (now - stream.heardAt >= SILENT_MS) stream.end(LOST);
    },
    drop: () => endAll(LOST),
    close: () => endAll(undefined),
  };
}

function createStream(
  { url, fetch, credential, clock, up, down }: EventStreamsOptions,
  body: string,
  sink: Sink,
  leave: (stream: Stream) => void,
): Stream {
  const controller = new AbortController();
  const { signal } = controller;
  let silence: Timer | undefined;

  const heard = (): void => {
    stream.heardAt = clock.now();
    silence?.cancel();
    silence = clock.setTimer(SILENT_MS, () => stream.end(LOST));
  };
  const finish = (): boolean => {
    if (signal.aborted) return false;
    controller.abort();
    silence?.cancel();
    leave(stream);
    return true;
  };
  const read = async (): Promise<void> => {
    const authorization = await credential();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        ...(authorization !== null && { authorization }),
      },
      body,
      signal,
    });
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return stream.end(await refusalOf(response));
    }
    if (signal.aborted) return;
    up();
    for await (const { event, data } of eventsOf(response.body, heard)) {
      if (isAborted(signal)) return;
      if (event === 'next') sink.next(JSON.parse(data) as Parameters<Sink['next']>[0]);
      else if (event === 'complete' && finish()) sink.complete();
    }
    stream.end(LOST);
  };

  const stream: Stream = {
    openedAt: 0,
    heardAt: 0,
    open() {
      heard();
      read().catch((cause: unknown) => stream.end(cause));
    },
    end(cause) {
      if (!finish() || cause === undefined) return;
      // What is refused, or takes its turn later, says nothing of the connection.
      if (cause !== INTERRUPTED && !(cause instanceof TaskgateError)) down(closeCode(cause));
      sink.error(cause);
    },
  };
  return stream;
}

async function refusalOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json();
  const error = isRecord(body) ? parseGraphqlErrors(body['errors'], retryAfterMs(response)) : undefined;
  if (error?.code === 'UNAUTHENTICATED') return { code: FORBIDDEN_CLOSE, reason: error.message };
  return error ?? LOST;
}

interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield { event: fieldOf(block, 'event'), data: fieldOf(block, 'data') };
  }
}

function fieldOf(block: string, name: string): string {
  return new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
}
