import { createHash } from 'node:crypto';
import { BadUserInputError } from '../task/errors.js';

/** A place in an ordered list: what the list is ordered by, then the id. */
export interface CursorPlace {
  readonly at: number;
  readonly id: string;
}

const LONGEST_CURSOR = 1200;

/**
 * An opaque cursor of a page. It carries the order it belongs to, so that it cannot be used in another, and a checksum, so
 * that an edited one is refused and not misread.
 */
export function formatPageCursor(order: string, { at, id }: CursorPlace): string {
  return Buffer.from(JSON.stringify(['page', order, at, id, checksum(order, at, id)])).toString('base64url');
}

/** @throws BadUserInputError when `cursor` is not exactly what `formatPageCursor` makes for this order */
export function parsePageCursor(order: string, cursor: string, argument: string): CursorPlace {
  const place = cursor.length <= LONGEST_CURSOR ? decode(cursor) : undefined;
  if (!place || formatPageCursor(order, place) !== cursor) {
    throw new BadUserInputError(`${argument} is not a cursor of this list and order`);
  }
  return place;
}

function decode(cursor: string): CursorPlace | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [, , at, id] = parts as unknown[];
  return typeof at === 'number' && Number.isSafeInteger(at) && typeof id === 'string' ? { at, id } : undefined;
}

function checksum(order: string, at: number, id: string): string {
  return createHash('sha256').update(`page\n${order}\n${at}\n${id}`).digest('base64url').slice(0, 12);
}
