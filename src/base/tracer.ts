import type { Clock } from './clock.js';
import type { Logger } from './logger.js';

/**
 * What a span says of itself: names, codes and counts. Never an input, a header, a message or a text that somebody else
 * wrote: whoever runs the collector is not whoever owns the secrets.
 */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  set(attributes: Attributes): void;
  /** Marks the span as failed. */
  fail(code: string): void;
}

export interface SpanStart {
  readonly attributes?: Attributes;
  /** `server`: somebody asks the gateway; `client`: the gateway asks somebody. */
  readonly kind?: 'server' | 'client';
}

/**
 * Follows a request, or a poll and what comes of it, through the rooms. A span ends when `work` has returned or its
 * promise has settled; what it throws marks the span and goes on to the caller.
 *
 * Off by default (`noTracer`): `work` is called, and that is all.
 */
export interface Tracer {
  readonly enabled: boolean;
  /** Begins a trace, whatever is under way; goes on in one that was received. */
  trace<T>(name: string, start: SpanStart, work: (span: Span) => T): T;
  /** A step of the trace that is under way. Without one nothing is recorded. */
  step<T>(name: string, start: SpanStart, work: (span: Span) => T): T;
  /** Calls `work` with the trace that a caller has named by a `traceparent` header; `trace` then goes on in it. */
  receive<T>(traceparent: unknown, work: () => T): T;
  /** The headers that take the trace to an upstream; empty unless that is configured. */
  outgoing(): Readonly<Record<string, string>>;
  /** Leaves the trace at a place of the log, for whoever delivers from there in this process. */
  leave(position: number): void;
  /** Goes on with the trace that was left at this place; with none when none was. */
  takeUp<T>(position: number, work: () => T): T;
  /** A clock whose timers belong to no trace: what a request has set going would otherwise count as a part of it. */
  timersOf(clock: Clock): Clock;
  /** A logger whose lines name the trace and the span that they are written in (`trace_id`, `span_id`). */
  linesOf(logger: Logger): Logger;
  /** Sends what waits to be sent, for no longer than a moment. */
  close(): Promise<void>;
}

export const NO_SPAN: Span = { set: () => undefined, fail: () => undefined };

export const noTracer: Tracer = {
  enabled: false,
  trace: (_name, _start, work) => work(NO_SPAN),
  step: (_name, _start, work) => work(NO_SPAN),
  receive: (_traceparent, work) => work(),
  outgoing: () => NO_HEADERS,
  leave: () => undefined,
  takeUp: (_position, work) => work(),
  timersOf: (clock) => clock,
  linesOf: (logger) => logger,
  close: () => Promise.resolve(),
};

const NO_HEADERS = {};
