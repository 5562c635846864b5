import { Gauge, type Registry } from 'prom-client';

/** How one source is doing. */
export interface SourceReading {
  readonly service: string;
  readonly account: string;
  readonly state: string;
  readonly requestsPerMinute: number;
  readonly requestBudgetPerMinute: number;
}

/** Asked at each scrape. Values by label are all that there is: what is left out has gone. */
export interface Readings {
  readonly sources: () => readonly SourceReading[];
  /** Every state that a source may be in. */
  readonly sourceStates: readonly string[];
  readonly pollGroups: () => Readonly<Record<'held' | 'elsewhere', number>>;
  readonly queues: () => Readonly<Record<string, number>>;
  readonly readers: () => Readonly<Record<'live' | 'behind', number>>;
  readonly sockets: () => Readonly<Record<string, number>>;
  readonly busConnected: () => boolean;
  /** Whether each check of the gateway's health passes. */
  readonly checks: () => Promise<Readonly<Record<string, boolean>>>;
}

type Labels = Readonly<Record<string, string>>;
type Values = readonly (readonly [Labels, number])[];

/** Gauges of what others keep count of anyway, read when somebody asks. */
export function registerGauges(registry: Registry, readings: Readings): void {
  const gauge = (name: string, help: string, labelNames: readonly string[], read: () => Values | Promise<Values>) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const values = await read();
        this.reset();
        for (const [labels, value] of values) this.set({ ...labels }, value);
      },
    });
  const by = (label: string, values: Readonly<Record<string, number>>): Values =>
    Object.entries(values).map(([key, value]) => [{ [label]: key }, value]);
  const perSource = (read: (source: SourceReading) => Values): Values =>
    readings
      .sources()
      .flatMap((source) =>
        read(source).map(
          ([labels, value]) => [{ service: source.service, account: source.account, ...labels }, value] as const,
        ),
      );

  gauge('taskgate_source_state', '1 for the state that a source is in', ['service', 'account', 'state'], () =>
    perSource(({ state }) => readings.sourceStates.map((each) => [{ state: each }, each === state ? 1 : 0])),
  );
  gauge(
    'taskgate_budget_used_ratio',
    'Requests of the last minute as a share of the budget of a source',
    ['service', 'account'],
    () =>
      perSource(({ requestsPerMinute, requestBudgetPerMinute }) => [[{}, requestsPerMinute / requestBudgetPerMinute]]),
  );
  gauge('taskgate_poll_groups', 'Accounts and services, by who polls them: this process, or another', ['held'], () => {
    const { held, elsewhere } = readings.pollGroups();
    return [
      [{ held: 'here' }, held],
      [{ held: 'elsewhere' }, elsewhere],
    ];
  });
  gauge(
    'taskgate_queue_depth',
    'What waits: changes for the store, freshness notes for the store, events for their sockets',
    ['queue'],
    () => by('queue', readings.queues()),
  );
  gauge('taskgate_readers', 'Subscribers by their place: live, or behind and reading the log', ['place'], () =>
    by('place', readings.readers()),
  );
  gauge('taskgate_sockets', 'Open sockets', ['transport'], () => by('transport', readings.sockets()));
  gauge('taskgate_bus_connected', '1 while hints travel; without them the log is read every few seconds', [], () => [
    [{}, readings.busConnected() ? 1 : 0],
  ]);
  gauge('taskgate_ready', '1 while a check of /readyz passes', ['check'], async () => {
    const checks = Object.entries(await readings.checks());
    return checks.map(([check, passes]) => [{ check }, passes ? 1 : 0]);
  });
}
