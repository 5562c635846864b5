import { systemClock } from '../../src/base/clock.js';
import { encodeRequest } from '../../src/upstream/outgoing.js';
import { parseProxies } from '../../src/upstream/proxy.js';
import { createTransport } from '../../src/upstream/transport.js';

/** Run as a process of its own, which trusts the certificate of the test: sends one request by the proxy of the environment. */
const baseUrl = new URL(process.argv[2]!);
const proxy = parseProxies(process.env)(baseUrl);
const transport = createTransport({ baseUrl, clock: systemClock, connectTimeoutMs: 5_000, proxy });
const request = await encodeRequest(baseUrl, { method: 'GET', path: '/v1/x', priority: 'request' });
for (const connection of ['pooled', 'fresh'] as const) {
  const result = await transport.send(request, { headers: {}, connection, signal: AbortSignal.timeout(10_000) });
  const shown =
    result.type === 'reply' ? [result.status, result.body.toString()] : [result.reason, String(result.cause)];
  process.stdout.write(`${JSON.stringify(shown)}\n`);
}
await transport.close();
