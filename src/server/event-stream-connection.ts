import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import type { EventStream, StreamEvent } from '../delivery/delivery.js';
import type { PreparedOperation } from '../graphql/operation.js';
import type { Principal } from '../graphql/principal.js';
import type { Rendered, SubscriptionGroup, SubscriptionGroups } from './subscription-group.js';
import { hasExpired, StallWatch, type Swept } from './subscription-sweep.js';
import { Subscription, type Outlet } from './subscription.js';

export interface EventStreamPort {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'subscribers' | 'slowReaders'>;
  readonly groups: SubscriptionGroups;
  readonly closed: (connection: EventStreamConnection) => void;
}

/** Above Node's high-water mark, so that `drain` comes. */
const MOST_UNTAKEN_BYTES = 64 * 1024;
const COMMENT_MS = 15_000;
/** For a peer that does not take the last of what it was sent. */
const LONGEST_CLOSING_MS = 10_000;
const COMPLETE = 'event: complete\ndata:\n\n';
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  connection: 'keep-alive',
  // Proxies that buffer answers would hold events back.
  'x-accel-buffering': 'no',
};

/** One answer of type text/event-stream, which carries one operation. */
export class EventStreamConnection implements Outlet, Swept {
  readonly #abort = new AbortController();
  readonly #stall = new StallWatch();
  #carried: { readonly subscription: Subscription; readonly group: SubscriptionGroup } | undefined;
  #commentAt: number;
  #over = false;

  /** Opens the stream: the status and the first bytes are sent. */
  constructor(
    private readonly response: ServerResponse,
    private readonly principal: Principal,
    private readonly port: EventStreamPort,
  ) {
    this.#commentAt = port.clock.now() + COMMENT_MS;
    response.on('close', () => this.#letGo());
    response.on('error', () => this.#letGo());
    response.on('drain', () => this.#carried?.subscription.flush());
    response.socket?.setTimeout(0);
    response.writeHead(200, HEADERS);
    // Some browsers take no notice of headers alone.
    response.write(':\n\n');
  }

  /** Aborts when the stream ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  carry(prepared: PreparedOperation, stream: EventStream): void {
    if (this.#over) return;
    const group = this.port.groups.join(prepared);
    const subscription = new Subscription('', group, this);
    this.#carried = { subscription, group };
    this.port.metrics.subscribers.inc();
    subscription.open(stream);
  }

  answer(result: ExecutionResult): void {
    if (this.#over) return;
    this.response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
    this.end(COMPLETE);
  }

  /** Without `complete` the client comes back and goes on from its last cursor. */
  end(lastWords = ''): void {
    if (this.#over) return;
    this.#letGo();
    this.response.socket?.setTimeout(LONGEST_CLOSING_MS);
    this.response.end(lastWords);
  }

  /** Ends a subscription; an operation that is being executed is answered, and ends by that. */
  leave(): void {
    if (this.#carried) this.end();
  }

  sweep(now: number, lookUp: boolean): void {
    if (hasExpired(this.principal, now, lookUp)) return this.end();
    const untaken = this.#untaken();
    const taken = (this.response.socket?.bytesWritten ?? 0) - untaken;
    if (this.#stall.isStalled(now, untaken, taken)) {
      this.port.metrics.slowReaders.inc();
      this.#letGo();
      this.response.destroy();
      return;
    }
    if (now < this.#commentAt) return;
    this.#commentAt = now + COMMENT_MS;
    if (untaken === 0) this.response.write(':\n\n');
  }

  writable(): boolean {
    return !this.response.destroyed && this.#untaken() < MOST_UNTAKEN_BYTES;
  }

  next(_subscription: Subscription, { json = '', event }: Rendered): void {
    this.response.write(`event: next\n${idLine(event)}data: ${json}\n\n`);
  }

  complete(): void {
    this.end(COMPLETE);
  }

  fail(_subscription: Subscription, error: Error): void {
    this.port.logger.debug({ err: error }, 'An event stream ends early');
    this.end();
  }

  #untaken(): number {
    return Math.max(this.response.writableLength, this.response.socket?.writableLength ?? 0);
  }

  #letGo(): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort.abort();
    if (this.#carried) {
      this.#carried.subscription.close();
      this.port.groups.leave(this.#carried.group);
      this.port.metrics.subscribers.dec();
    }
    this.port.closed(this);
  }
}

function idLine(event: StreamEvent): string {
  return 'cursor' in event ? `id: ${event.cursor}\n` : '';
}
