import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** A body that is too large, or in an encoding that was not asked for. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

export function tooLarge(limitBytes: number): UnreadableBody {
  return new UnreadableBody(`more than ${limitBytes} bytes`);
}

const DECODERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * Undoes the encoding of a body; `identity` was asked for, but proxies compress all the same.
 *
 * @param limitBytes counted after decompression, so that a small bomb stays small
 * @throws UnreadableBody, or what the decoder fails with
 */
export async function decodeBody(bytes: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  if (!isKnown(name)) throw new UnreadableBody('unknown content encoding');
  return DECODERS[name](bytes, { maxOutputLength: limitBytes });
}

function isKnown(name: string): name is keyof typeof DECODERS {
  return Object.hasOwn(DECODERS, name);
}
