import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { FrequentCounter, FrequentHistogram } from './frequent-metrics.js';

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the gateway, in one place. Labels are low-cardinality: never an id, never a message. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    polls: new FrequentCounter({
      name: 'taskgate_polls_total',
      help: 'Upstream readings of tasks, by what they learned: seen, gone, or the code of the failure',
      labelNames: ['service', 'account', 'outcome'],
      registers,
    }),
    upstreamRequests: new FrequentCounter({
      name: 'taskgate_upstream_requests_total',
      help: 'Requests sent upstream, by outcome: ok, or the code of the failure',
      labelNames: ['service', 'account', 'outcome'],
      registers,
    }),
    unknownStatus: new Counter({
      name: 'taskgate_unknown_status_total',
      help: 'Readings with a status word that the gateway does not know',
      labelNames: ['service'],
      registers,
    }),
    refusedReadings: new Counter({
      name: 'taskgate_refused_readings_total',
      help: 'Readings refused: after_final contradicts a final state, older was asked for before what is stored',
      labelNames: ['reason'],
      registers,
    }),
    fencedWrites: new Counter({
      name: 'taskgate_fenced_writes_total',
      help: 'Writes refused because another replica had taken over',
      registers,
    }),
    watchedTasks: new Gauge({
      name: 'taskgate_watched_tasks',
      help: 'Open tasks that the gateway polls',
      labelNames: ['service'],
      registers,
    }),
    staleTasks: new Gauge({
      name: 'taskgate_stale_tasks',
      help: 'Open tasks that could not be read for longer than promised',
      labelNames: ['service'],
      registers,
    }),
    transitions: new FrequentCounter({
      name: 'taskgate_transitions_total',
      help: 'Changes committed to the log, by the status they led to',
      labelNames: ['service', 'to'],
      registers,
    }),
    pollLag: new Histogram({
      name: 'taskgate_poll_lag_seconds',
      help: 'How much later than planned a poll began',
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    circuitOpen: new Gauge({
      name: 'taskgate_circuit_open',
      help: '1 while the circuit of a source is open',
      labelNames: ['service', 'account'],
      registers,
    }),
    subscribers: new Gauge({ name: 'taskgate_subscribers', help: 'Open subscriptions', registers }),
    subscriptionGroups: new Gauge({
      name: 'taskgate_subscription_groups',
      help: 'Groups of equal subscriptions, each executed and serialised once per event',
      registers,
    }),
    resets: new Counter({
      name: 'taskgate_resets_total',
      help: 'RESET events sent, by reason',
      labelNames: ['reason'],
      registers,
    }),
    slowReaders: new Counter({
      name: 'taskgate_slow_readers_total',
      help: 'Readers closed because they took nothing for too long',
      registers,
    }),
    eventAge: new Histogram({
      name: 'taskgate_event_age_seconds',
      help: 'From the commit of a change to its hand-over to a socket',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
      registers,
    }),
    storeLatency: new FrequentHistogram({
      name: 'taskgate_store_seconds',
      help: 'Duration of store operations',
      labelNames: ['operation'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    requests: new FrequentCounter({
      name: 'taskgate_graphql_requests_total',
      help: 'GraphQL operations answered, by name (other beyond a hundred names) and error code (ok without one)',
      labelNames: ['transport', 'operation', 'code'],
      registers,
    }),
    requestSeconds: new FrequentHistogram({
      name: 'taskgate_graphql_seconds',
      help: 'Duration of queries and mutations, from their text to their result',
      labelNames: ['operation'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
    internalErrors: new Counter({
      name: 'taskgate_internal_errors_total',
      help: 'Operations and events that failed by a fault of the gateway; a log line has the correlation id, one for those that shared an execution',
      registers,
    }),
    httpRequests: new FrequentCounter({
      name: 'taskgate_http_requests_total',
      help: 'HTTP requests answered, by path and status',
      labelNames: ['path', 'status'],
      registers,
    }),
    busLatency: new Histogram({
      name: 'taskgate_bus_seconds',
      help: 'From the publication of a hint to its return from Redis',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    traceSpans: new Counter({
      name: 'taskgate_trace_spans_total',
      help: 'Spans handed to the trace collector: sent, or dropped because it took none',
      labelNames: ['outcome'],
      registers,
    }),
  } as const;
}

/**
 * Begins counters at zero that are to be noticed the first time they grow: to whoever scrapes, a counter that comes into
 * being at one has not grown.
 */
export function startCounters(metrics: Metrics, services: readonly string[]): void {
  for (const service of services) metrics.unknownStatus.inc({ service }, 0);
  for (const reason of ['after_final', 'older']) metrics.refusedReadings.inc({ reason }, 0);
  for (const reason of ['TRIMMED', 'UNKNOWN_CURSOR']) metrics.resets.inc({ reason }, 0);
  for (const outcome of ['sent', 'dropped']) metrics.traceSpans.inc({ outcome }, 0);
}
