import { readFileSync } from 'node:fs';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { parse } from 'yaml';
import { systemClock, type Clock } from '../../src/base/clock.js';
import { parseTaskId } from '../../src/task/task-id.js';
import { until } from '../support/until.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { evaluate, parseExpression, parseScrape, selectorsOf, type Expression, type Scrape } from './prometheus.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
}

const TARGET = { job: 'taskgate', instance: 'gateway-1' };
const [group] = (parse(readFileSync('docs/operate/alerts.yaml', 'utf8')) as { groups: { rules: Rule[] }[] }).groups;
const RULES = group!.rules;
const DASHBOARD = JSON.parse(readFileSync('docs/operate/grafana-dashboard.json', 'utf8')) as {
  readonly templating: { readonly list: readonly { readonly query: unknown }[] };
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
};

/** The rules that fire by what was scraped, the newest last. */
function firing(scrapes: readonly Scrape[]): readonly string[] {
  return RULES.filter(({ expr }) => evaluate(parseExpression(expr), scrapes).length > 0).map(({ alert }) => alert);
}

describe('what an operator watches', () => {
  let gateway: RunningGateway;
  let client: Client;
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };

  async function scrape(): Promise<Scrape> {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const up = { name: 'up', labels: TARGET, value: 1 };
    return { at: performance.now() / 1000, samples: [...parseScrape(text, TARGET), up] };
  }

  async function bind(): Promise<string | undefined> {
    const { data } = await gateway.query(`mutation Bind {
      bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=x" }) {
        task { id } userErrors { code } } }`);
    return (data as { bindLdap: { task: { id: string } | null } | null } | null)?.bindLdap?.task?.id;
  }

  /** Scrapes until the rule fires, or no longer does. */
  async function scrapeUntil(alert: string, fires: boolean, before: readonly Scrape[]): Promise<readonly string[]> {
    for (;;) {
      const fired = firing([...before, await scrape()]);
      if (fired.includes(alert) === fires) return fired;
    }
  }

  beforeAll(async () => {
    const polling = { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1, requestsPerSecond: 100 };
    gateway = await startGateway({ clock, config: { polling: { ...polling, discoverSeconds: 0 } } });
    client = createClient({ url: gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const id = await bind();
    const query = 'subscription Follow($id: ID!) { taskUpdated(id: $id) { type } }';
    const events = client.iterate({ query, variables: { id } });
    await events.next();
    gateway.simulator.control.hurryAll();
    while (!(await events.next()).done);
    await gateway.query('query Board { tasks(first: 1) { nodes { id } } }');
    await gateway.query('{ nonsense }');
    for (let task = 0; task < 5; task++) {
      const { upstreamId } = parseTaskId((await bind())!);
      gateway.simulator.control.change('SFS', upstreamId, { runMs: 3_600_000 });
    }
  });
  afterAll(async () => {
    await client.dispose();
    await gateway.stop();
  });

  const shown = [
    ...RULES.map(({ alert, expr }) => [alert, expr] as const),
    ...DASHBOARD.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
    ...[...JSON.stringify(DASHBOARD.templating).matchAll(/label_values\((\w+), (\w+)\)/g)].map(
      ([, metric, label]) => [`variable ${label}`, `sum by (${label}) (${metric})`] as const,
    ),
  ];

  it.each(shown)('%s asks for metrics and labels that there are: %s', async (_, expr) => {
    const { samples } = await scrape();
    for (const { name, labels } of selectorsOf(parseExpression(expr))) {
      const series = samples.filter((sample) => sample.name === name);
      expect([name, series.length > 0]).toEqual([name, true]);
      for (const label of labels)
        expect([name, Object.keys(series[0]!.labels)]).toEqual([name, expect.arrayContaining([label])]);
    }
  });

  it('fires nothing while all is well', async () => {
    const before = await scrape();
    expect(firing([before, await scrape()])).toEqual([]);
  });

  it('fires when the upstream fails, and when its tasks are stale; no longer when it is back', async () => {
    const before = [await scrape()];
    const fault = gateway.simulator.control.addFault({ effect: { kind: 'status', status: 503 } });
    expect(await scrapeUntil('TaskgateUpstreamDown', true, before)).toEqual(['TaskgateUpstreamDown']);
    aheadMs += 35_000;
    expect(await scrapeUntil('TaskgateTasksStale', true, before)).toContain('TaskgateUpstreamDown');
    gateway.simulator.control.removeFault(fault.id);
    await scrapeUntil('TaskgateUpstreamDown', false, before);
    await scrapeUntil('TaskgateTasksStale', false, before);
  });

  it('fires when the upstream refuses the credentials, and no longer when it accepts them', async () => {
    const before = [await scrape()];
    const fault = gateway.simulator.control.addFault({ effect: { kind: 'status', status: 401, body: {} } });
    expect(await scrapeUntil('TaskgateCredentialsRefused', true, before)).toEqual(['TaskgateCredentialsRefused']);
    gateway.simulator.control.removeFault(fault.id);
    // One poll a minute finds out; a start is tried in any case.
    await bind();
    await scrapeUntil('TaskgateCredentialsRefused', false, before);
  });

  it('fires when the upstream sends a word that nobody knows', async () => {
    const before = [await scrape()];
    const { upstreamId } = parseTaskId((await bind())!);
    gateway.simulator.control.change('SFS', upstreamId, { outcome: 'molten', waitMs: 0, runMs: 0 });
    expect(await scrapeUntil('TaskgateUnknownStatus', true, before)).toEqual(['TaskgateUnknownStatus']);
  });

  it('fires when the upstream throttles', async () => {
    const before = [await scrape()];
    const fault = gateway.simulator.control.addFault({ effect: { kind: 'throttle' } });
    for (let start = 0; start < 11; start++) expect(await bind()).toBeUndefined();
    expect(firing([...before, await scrape()])).toEqual(['TaskgateUpstreamThrottles']);
    gateway.simulator.control.removeFault(fault.id);
  });

  it('fires when the engine falls silent, and no longer once it was asked', async () => {
    const before = [await scrape()];
    // Unless it has just looked about once more: then the silence begins anew.
    await until(async () => {
      aheadMs += 11_000;
      return firing([...before, await scrape()]).includes('TaskgateNotReady');
    });
    await scrapeUntil('TaskgateNotReady', false, before);
  });

  /** What cannot be brought about in seconds, or not by an upstream: the series that would tell of it, made up. */
  const MADE_UP: readonly (readonly [alert: string, series: RegExp, value: (value: number) => number])[] = [
    ['TaskgateDown', /^up$/, () => 0],
    ['TaskgateInternalErrors', /^taskgate_internal_errors_total$/, (value) => value + 1],
    ['TaskgateBudgetUsedUp', /^taskgate_budget_used_ratio$/, () => 0.99],
    ['TaskgatePollsLate', /^taskgate_poll_lag_seconds_bucket (10|30|60|\+Inf)$/, (value) => value + 1000],
    ['TaskgateEventsLate', /^taskgate_event_age_seconds_bucket (10|60|\+Inf)$/, (value) => value + 1000],
    ['TaskgateStoreSlow', /^taskgate_store_seconds_bucket (1|5|\+Inf)$/, (value) => value + 1000],
    ['TaskgateBusDisconnected', /^taskgate_bus_connected$/, () => 0],
    ['TaskgateReadersReset', /^taskgate_resets_total$/, (value) => value + 1],
    ['TaskgateReadersSlow', /^taskgate_slow_readers_total$/, (value) => value + 11],
    ['TaskgateSpansDropped', /^taskgate_trace_spans_total$/, (value) => value + 1],
  ];

  it.each(MADE_UP)('fires %s by series like those of a gateway in such trouble', async (alert, series, value) => {
    const before = await scrape();
    const healthy = await scrape();
    const samples = healthy.samples.map((sample) => {
      const { name, labels } = sample;
      const key = labels['le'] === undefined ? name : `${name} ${labels['le']}`;
      return series.test(key) ? { ...sample, value: value(sample.value) } : sample;
    });
    expect(firing([before, healthy])).not.toContain(alert);
    expect(firing([before, { ...healthy, samples }])).toContain(alert);
  });

  it('knows a way to make each of its rules fire', () => {
    const scripted = [
      'TaskgateUpstreamDown',
      'TaskgateTasksStale',
      'TaskgateCredentialsRefused',
      'TaskgateUpstreamThrottles',
      'TaskgateUnknownStatus',
      'TaskgateNotReady',
    ];
    const known = [...scripted, ...MADE_UP.map(([alert]) => alert)].sort();
    expect(known).toEqual(RULES.map(({ alert }) => alert).sort());
  });

  it('has a metrics table and a runbook that leave nothing out', async () => {
    const page = readFileSync('docs/operate/README.md', 'utf8');
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const metrics = [...text.matchAll(/^# TYPE (taskgate_\w+)/gm)].map(([, name]) => name!).sort();
    const told = [...page.matchAll(/^\| `(taskgate_\w+)/gm)].map(([, name]) => name!).sort();
    expect(told).toEqual(metrics);
    const explained = [...page.matchAll(/^### (Taskgate\w+)/gm)].map(([, name]) => name!);
    expect(explained).toEqual(RULES.map(({ alert }) => alert));
  });
});

describe('the expressions that the rules are made of', () => {
  const scrapes: readonly Scrape[] = [
    { at: 0, samples: parseScrape('a{x="1",le="1"} 0\na{x="1",le="+Inf"} 0\nnew_total 5', {}) },
    { at: 10, samples: parseScrape('a{x="1",le="1"} 5\na{x="1",le="+Inf"} 10\nb_total{y="q"} 7\nnew_total 8', {}) },
  ];
  const said = (text: string): readonly number[] => evaluate(parseExpression(text), scrapes).map(({ value }) => value);

  it.each<readonly [string, readonly number[]]>([
    ['new_total', [8]],
    ['increase(new_total[5m])', [3]],
    ['rate(new_total[5m]) > 0.2', [0.3]],
    ['increase(b_total{y="q"}[5m]) > 0', []],
    ['b_total{y!="q"}', []],
    ['sum by (x) (rate(a{le=~"1|2"}[1m]))', [0.5]],
    ['histogram_quantile(0.25, sum by (le) (rate(a[1m])))', [0.5]],
  ])('%s is %j', (text, values) => expect(said(text)).toEqual(values));

  it.each(['rate(a)', 'a > b', 'a[5m', 'avg(a)', 'a offset 5m'])('%s is refused rather than guessed', (text) => {
    expect(() => evaluate(parseExpression(text), scrapes)).toThrow();
  });

  it('name what they select and group by', () => {
    const expression: Expression = parseExpression('sum by (x, z) (rate(a{le="1"}[1m])) > 3');
    expect(selectorsOf(expression)).toEqual([{ name: 'a', labels: ['x', 'z', 'le'] }]);
  });
});
