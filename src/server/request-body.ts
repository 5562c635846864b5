import type { IncomingMessage } from 'node:http';
import { ErrorCode, GatewayError } from '../task/errors.js';

/**
 * Reads a body of at most `limit` bytes, as UTF-8.
 *
 * @throws GatewayError PAYLOAD_TOO_LARGE as soon as the limit is known to be passed; BAD_REQUEST when the client gives up
 * or the bytes are not UTF-8
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = (): GatewayError =>
    new GatewayError(ErrorCode.PAYLOAD_TOO_LARGE, `The body is larger than ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError(ErrorCode.BAD_REQUEST, 'The body cannot be read as UTF-8');
  }
}
