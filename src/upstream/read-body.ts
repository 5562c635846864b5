import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A body that is too large, or in an encoding that was not asked for. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/**
 * Reads a body to its end and undoes its encoding; `identity` was asked for, but proxies compress all the same.
 *
 * @param limitBytes counted after decompression, so that a small bomb stays small
 * @throws UnreadableBody, or what the stream fails with; the stream is destroyed
 */
export async function readBody(body: Readable, encoding: string | undefined, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  async function collect(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of source) {
      length += chunk.length;
      if (length > limitBytes) throw new UnreadableBody(`more than ${limitBytes} bytes`);
      chunks.push(chunk);
    }
  }
  const decoder = decoderOf(encoding);
  if (decoder) await pipeline(body, decoder, collect);
  else await collect(body);
  return Buffer.concat(chunks, length);
}

function decoderOf(encoding: string | undefined): Transform | undefined {
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
