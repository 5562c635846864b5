import type { Clock } from '../base/clock.js';
import type { ProxyFor } from './proxy.js';
import { createTransport } from './transport.js';

/** The part of `fetch` that reading a small document takes. */
export type Fetch = (
  url: string,
  options: { readonly headers: Headers; readonly signal: AbortSignal },
) => Promise<Response>;

export interface FetchOptions {
  readonly clock: Clock;
  /** Directly by default. */
  readonly proxyFor?: ProxyFor | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Reads what is no upstream, as upstreams are read: through the proxy of the environment, bounded, without following a
 * redirect. Each document takes a connection of its own.
 */
export function createFetch({ clock, proxyFor }: FetchOptions): Fetch {
  return async (address, { headers, signal }) => {
    const baseUrl = new URL(address);
    const { host, pathname: path, search } = baseUrl;
    const proxy = proxyFor?.(baseUrl);
    const transport = createTransport({ baseUrl, clock, connectTimeoutMs: CONNECT_TIMEOUT_MS, proxy });
    try {
      const result = await transport.send(
        {
          method: 'GET',
          host,
          path,
          query: search.slice(1),
          headers: { ...Object.fromEntries(headers), host },
          body: undefined,
          multipart: false,
        },
        { headers: {}, connection: 'fresh', signal },
      );
      if (result.type === 'failure') throw result.cause;
      return new Response(result.body.length === 0 ? null : new Uint8Array(result.body), { status: result.status });
    } finally {
      await transport.close();
    }
  };
}
