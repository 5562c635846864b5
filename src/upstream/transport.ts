import type { Transform } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { buildConnector, Client, Pool, type Dispatcher } from 'undici';
import type { AbortNews } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { onNextTurn } from '../base/next-turn.js';
import type { OutgoingRequest } from './outgoing.js';
import { proxyHeaders, tunnelled, type Proxy } from './proxy.js';
import { createDecoder, UnreadableBody } from './decode-body.js';

const LARGEST_BODY_BYTES = 16 * 1024 * 1024;
/** IAM tokens come in a header and may take 20 KB and more; Node's default for all headers is 16 KiB. */
const LARGEST_HEADERS_BYTES = 256 * 1024;
const MOST_CONNECTIONS = 128;

/** Sends one request to one host, once, and reads its answer to the end. Follows no redirect and repeats nothing. */
export interface Transport {
  /** Never rejects. */
  send(request: OutgoingRequest, options: SendOptions): Promise<TransportResult>;
  close(): Promise<void>;
}

export interface SendOptions {
  /** What the credential adds. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * `fresh` opens a connection for this request alone. A kept one may be closed by the other side just when the request
   * is written to it, which for a start would be an unknown outcome for nothing; and only a connection of its own
   * tells for certain whether a byte can have left.
   */
  readonly connection: 'pooled' | 'fresh';
  /** Ends the request wherever it stands. */
  readonly signal: AbortNews;
}

export type TransportResult = TransportReply | TransportFailure;

export interface TransportReply {
  readonly type: 'reply';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed; empty for a redirect, whose body is not read. */
  readonly body: Buffer;
  /** When the headers came. */
  readonly headersAt: number;
}

export interface TransportFailure {
  readonly type: 'failure';
  /**
   * `aborted` by the signal; `lost`: no connection, or it broke; `cut`: it broke within the body; `unreadable`: not HTTP, too
   * large, badly encoded.
   */
  readonly reason: 'aborted' | 'lost' | 'cut' | 'unreadable';
  /** No connection was made, so that no byte of the request can have left. */
  readonly neverSent: boolean;
  /** Status and headers, when they had come. */
  readonly head?: Omit<TransportReply, 'type' | 'body'>;
  readonly cause: Error;
}

/** @param connectTimeoutMs a connection that nobody waits for any more is given up after it */
export function createTransport(options: {
  readonly baseUrl: URL;
  readonly clock: Clock;
  readonly connectTimeoutMs: number;
  readonly proxy?: Proxy | undefined;
}): Transport {
  const { clock } = options;
  const closing = new AbortController();
  const { origin, connect, targetOf, headers: routeHeaders } = routeOf(options, closing.signal);
  const connectErrors = new WeakSet<Error>();
  const freshClients = new Set<Client>();
  const shared = { maxHeaderSize: LARGEST_HEADERS_BYTES, headersTimeout: 0, bodyTimeout: 0, pipelining: 1 };

  const pool = new Pool(origin, {
    ...shared,
    connections: MOST_CONNECTIONS,
    connect: (target, done) =>
      connect(target, (...result) => {
        if (result[0]) connectErrors.add(result[0]);
        done(...result);
      }),
  });

  async function sendPooled(request: OutgoingRequest, send: SendOptions): Promise<TransportResult> {
    return exchange(pool, request, send, (error) => connectErrors.has(error));
  }

  async function sendFresh(request: OutgoingRequest, send: SendOptions): Promise<TransportResult> {
    if (pool.destroyed) return { type: 'failure', reason: 'lost', neverSent: true, cause: new Error('closed') };
    let connected = false;
    const client = new Client(origin, {
      ...shared,
      connect: (target, done) =>
        connect(target, (...result) => {
          connected ||= result[0] === null;
          done(...result);
        }),
    });
    freshClients.add(client);
    try {
      return await exchange(client, request, send, () => !connected);
    } finally {
      freshClients.delete(client);
      await client.destroy();
    }
  }

  function exchange(
    dispatcher: Pool | Client,
    request: OutgoingRequest,
    { headers, signal }: SendOptions,
    wasNeverSent: (error: Error) => boolean,
  ): Promise<TransportResult> {
    return new Promise((resolve) => {
      const options = {
        method: request.method,
        path: targetOf(request.query === '' ? request.path : `${request.path}?${request.query}`),
        headers: { ...request.headers, ...headers, ...routeHeaders },
        body: request.body ?? null,
      };
      dispatcher.dispatch(options, new Receiver({ signal, clock, wasNeverSent, resolve }));
    });
  }

  return {
    send: (request, send) => (send.connection === 'fresh' ? sendFresh(request, send) : sendPooled(request, send)),
    async close() {
      closing.abort();
      await Promise.all([pool, ...freshClients].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

interface ReceiverParts {
  readonly signal: AbortNews;
  readonly clock: Clock;
  readonly wasNeverSent: (error: Error) => boolean;
  readonly resolve: (result: TransportResult) => void;
}

/** Takes one reply as it comes. Without the streams and promises of `request`, which cost more than the reply. */
class Receiver implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #head: TransportFailure['head'];
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #decoder: Transform | undefined;
  readonly #abort = (): void => this.#controller?.abort(new Error('aborted'));

  constructor(private readonly parts: ReceiverParts) {
    parts.signal.addEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.parts.signal.aborted) this.#abort();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return;
    this.#head = { status, headers: firstValues(headers), headersAt: this.parts.clock.now() };
    if (status >= 300 && status < 400) {
      this.#settle({ type: 'reply', ...this.#head, body: Buffer.alloc(0) });
      return controller.abort(new Error('redirect'));
    }
    // What is thrown here ends the request with it.
    this.#decoder = createDecoder(this.#head.headers['content-encoding']);
    this.#decoder?.on('data', (chunk: Buffer) => this.#take(controller, chunk));
    this.#decoder?.on('end', () => this.#finish());
    this.#decoder?.on('error', (error) => this.#fail(controller, new UnreadableBody(nameOnly(error).message)));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#decoder) this.#decoder.write(chunk);
    else this.#take(controller, chunk);
  }

  onResponseEnd(): void {
    if (this.#decoder) this.#decoder.end();
    else this.#finish();
  }

  /** Counted after decompression, so that a small bomb stays small. */
  #take(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= LARGEST_BODY_BYTES) this.#chunks.push(chunk);
    else this.#fail(controller, new UnreadableBody(`more than ${LARGEST_BODY_BYTES} bytes`));
  }

  #fail(controller: Dispatcher.DispatchController, error: Error): void {
    this.onResponseError(controller, error);
    controller.abort(error);
  }

  #finish(): void {
    const [first] = this.#chunks;
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#length);
    if (this.#head) this.#settle({ type: 'reply', ...this.#head, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, thrown: unknown): void {
    const { signal, wasNeverSent } = this.parts;
    const head = this.#head;
    const error = isNativeError(thrown) ? thrown : new Error('unknown');
    const reason = signal.aborted ? 'aborted' : isMalformed(error) ? 'unreadable' : head ? 'cut' : 'lost';
    const neverSent = !head && (wasNeverSent(error) || isInvalid(error));
    this.#settle({ type: 'failure', reason, neverSent, cause: nameOnly(error), ...(head ? { head } : {}) });
  }

  /** The first result counts. */
  #settle(result: TransportResult): void {
    this.parts.signal.removeEventListener('abort', this.#abort);
    this.#decoder?.destroy();
    // Answers that have come at the same time are worked on side by side.
    onNextTurn(() => this.parts.resolve(result));
  }
}

interface Route {
  /** What is connected to. */
  readonly origin: string;
  readonly connect: buildConnector.connector;
  /** The request target for a path. */
  readonly targetOf: (path: string) => string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Directly; through a tunnel; or, for plain HTTP, by asking the proxy for the whole URL. */
function routeOf(
  { baseUrl, connectTimeoutMs: timeoutMs, proxy }: Parameters<typeof createTransport>[0],
  signal: AbortSignal,
): Route {
  const connect = buildConnector({ timeout: timeoutMs });
  const direct: Route = { origin: baseUrl.origin, connect, targetOf: (path) => path, headers: {} };
  if (!proxy) return direct;
  if (baseUrl.protocol === 'https:') return { ...direct, connect: tunnelled(connect, proxy, { timeoutMs, signal }) };
  return {
    origin: proxy.origin.origin,
    connect,
    targetOf: (path) => `${baseUrl.origin}${path}`,
    headers: { host: baseUrl.host, ...proxyHeaders(proxy.authorization) },
  };
}

function firstValues(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) values[name] = first;
  }
  return values;
}

/** Something came back, but it was not HTTP, or its headers would not end. */
function isMalformed(error: Error): boolean {
  return error instanceof UnreadableBody || error.name === 'HTTPParserError' || codeOf(error).includes('OVERFLOW');
}

/** The client itself refused to write the request, for instance for a header with a line break. */
function isInvalid(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_INVALID_ARG';
}

/** The errors of the HTTP library carry what was received, addresses and all; none of that may travel on. */
function nameOnly(error: Error): Error {
  return new Error(codeOf(error) || error.name);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
