import type { LogPoint } from '../store/store.js';

/**
 * A log point as clients keep it. The checksum needs no secret: it tells what was edited or cut from what another
 * store has made, which is a cursor all the same and is answered with a RESET.
 */
export interface Cursor {
  readonly epoch: string;
  readonly point: LogPoint;
  /** The cursor of a RESET of `taskUpdated`: behind it comes a SNAPSHOT. */
  readonly snapshotDue: boolean;
}

const CHECKSUM_BYTES = 8;
const LONGEST_CURSOR = 512;

export function formatCursor({ epoch, point, snapshotDue }: Cursor): string {
  const body = Buffer.from(JSON.stringify([point.position, point.mark, epoch, ...(snapshotDue ? [1] : [])]));
  return Buffer.concat([checksum(body), body]).toString('base64url');
}

/** @returns undefined when `text` is not exactly what `formatCursor` makes, for whatever store */
export function parseCursor(text: string): Cursor | undefined {
  if (text.length > LONGEST_CURSOR) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(CHECKSUM_BYTES);
  if (body.length === 0 || !checksum(body).equals(bytes.subarray(0, CHECKSUM_BYTES))) return undefined;
  const cursor = parseBody(body.toString('utf8'));
  return cursor && formatCursor(cursor) === text ? cursor : undefined;
}

function parseBody(json: string): Cursor | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [position, mark, epoch, flag] = parts as readonly unknown[];
  if (!isCount(position) || !Number.isSafeInteger(mark) || typeof epoch !== 'string') return undefined;
  if (flag !== undefined && flag !== 1) return undefined;
  return { epoch, point: { position, mark: mark as number }, snapshotDue: flag === 1 };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** FNV-1a, twice: every change of one byte alters both halves. Made for each event, so it has to be cheap. */
function checksum(body: Buffer): Buffer {
  const sum = Buffer.allocUnsafe(CHECKSUM_BYTES);
  sum.writeUInt32BE(fnv1a(body, 0x811c9dc5), 0);
  sum.writeUInt32BE(fnv1a(body, 0x5bd1e995), 4);
  return sum;
}

function fnv1a(body: Buffer, seed: number): number {
  let hash = seed;
  for (const byte of body) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
