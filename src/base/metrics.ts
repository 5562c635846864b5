import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the gateway, in one place. Labels are low-cardinality: never an id, never a message. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    polls: new Counter({
      name: 'taskgate_polls_total',
      help: 'Upstream readings of tasks, by what they learned: seen, gone, or the code of the failure',
      labelNames: ['service', 'account', 'outcome'],
      registers,
    }),
    upstreamRequests: new Counter({
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
    transitions: new Counter({
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
    storeLatency: new Histogram({
      name: 'taskgate_store_seconds',
      help: 'Duration of store operations',
      labelNames: ['operation'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    requests: new Counter({
      name: 'taskgate_graphql_requests_total',
      help: 'GraphQL operations answered, by transport and error code (ok without one)',
      labelNames: ['transport', 'code'],
      registers,
    }),
  } as const;
}
