import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent } from 'node:http';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace as traceApi,
  TraceFlags,
  type Context,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { delay, type Clock } from './clock.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import { NO_SPAN, type Span, type SpanStart, type Tracer } from './tracer.js';

export interface OtelTracerOptions {
  /** Where spans are sent by OTLP over HTTP; without a path `/v1/traces` is meant. */
  readonly endpoint: string;
  /** Sent with them, for a collector that asks who sends. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** How many traces are recorded, 0 to 1. */
  readonly sampleRatio: number;
  readonly propagateUpstream: boolean;
  /** Carries what is sent to the collector; Node's own by default. Ends with the tracer. */
  readonly agent?: Agent | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'traceSpans'>;
}

/** A collector that takes longer loses the batch: a process that ends does not wait for it. */
const SEND_TIMEOUT_MS = 1_500;
const LONGEST_CLOSING_MS = 1_600;
/** Of the batches that wait; further spans are dropped. */
const MOST_WAITING_SPANS = 4_096;
const BATCH_MS = 1_000;
const COMPLAIN_EVERY_MS = 10 * 60_000;
/** Places of the log whose trace nobody has taken up. */
const MOST_PLACES = 10_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Tracing by OpenTelemetry. Nothing global is touched: a process may hold several. Loaded only where it is configured,
 * since its libraries take time to load.
 */
export function createOtelTracer(options: OtelTracerOptions): Tracer {
  const { clock, sampleRatio, propagateUpstream } = options;
  const active = new AsyncLocalStorage<Context | undefined>();
  const places = new Map<number, Context>();
  const ratio = new TraceIdRatioBasedSampler(sampleRatio);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName }),
    // Also for traces that others have begun: no caller decides how much is recorded.
    sampler: new ParentBasedSampler({ root: ratio, remoteParentSampled: ratio }),
    spanProcessors: [
      new BatchSpanProcessor(createExporter(options), {
        maxQueueSize: MOST_WAITING_SPANS,
        scheduledDelayMillis: BATCH_MS,
        exportTimeoutMillis: 2 * SEND_TIMEOUT_MS,
      }),
    ],
  });
  const otel = provider.getTracer('taskgate');

  /** The trace under way; undefined outside of one, and in one that is not recorded. */
  function own(): Context | undefined {
    const context = active.getStore();
    return context && !traceApi.getSpanContext(context)?.isRemote ? context : undefined;
  }

  function within<T>(parent: Context, name: string, start: SpanStart, work: (span: Span) => T): T {
    const { attributes = {}, kind } = start;
    const span = otel.startSpan(name, { attributes, kind: kind ? KINDS[kind] : SpanKind.INTERNAL }, parent);
    if (!span.isRecording()) return active.run(undefined, () => work(NO_SPAN));
    return active.run(traceApi.setSpan(ROOT_CONTEXT, span), () => ended(span, work));
  }

  return {
    enabled: true,
    trace(name, start, work) {
      const received = own() ? undefined : active.getStore();
      return within(received ?? ROOT_CONTEXT, name, start, work);
    },
    step(name, start, work) {
      const context = own();
      return context ? within(context, name, start, work) : work(NO_SPAN);
    },
    receive(traceparent, work) {
      const [, traceId, spanId, flags] = TRACEPARENT.exec(String(traceparent)) ?? [];
      if (traceId === undefined || spanId === undefined) return active.run(undefined, work);
      const remote = { traceId, spanId, traceFlags: parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED, isRemote: true };
      if (!isSpanContextValid(remote)) return active.run(undefined, work);
      return active.run(traceApi.setSpanContext(ROOT_CONTEXT, remote), work);
    },
    outgoing() {
      const context = propagateUpstream ? own() : undefined;
      const span = context && traceApi.getSpanContext(context);
      return span ? { traceparent: `00-${span.traceId}-${span.spanId}-01` } : {};
    },
    leave(position) {
      const context = own();
      if (!context) return;
      places.set(position, context);
      const [oldest] = places.keys();
      if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
    },
    takeUp(position, work) {
      const context = places.get(position);
      places.delete(position);
      return active.run(context, work);
    },
    timersOf: (timed) => ({
      now: () => timed.now(),
      setTimer: (delayMs, callback) => active.run(undefined, () => timed.setTimer(delayMs, callback)),
    }),
    linesOf: (logger) => logger.child({}, { formatters: { log: (line) => ({ ...line, ...idsOf(own()) }) } }),
    async close() {
      const patience = new AbortController();
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([sent, delay(clock, LONGEST_CLOSING_MS, patience.signal)]);
      patience.abort();
      options.agent?.destroy();
    },
  };
}

/** By the names that OpenTelemetry gives them in logs. */
function idsOf(context: Context | undefined): Readonly<Record<string, string>> {
  const span = context && traceApi.getSpanContext(context);
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** Ends the span with `work`; what went wrong is told by its code or its kind, never by its message. */
function ended<T>(span: OtelSpan, work: (span: Span) => T): T {
  const fail = (code: string): void => void span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  const end = (): void => span.end();
  const failed = (error: unknown): void => {
    fail(codeOf(error));
    end();
  };
  let result: T;
  try {
    result = work({ set: (attributes) => void span.setAttributes(attributes), fail });
  } catch (error) {
    failed(error);
    throw error;
  }
  if (result instanceof Promise) void result.then(end, failed);
  else end();
  return result;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : error.name;
}

/** Sends spans, and counts those that could not be sent. A collector that cannot be reached is said so now and then. */
function createExporter(options: OtelTracerOptions): SpanExporter {
  const { endpoint, headers, agent, clock, logger, metrics } = options;
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  const inner = new OTLPTraceExporter({
    url: url.href,
    headers: { ...headers },
    timeoutMillis: SEND_TIMEOUT_MS,
    ...(agent && { httpAgentOptions: () => agent }),
  });
  let complainedAt = -Infinity;

  function lost(error: Error | undefined): void {
    const now = clock.now();
    if (now >= complainedAt && now - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = now;
    const { host } = url;
    logger.warn({ collector: host, reason: reasonOf(error) }, 'the trace collector takes no spans; they are dropped');
  }

  return {
    export(spans, done) {
      inner.export(spans, (result) => {
        const sent = result.error === undefined;
        metrics.traceSpans.inc({ outcome: sent ? 'sent' : 'dropped' }, spans.length);
        if (sent && complainedAt > -Infinity) {
          complainedAt = -Infinity;
          logger.info({ collector: url.host }, 'the trace collector takes spans again');
        } else if (!sent) lost(result.error);
        done(result);
      });
    },
    shutdown: () => inner.shutdown(),
    forceFlush: () => inner.forceFlush(),
  };
}

/** A collector that answers may quote what it was sent, so that its words are left out. */
function reasonOf(error: Error | undefined): string {
  const code: unknown = error && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return `it answers with status ${code}`;
  return typeof code === 'string' ? code : 'it does not answer in time';
}
