import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export interface Collector {
  readonly endpoint: string;
  /** Takes what came to another server for it. */
  readonly receive: (request: IncomingMessage, response: ServerResponse) => void;
  /** Everything that came, as it came: paths, headers, bodies. */
  readonly text: () => string;
  spans(): readonly CollectedSpan[];
  /** Resolves with what `find` finds among the spans, once it does. */
  wait<T>(find: (spans: readonly CollectedSpan[]) => T | undefined): Promise<T>;
  close(): Promise<void>;
}

/** Receives traces by OTLP over HTTP, as JSON. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  let text = '';
  let told = (): void => undefined;
  const receive: Collector['receive'] = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
      text += `${request.url} ${JSON.stringify(request.headers)}\n${body}\n`;
      spans.push(...spansOf(body));
      response.setHeader('content-type', 'application/json').end('{}');
      told();
    });
  };
  const server = createServer(receive);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receive,
    text: () => text,
    spans: () => spans,
    async wait(find) {
      for (;;) {
        const found = find(spans);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (told = resolve));
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[] }[];
}

function spansOf(body: string): readonly CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body) as Exported;
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** The names from a span up to the beginning of its trace, itself first; undefined while one of them is missing. */
export function wayUp(span: CollectedSpan, spans: readonly CollectedSpan[]): readonly string[] | undefined {
  const names: string[] = [];
  let at: CollectedSpan | undefined = span;
  while (at) {
    names.push(at.name);
    const { parentSpanId = '', traceId }: CollectedSpan = at;
    if (parentSpanId === '') return names;
    at = spans.find((each) => each.spanId === parentSpanId && each.traceId === traceId);
  }
  return undefined;
}

export function attributesOf({ attributes }: CollectedSpan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
