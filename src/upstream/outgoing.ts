import type { UpstreamRequest } from './upstream-client.js';

/** A request as it goes over the wire, but for what the credential adds. Made once per call, sent once per attempt. */
export interface OutgoingRequest {
  readonly method: UpstreamRequest['method'];
  /** `host` or `host:port`, as in the Host header. */
  readonly host: string;
  /** Encoded, with the prefix of the base URL. */
  readonly path: string;
  /** Encoded and sorted by key, without `?`; empty when there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** True for multipart, whose body is not signed. */
  readonly multipart: boolean;
}

export async function encodeRequest(baseUrl: URL, request: UpstreamRequest): Promise<OutgoingRequest> {
  const multipart = request.body instanceof FormData;
  const { contentType, body } = await encodeBody(request.body);
  return {
    method: request.method,
    host: baseUrl.host,
    path: baseUrl.pathname.replace(/\/+$/, '') + request.path,
    query: encodeQuery(request.query ?? {}),
    headers: {
      host: baseUrl.host,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'taskgate',
      'content-type': contentType,
    },
    body,
    multipart,
  };
}

/** SFS demands the JSON content type of every call, GET and DELETE without a body included (upstreams' page of ShowJobDetail). */
async function encodeBody(body: UpstreamRequest['body']): Promise<{ contentType: string; body: Buffer | undefined }> {
  if (body instanceof FormData) {
    const encoded = new Response(body);
    const contentType = encoded.headers.get('content-type') ?? 'multipart/form-data';
    return { contentType, body: Buffer.from(await encoded.arrayBuffer()) };
  }
  return { contentType: 'application/json', body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)) };
}

function encodeQuery(query: NonNullable<UpstreamRequest['query']>): string {
  return Object.entries(query)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => [encodeUnreserved(key), encodeUnreserved(String(value))] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

/** RFC 3986: everything but `A–Z a–z 0–9 - . _ ~` is percent-encoded. */
export function encodeUnreserved(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Whether a path names what its caller meant: `.` and `..` as a segment cannot be encoded and would name another one. */
export function isPlainPath(path: string): boolean {
  return path.startsWith('/') && !/[?#\s]/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}
