import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import WebSocket from 'ws';
import { formatTaskId, parseTaskId } from '../../src/task/task-id.js';
import { startGateway, type RunningGateway } from '../support/start-gateway.js';
import { attributesOf, startCollector, wayUp, type CollectedSpan, type Collector } from './collector.js';

const FAST = { youngSeconds: 0.1, watchedSeconds: 0.1, unwatchedSeconds: 0.1, discoverSeconds: 0 };
const BIND = `mutation Bind { bindLdap(input: { account: "demo", shareId: "s-1", url: "ldap://192.168.0.10:389", baseDn: "dc=x" })
  { task { id } userErrors { message } } }`;

/** Lines of a log as they are written. */
function createLog() {
  const lines: Record<string, unknown>[] = [];
  let told = (): void => undefined;
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').trim().split('\n')) lines.push(JSON.parse(line) as never);
      told();
      done();
    },
  });
  return {
    lines,
    logger: pino({ level: 'info' }, destination),
    async wait(isMeant: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
      for (;;) {
        const found = lines.find(isMeant);
        if (found) return found;
        await new Promise<void>((resolve) => (told = resolve));
      }
    },
  };
}

async function bind(gateway: RunningGateway): Promise<string> {
  const { data } = await gateway.query(BIND);
  return (data as { bindLdap: { task: { id: string } } }).bindLdap.task.id;
}

describe('traces', () => {
  let collector: Collector;
  let gateway: RunningGateway;
  const log = createLog();

  beforeAll(async () => {
    collector = await startCollector();
    const tracing = { endpoint: collector.endpoint, headers: { 'x-tenant': 'team-a' }, serviceName: 'gateway-1' };
    gateway = await startGateway({ config: { polling: FAST, tracing }, logger: log.logger });
  });
  afterAll(async () => {
    await gateway.stop();
    await collector.close();
  });

  const named = (spans: readonly CollectedSpan[], name: string): readonly CollectedSpan[] =>
    spans.filter((span) => span.name === name);

  it('follow an event from the poll that found it to the socket that was told', async () => {
    const id = await bind(gateway);
    const client = createClient({ url: gateway.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const query = `subscription Follow($id: ID!) { taskUpdated(id: $id) { type task { status } } }`;
    const events = client.iterate({ query, variables: { id } });
    await events.next();
    gateway.simulator.control.hurryAll();
    while (!(await events.next()).done);
    await client.dispose();

    const { traceId } = await collector.wait((spans) =>
      named(spans, 'send').find((send) => wayUp(send, spans)?.join(' < ') === 'send < deliver < commit < poll SFS'),
    );
    const trace = await collector.wait((spans) => {
      const found = spans.filter((span) => span.traceId === traceId);
      return ['GET SFS', 'render', 'store commit'].every((name) => named(found, name).length > 0) ? found : undefined;
    });
    const ways = trace.map((span) => wayUp(span, trace)?.join(' < '));
    expect(ways).toEqual(
      expect.arrayContaining([
        'GET SFS < poll SFS',
        'store commit < commit < poll SFS',
        'render < deliver < commit < poll SFS',
        'send < deliver < commit < poll SFS',
      ]),
    );
    const [upstream] = named(trace, 'GET SFS');
    expect(upstream).toMatchObject({ kind: 3 });
    expect(attributesOf(upstream!)).toMatchObject({
      'taskgate.service': 'SFS',
      'taskgate.account': 'demo',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
    });
    expect(attributesOf(named(trace, 'deliver')[0]!)).toEqual({ 'taskgate.readers': 1 });
  });

  it('follow a query through its loader to the upstream, as a part of its caller’s trace', async () => {
    // Of a task that nobody polls: a reading that is under way would be shared.
    const id = formatTaskId({ service: 'SFS', account: 'demo', scope: 's-1', upstreamId: 'job-1' });
    const traceId = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    await gateway.query(
      'query Look($id: ID!) { task(id: $id) { status } }',
      { id },
      { traceparent: `00-${traceId}-bbbbbbbbbbbbbbbb-01` },
    );
    const spans = await collector.wait((all) => {
      const found = all.filter((span) => span.traceId === traceId);
      return named(found, 'query Look').length > 0 ? found : undefined;
    });
    const query = named(spans, 'query Look')[0]!;
    expect(query).toMatchObject({ parentSpanId: 'bbbbbbbbbbbbbbbb', kind: 2 });
    const local = spans.map((span) => (span === query ? { ...span, parentSpanId: '' } : span));
    expect(local.map((span) => wayUp(span, local)?.join(' < '))).toEqual(
      expect.arrayContaining([
        'load tasks < query Look',
        'read SFS < load tasks < query Look',
        'GET SFS < read SFS < load tasks < query Look',
      ]),
    );
  });

  it('follow a start to its commit, and name the answer of one that fails', async () => {
    await bind(gateway);
    const way = 'store commit < commit < mutation Bind';
    await collector.wait((spans) =>
      named(spans, 'store commit').find((span) => wayUp(span, spans)?.join(' < ') === way),
    );

    const { errors } = await gateway.query('query Wrong { task(id: "garbage") { status } }');
    const [wrong] = await collector.wait((spans) => {
      const found = named(spans, 'query Wrong');
      return found.length > 0 ? found : undefined;
    });
    expect(wrong!.status).toEqual({ code: 2, message: 'BAD_USER_INPUT' });
    expect(attributesOf(wrong!)).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Wrong',
      'taskgate.transport': 'http',
      'taskgate.correlation_id': errors?.[0]?.extensions['correlationId'],
    });
  });

  it('hold no step that outlives what it belongs to', async () => {
    await bind(gateway);
    const spans = await collector.wait((all) => (named(all, 'poll SFS').length > 3 ? all : undefined));
    // Timers that a request set going are nobody's: what they do begins a trace of its own.
    const polls = spans.filter(({ name }) => /^(poll|discover) /.test(name));
    expect(polls.filter(({ parentSpanId = '' }) => parentSpanId !== '')).toEqual([]);
    // The log is read every few seconds; whoever woke its reader once is not told of that for ever.
    const reads = named(spans, 'store readLog').map(({ traceId }) => traceId);
    const most = Math.max(...reads.map((traceId) => reads.filter((each) => each === traceId).length));
    expect(most).toBeLessThanOrEqual(3);
  });

  it('are sent under the name and with the headers of the configuration', () => {
    expect(collector.text()).toContain('"stringValue":"gateway-1"');
    expect(collector.text()).toMatch(/^\/v1\/traces .*"x-tenant":"team-a"/m);
  });

  it('lead to the lines of the log that were written on their way, and back', async () => {
    const id = await bind(gateway);
    const audit = log.lines.find(
      ({ audit: entry }) => (entry as { taskIds: string[] } | undefined)?.taskIds[0] === id,
    )!;
    const bound = await collector.wait((spans) =>
      spans.find(({ traceId, spanId }) => traceId === audit['trace_id'] && spanId === audit['span_id']),
    );
    expect(bound.name).toBe('mutation Bind');

    // Enough failures in a row open the circuit, which is a line that a poll of what still runs writes.
    gateway.simulator.control.change('SFS', parseTaskId(id).upstreamId, { runMs: 3_600_000 });
    gateway.simulator.control.addFault({
      match: { service: 'SFS' },
      effect: { kind: 'status', status: 503, body: {} },
    });
    const about = await log.wait(({ msg }) => msg === 'the circuit is open');
    const names = await collector.wait((spans) => {
      const way = spans.find(({ spanId }) => spanId === about['span_id']);
      return way && wayUp(way, spans);
    });
    expect(names.at(-1)).toBe('poll SFS');
    // What belongs to no trace names none.
    expect(log.lines.find(({ msg }) => msg === 'listening')).not.toHaveProperty('trace_id');
  });
});

describe('a traceparent', () => {
  it.each([
    [false, 'stays here by default'],
    [true, 'goes upstream where that is configured, beside what is signed'],
  ])('(propagateUpstream: %s) %s', async (propagateUpstream) => {
    const collector = await startCollector();
    const seen: IncomingHttpHeaders[] = [];
    const upstream = createServer(({ headers }, response) => {
      seen.push(headers);
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"errCode":"SFS.1","errMsg":"none"}');
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const auth = { accessKey: 'key', secretKey: 'secret' };
    const account = { name: 'demo', region: 'cn-north-4', projectId: '0'.repeat(32), auth, endpoints: { SFS: url } };
    const gateway = await startGateway({
      config: {
        accounts: [account],
        polling: { discoverSeconds: 0 },
        tracing: { endpoint: collector.endpoint, propagateUpstream },
      },
    });
    const id = formatTaskId({ service: 'SFS', account: 'demo', scope: 's-1', upstreamId: 'job-1' });
    await gateway.query('query Unknown($id: ID!) { task(id: $id) { id } }', { id });
    const asked = await collector.wait((spans) => spans.find(({ name }) => name === 'GET SFS'));
    await gateway.stop();
    await new Promise((resolve) => upstream.close(resolve));
    await collector.close();

    expect(seen.length).toBeGreaterThan(0);
    for (const { traceparent, authorization } of seen) {
      expect(traceparent).toBe(propagateUpstream ? `00-${asked.traceId}-${asked.spanId}-01` : undefined);
      expect(authorization).not.toContain('traceparent');
    }
  });
});

describe('a collector that cannot be reached', () => {
  it('is said so once, while everything else goes on', async () => {
    const { lines, logger } = createLog();
    const tracing = { endpoint: 'http://127.0.0.1:1/v1/traces' };
    const gateway = await startGateway({ config: { polling: FAST, tracing }, logger });
    const about = (): Record<string, unknown>[] => lines.filter(({ collector }) => collector !== undefined);
    const dropped = async (): Promise<number> => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/taskgate_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(text)?.[1]);
    };
    const id = await bind(gateway);
    let before = 0;
    // Three batches, each a second or more after the last.
    for (let batch = 0; batch < 3; batch++) {
      while ((await dropped()) === before) await gateway.query('query Look($id: ID!) { task(id: $id) { id } }', { id });
      before = await dropped();
    }
    expect(about()).toEqual([
      expect.objectContaining({
        level: 40,
        collector: '127.0.0.1:1',
        reason: 'ECONNREFUSED',
        msg: 'the trace collector takes no spans; they are dropped',
      }),
    ]);
    gateway.simulator.control.hurryAll();
    const { data } = await gateway.query('query Wait($id: ID!) { waitForTask(id: $id) { status } }', { id });
    expect(data).toEqual({ waitForTask: { status: 'SUCCEEDED' } });
    await gateway.stop();
  });

  it('holds up the end of the process for a moment only, also when it takes the connection and says nothing', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const gateway = await startGateway({ config: { polling: FAST, tracing: { endpoint } } });
    await bind(gateway);
    const since = performance.now();
    await gateway.app.close(0);
    // Two seconds on a machine that does nothing else.
    expect(performance.now() - since).toBeLessThan(8_000);
    await gateway.simulator.close();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('the libraries of tracing', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => [name, readFileSync(`src/${name}`, 'utf8')] as const);
  const naming = (what: RegExp): readonly string[] => files.filter(([, text]) => what.test(text)).map(([name]) => name);

  it('are known to one file, which only the composition root names, and loads when it needs it', () => {
    expect(naming(/@opentelemetry\//)).toEqual(['base/otel-tracer.ts']);
    expect(naming(/otel-tracer\.js'/)).toEqual(['adapters.ts']);
    expect(readFileSync('src/adapters.ts', 'utf8')).toMatch(/await import\('\.\/base\/otel-tracer\.js'\)/);
  });
});
