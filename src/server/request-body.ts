import type { IncomingMessage } from 'node:http';
import { decodeUtf8 } from '../base/utf-8.js';
import { ErrorCode, GatewayError } from '../task/errors.js';

/**
 * Reads a body of at most `limit` bytes, as UTF-8.
 *
 * @throws GatewayError PAYLOAD_TOO_LARGE as soon as the limit is known to be passed; BAD_REQUEST when the client gives up
 * or the bytes are not UTF-8
 */
export function readBody(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void =>
      reject(new GatewayError(ErrorCode.PAYLOAD_TOO_LARGE, `The body is larger than ${limit} bytes`));
    if (Number(request.headers['content-length'] ?? 0) > limit) return tooLarge();
    const unreadable = (): void => reject(new GatewayError(ErrorCode.BAD_REQUEST, 'The body cannot be read as UTF-8'));
    const chunks: Buffer[] = [];
    let size = 0;
    // Listeners, and no iterator: that one costs more than all else that is done with a small body.
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      // The rest flows by unread until the refusal is out.
      request.off('data', take);
      tooLarge();
    };
    request.on('data', take);
    request.on('end', () => {
      const [first] = chunks;
      const text = decodeUtf8(first && chunks.length === 1 ? first : Buffer.concat(chunks));
      if (text === undefined) unreadable();
      else resolve(text);
    });
    // The client may have gone while it was found out who it is.
    if (request.destroyed) return unreadable();
    request.on('error', unreadable);
    request.on('close', () => {
      if (!request.complete) unreadable();
    });
  });
}
