import type { EventSink, EventStream, OpenStream, StreamEvent } from '../delivery/delivery.js';
import type { Rendered, SubscriptionGroup } from './subscription-group.js';

/** Where a subscription's events go: a socket, with as many other subscriptions on it as its client likes. */
export interface Outlet {
  /** False while the peer has not taken enough of what it was sent. */
  writable(): boolean;
  next(subscription: Subscription, rendered: Rendered): void;
  complete(subscription: Subscription): void;
  fail(subscription: Subscription, error: Error): void;
}

/** Few: what a peer does not take in time waits in the delivery room, which bounds it and falls back on the log. */
const MOST_RENDERING = 8;
const NONE: Rendered[] = [];

/** Carries one stream to one outlet, in order and no faster than the peer takes it. */
export class Subscription implements EventSink {
  #source: OpenStream | undefined;
  #queue = NONE;
  #wantsMore = true;
  #ending = false;
  #closed = false;

  /** @param tag what the outlet needs to tell its subscriptions apart */
  constructor(
    readonly tag: string,
    private readonly group: SubscriptionGroup,
    private readonly outlet: Outlet,
  ) {}

  open(stream: EventStream): void {
    const source = stream.open(this);
    if (this.#closed) source.close();
    else this.#source = source;
  }

  next(event: StreamEvent): boolean {
    const rendered = this.group.render(event);
    if (this.#queue.length === 0 && rendered.json !== undefined && this.outlet.writable()) {
      this.outlet.next(this, rendered);
    } else {
      if (this.#queue === NONE) this.#queue = [rendered];
      else this.#queue.push(rendered);
      if (rendered.json === undefined) rendered.tell(this);
    }
    return (this.#wantsMore = this.#hasRoom());
  }

  complete(): void {
    this.#ending = true;
    this.flush();
  }

  fail(error: Error): void {
    if (!this.#closed) this.outlet.fail(this, error);
  }

  /** Something was rendered, or the peer has taken something. */
  flush(): void {
    if (this.#closed) return;
    while (this.#queue[0]?.json !== undefined && this.outlet.writable()) {
      const rendered = this.#queue.shift();
      if (rendered) this.outlet.next(this, rendered);
    }
    if (this.#queue.length === 0) {
      this.#queue = NONE;
      if (this.#ending) return this.outlet.complete(this);
    }
    if (this.#wantsMore || !this.#hasRoom()) return;
    this.#wantsMore = true;
    this.#source?.resume();
  }

  close(): void {
    this.#closed = true;
    this.#queue = NONE;
    this.#source?.close();
    this.#source = undefined;
  }

  #hasRoom(): boolean {
    return this.#queue.length < MOST_RENDERING && this.outlet.writable();
  }
}
