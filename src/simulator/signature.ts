import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came over the wire, before anything was decoded. */
export interface SignedRequest {
  readonly method: string;
  /** With its query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Temporary keys come with one, which must be sent as X-Security-Token. */
  readonly securityToken?: string;
}

export type Verdict =
  { readonly ok: true; readonly accessKey: string } | { readonly ok: false; readonly reason: string };

const ALGORITHM = 'SDK-HMAC-SHA256';
const WINDOW_MS = 15 * 60_000;
const AUTHORIZATION =
  /^SDK-HMAC-SHA256 Access=([^,\s]+), SignedHeaders=([a-z0-9!#$%&'*+.^_`|~;-]+), Signature=([0-9a-f]{64})$/;
const MUST_BE_SIGNED = ['host', 'x-sdk-date'];

/**
 * Verifies an AK/SK signature (`SDK-HMAC-SHA256`).
 *
 * Clients differ in which headers they sign, so the list that was sent decides; `host` and `x-sdk-date` must be on it.
 *
 * @param now of the server, in ms
 */
export function verifySignature(
  request: SignedRequest,
  keyOf: (accessKey: string) => AccessKey | undefined,
  now: number,
): Verdict {
  const [, accessKey = '', list = '', signature = ''] =
    AUTHORIZATION.exec(header(request, 'authorization') ?? '') ?? [];
  if (signature === '') return refused('the Authorization header is malformed');
  const signed = list.split(';');
  const listed = checkList(request, signed);
  if (listed !== undefined) return refused(listed);

  const date = header(request, 'x-sdk-date') ?? '';
  const signedAt = parseSdkDate(date);
  if (signedAt === undefined) return refused('X-Sdk-Date is malformed');
  if (Math.abs(now - signedAt) > WINDOW_MS) {
    return refused(`signature expired, signed: ${date}, server: ${formatSdkDate(now)}`);
  }

  const key = keyOf(accessKey);
  if (!key) return refused('the access key does not exist');
  if (key.securityToken !== undefined && !equal(header(request, 'x-security-token') ?? '', key.securityToken)) {
    return refused('X-Security-Token is missing or wrong');
  }

  const hash = payloadHash(request, signed);
  if (hash === undefined) return refused('X-Sdk-Content-Sha256 is not the hash of the body');
  const canonical = canonicalRequest(request, signed, hash);
  const toSign = [ALGORITHM, date, sha256(canonical)].join('\n');
  const expected = createHmac('sha256', key.secretKey).update(toSign).digest('hex');
  return equal(signature, expected) ? { ok: true, accessKey } : refused('verify aksk signature fail');
}

function refused(reason: string): Verdict {
  return { ok: false, reason };
}

function checkList(request: SignedRequest, signed: readonly string[]): string | undefined {
  const missing = MUST_BE_SIGNED.find((name) => !signed.includes(name));
  if (missing !== undefined) return `${missing} is not signed`;
  if (signed.some((name, index) => index > 0 && name <= (signed[index - 1] as string))) {
    return 'the signed headers are not sorted';
  }
  const absent = signed.find((name) => header(request, name) === undefined);
  return absent === undefined ? undefined : `the signed header ${absent} was not sent`;
}

/** Undefined when the header names a hash that the body does not have. */
function payloadHash(request: SignedRequest, signed: readonly string[]): string | undefined {
  const actual = sha256(request.body);
  const sent = header(request, 'x-sdk-content-sha256');
  if (sent === undefined || sent === actual) return actual;
  return sent === 'UNSIGNED-PAYLOAD' && signed.includes('x-sdk-content-sha256') ? sent : undefined;
}

function canonicalRequest(request: SignedRequest, signed: readonly string[], hash: string): string {
  const mark = request.url.indexOf('?');
  const path = mark < 0 ? request.url : request.url.slice(0, mark);
  const query = mark < 0 ? '' : request.url.slice(mark + 1);
  return [
    request.method.toUpperCase(),
    canonicalPath(path),
    canonicalQuery(query),
    ...signed.map((name) => `${name}:${header(request, name) ?? ''}`),
    '',
    signed.join(';'),
    hash,
  ].join('\n');
}

function canonicalPath(path: string): string {
  const encoded = path.split('/').map((segment) => encode(decode(segment)));
  return encoded.at(-1) === '' ? encoded.join('/') : `${encoded.join('/')}/`;
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([key, value]): readonly [string, string] => [encode(key), encode(value)])
    .sort(([keyA, valueA], [keyB, valueB]) => compare(keyA, keyB) || compare(valueA, valueB))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function header({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value?.trim();
}

/** `20261124T014402Z` */
function parseSdkDate(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (second === undefined) return undefined;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

function formatSdkDate(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Compares without telling by its duration where the difference is. */
export function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
