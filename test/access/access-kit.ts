import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { SignJWT } from 'jose';
import WebSocket from 'ws';
import type { RunningGateway } from '../support/start-gateway.js';

export const ISSUER = 'https://id.example.com';
export const AUDIENCE = 'taskgate';
export const JWT_SECRET = 'a-secret-of-the-test-with-enough-letters';

export function keySha256(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** A client of each role on the account `demo`, and an issuer of tokens. */
export const CLIENTS = {
  apiKeys: [
    { name: 'reader', keySha256: keySha256('reader-key'), role: 'reader', accounts: ['demo'] },
    { name: 'operator', keySha256: keySha256('operator-key'), role: 'operator', accounts: ['demo'] },
    { name: 'admin', keySha256: keySha256('admin-key'), role: 'admin' },
    { name: 'metrics', keySha256: keySha256('metrics-key'), role: 'metrics' },
  ],
  jwt: { issuer: ISSUER, audience: AUDIENCE, secret: JWT_SECRET },
};

export const PLENTY = { requestsPerSecond: 100_000, costPerSecond: 100_000_000 };

/** A token that is good for a minute, with `claims` laid over. */
export function signToken(
  claims: Readonly<Record<string, unknown>> = {},
  secret = JWT_SECRET,
  alg = 'HS256',
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: ISSUER, aud: AUDIENCE, sub: 'someone', exp: now + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A request as it is given, with whatever Host and Origin; `fetch` would correct it. */
export function raw(url: string, { method = 'POST', path = '/graphql', headers = {}, body }: RawRequest) {
  return new Promise<HttpAnswer>((resolve, reject) => {
    const request = httpRequest(new URL(path, url), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface Answer {
  /** Null on a WebSocket. */
  readonly status: number | null;
  /** Of the first error; null without one. */
  readonly code: string | null;
  readonly closeCode: number | null;
  readonly data: unknown;
  readonly text: string;
}

export interface Ask {
  readonly credential?: string | undefined;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export type Transport = (gateway: RunningGateway, ask: Ask) => Promise<Answer>;

const authorization = (credential: string | undefined): Record<string, string> =>
  credential === undefined ? {} : { authorization: `Bearer ${credential}` };

function search({ query, variables }: Ask): string {
  return `/graphql?${new URLSearchParams({ query, ...(variables && { variables: JSON.stringify(variables) }) })}`;
}

export const post: Transport = async ({ url }, { credential, query, variables }) => {
  const headers = { 'content-type': 'application/json', ...authorization(credential) };
  return ofHttp(await raw(url, { headers, body: JSON.stringify({ query, variables }) }));
};

export const get: Transport = async ({ url }, ask) => {
  const headers = { 'apollo-require-preflight': '1', ...authorization(ask.credential) };
  return ofHttp(await raw(url, { method: 'GET', path: search(ask), headers }));
};

export const sse: Transport = async ({ url }, ask) => {
  const headers = { accept: 'text/event-stream', ...authorization(ask.credential) };
  return ofHttp(await raw(url, { method: 'GET', path: search(ask), headers }));
};

export const websocket: Transport = ({ socketUrl }, { credential, query, variables }) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
    const texts: string[] = [];
    const say = (message: object): void => socket.send(JSON.stringify(message));
    const finish = (closeCode: number | null): void => {
      const { payload } = parsed(texts[0]) as { payload?: unknown };
      const result = Array.isArray(payload) ? { errors: payload as unknown[] } : ((payload ?? {}) as Result);
      resolve({ status: null, code: codeOf(result), closeCode, data: result.data, text: texts.join('\n') });
    };
    socket.on('open', () => say({ type: 'connection_init', payload: authorization(credential) }));
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8');
      const { type } = parsed(text) as { type?: string };
      if (type === 'connection_ack') return say({ type: 'subscribe', id: '1', payload: { query, variables } });
      if (type !== 'complete') texts.push(text);
      if (type === 'complete' || type === 'error') {
        socket.removeAllListeners('close');
        socket.once('close', () => finish(null));
        socket.close(1000);
      }
    });
    socket.on('close', (code) => finish(code));
    socket.on('error', reject);
  });

export const TRANSPORTS: readonly (readonly [string, Transport])[] = [
  ['POST', post],
  ['GET', get],
  ['SSE', sse],
  ['WebSocket', websocket],
];

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

export function ofHttp({ status, text }: HttpAnswer): Answer {
  const json = /^data: (\{.*)$/m.exec(text)?.[1] ?? text;
  const result = parsed(json) as Result;
  return { status, code: codeOf(result), closeCode: null, data: result.data, text };
}

function parsed(text: string | undefined): unknown {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as unknown;
  } catch {
    return {};
  }
}

function codeOf({ errors }: Result): string | null {
  const error = errors?.[0] as { extensions?: { code?: string } } | undefined;
  return error ? (error.extensions?.code ?? 'without a code') : null;
}
