import { createHash, createHmac } from 'node:crypto';
import { encodeUnreserved, type OutgoingRequest } from './outgoing.js';

const ALGORITHM = 'SDK-HMAC-SHA256';
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

export interface SigningKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectId: string;
}

/**
 * Signs a request with AK/SK.
 *
 * @param at milliseconds since 1970 UTC; refused by the upstream when 15 minutes off
 * @returns the headers to add, Authorization among them
 */
export function signRequest(request: OutgoingRequest, key: SigningKey, at: number): Readonly<Record<string, string>> {
  const added: Record<string, string> = {
    'x-sdk-date': formatSdkDate(at),
    'x-project-id': key.projectId,
    ...(request.multipart ? { 'x-sdk-content-sha256': UNSIGNED_PAYLOAD } : {}),
  };
  const signed: Record<string, string> = { host: request.host, ...added };
  // The boundary of a multipart body is not known to whoever signs by the vendor's SDK, which leaves the header out.
  const contentType = request.headers['content-type'];
  if (!request.multipart && contentType !== undefined) signed['content-type'] = contentType;

  const canonical = canonicalRequest(request, signed);
  const toSign = [ALGORITHM, added['x-sdk-date'], sha256(canonical)].join('\n');
  const signature = createHmac('sha256', key.secretKey).update(toSign).digest('hex');
  const list = Object.keys(signed).sort().join(';');
  return {
    ...added,
    authorization: `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${list}, Signature=${signature}`,
  };
}

/** @param signed the headers to sign, by lower-case name */
export function canonicalRequest(request: OutgoingRequest, signed: Readonly<Record<string, string>>): string {
  const names = Object.keys(signed).sort();
  return [
    request.method,
    canonicalPath(request.path),
    request.query,
    ...names.map((name) => `${name}:${(signed[name] ?? '').trim()}`),
    '',
    names.join(';'),
    request.multipart ? UNSIGNED_PAYLOAD : sha256(request.body ?? ''),
  ].join('\n');
}

/** Ends in a slash, which the path that is sent does not. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encodeUnreserved(decodeSegment(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function formatSdkDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
