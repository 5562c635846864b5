import { request as requestHttp, type ClientRequest } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { Secret } from '../base/secret.js';

/** A forward proxy between the gateway and its upstreams. */
export interface Proxy {
  /** Scheme, host and port; no credentials. */
  readonly origin: URL;
  /** The value of `Proxy-Authorization`, when the proxy wants one. */
  readonly authorization: Secret | undefined;
}

/** Which proxy the requests to a URL take; undefined: none. */
export type ProxyFor = (target: URL) => Proxy | undefined;

/** A variable of the environment that cannot be used. The message names it and holds no value: it may have a password. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

/**
 * The customary variables, in lower case or else in upper case: `HTTPS_PROXY` and `HTTP_PROXY` by the scheme of the
 * target, `NO_PROXY` for hosts without one. This machine itself is always reached directly.
 *
 * @throws ProxyError
 */
export function parseProxies(environment: Readonly<Record<string, string | undefined>>): ProxyFor {
  const read = (name: string): string | undefined => environment[name.toLowerCase()] ?? environment[name];
  const https = parseProxy('HTTPS_PROXY', read('HTTPS_PROXY'));
  const http = parseProxy('HTTP_PROXY', read('HTTP_PROXY'));
  const direct = parseExceptions(read('NO_PROXY') ?? '');
  return (target) => {
    if (isLoopback(target.hostname) || direct(target)) return undefined;
    return target.protocol === 'https:' ? https : http;
  };
}

function parseProxy(name: string, value: string | undefined): Proxy | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new ProxyError(`The environment variable ${name} must be a URL such as http://proxy.example.com:3128`);
  }
  return { origin: new URL(url.origin), authorization: authorizationOf(name, url) };
}

function authorizationOf(name: string, { username, password }: URL): Secret | undefined {
  if (username === '' && password === '') return undefined;
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return new Secret(`Basic ${Buffer.from(pair).toString('base64')}`);
  } catch {
    throw new ProxyError(`The environment variable ${name} has a user or password that is not percent-encoded`);
  }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `example.com` and `.example.com` stand for the host and all below it; a port narrows it; `*` is everything. */
function parseExceptions(list: string): (target: URL) => boolean {
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [, host = entry, port] = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^\*?\./, '')) ?? [];
      return { host: host.replace(/^\[|\]$/g, ''), port };
    });
  return ({ hostname, port, protocol }) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const used = port === '' ? DEFAULT_PORTS[protocol] : port;
    return entries.some(
      (entry) =>
        (entry.host === '*' || host === entry.host || host.endsWith(`.${entry.host}`)) &&
        (entry.port === undefined || entry.port === used),
    );
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/**
 * Connects through a tunnel (CONNECT) for targets of HTTPS: TLS is between the gateway and the target, so that the
 * proxy sees neither requests nor credentials. A tunnel that does not come about is a connection that was not made.
 */
export function tunnelled(
  connect: buildConnector.connector,
  proxy: Proxy,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): buildConnector.connector {
  return (target, done) => {
    const authority = `${target.hostname}:${target.port === '' ? '443' : target.port}`;
    openTunnel(proxy, authority, options, {
      opened: (httpSocket) => connect({ ...target, httpSocket }, done),
      failed: (error) => done(error, null),
    });
  };
}

interface TunnelOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface TunnelEnd {
  readonly opened: (socket: Socket) => void;
  readonly failed: (error: Error) => void;
}

/** @param authority host and port of what the tunnel leads to */
export function openTunnel(
  proxy: Proxy,
  authority: string,
  options: TunnelOptions,
  { opened, failed }: TunnelEnd,
): void {
  const request = requestTunnel(proxy, authority, options);
  request.once('error', failed);
  request.once('timeout', () => request.destroy(new TunnelError('PROXY_TIMEOUT')));
  request.once('connect', ({ statusCode = 0 }, socket: Socket) => {
    request.off('error', failed);
    if (statusCode === 200) return opened(socket);
    socket.destroy();
    failed(new TunnelError(`PROXY_${statusCode}`));
  });
  request.end();
}

function requestTunnel(
  { origin, authorization }: Proxy,
  target: string,
  { timeoutMs, signal }: TunnelOptions,
): ClientRequest {
  const request = origin.protocol === 'https:' ? requestHttps : requestHttp;
  return request(origin, {
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...proxyHeaders(authorization) },
    agent: false,
    timeout: timeoutMs,
    ...(signal && { signal }),
  });
}

export function proxyHeaders(authorization: Secret | undefined): Readonly<Record<string, string>> {
  return authorization ? { 'proxy-authorization': authorization.reveal() } : {};
}

/** The proxy would not connect; only the code travels on. */
class TunnelError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}
