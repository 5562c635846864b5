import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body that is too large, or in an encoding that was not asked for. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/**
 * What undoes an encoding; `identity` was asked for, but proxies compress all the same.
 *
 * @returns undefined when there is nothing to undo
 * @throws UnreadableBody
 */
export function createDecoder(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new UnreadableBody('unknown content encoding');
  }
}
