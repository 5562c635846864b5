import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { openTunnel, proxyHeaders, type Proxy } from './proxy.js';

declare module 'node:http' {
  interface Agent {
    /** What Node calls for each request, before its head is written. */
    addRequest(request: ClientRequest, options: ClientRequestArgs): void;
  }
}

/**
 * Takes the requests of Node's own HTTP client to `target` through a proxy, as `createTransport` takes those of upstreams:
 * through a tunnel, or, for plain HTTP, by asking the proxy for the whole URL.
 *
 * @param timeoutMs a tunnel that takes longer is given up
 */
export function createProxyAgent(target: URL, proxy: Proxy, timeoutMs: number): Agent {
  return target.protocol === 'https:' ? new TunnelAgent(proxy, timeoutMs) : new ForwardAgent(target, proxy);
}

type Connected = (error: Error | null, stream: Duplex) => void;

class TunnelAgent extends HttpsAgent {
  constructor(
    private readonly proxy: Proxy,
    private readonly timeoutMs: number,
  ) {
    super({ keepAlive: true });
  }

  override createConnection(options: RequestOptions, callback?: Connected): undefined {
    const { host, port } = options;
    const authority = `${host?.includes(':') ? `[${host}]` : host}:${port ?? 443}`;
    openTunnel(
      this.proxy,
      authority,
      { timeoutMs: this.timeoutMs },
      {
        opened: (socket) => {
          const through: RequestOptions & { socket: Socket } = { ...options, socket };
          callback?.(null, super.createConnection(through) ?? socket);
        },
        // Node asks for no stream where there is an error.
        failed: (error) => (callback as ((error: Error) => void) | undefined)?.(error),
      },
    );
  }
}

class ForwardAgent extends Agent {
  constructor(
    private readonly target: URL,
    private readonly proxy: Proxy,
  ) {
    super({ keepAlive: true });
  }

  override addRequest(request: ClientRequest, options: ClientRequestArgs): void {
    request.path = `${this.target.origin}${request.path}`;
    for (const [name, value] of Object.entries(proxyHeaders(this.proxy.authorization))) request.setHeader(name, value);
    super.addRequest(request, options);
  }

  override createConnection(): Duplex {
    const { hostname, port, protocol } = this.proxy.origin;
    const host = hostname.replace(/^\[|\]$/g, '');
    if (protocol === 'https:') return connectTls({ host, port: Number(port) || 443, servername: host });
    return connect({ host, port: Number(port) || 80 });
  }
}
