import type { IncomingMessage } from 'node:http';

/** What the front gateway lets through. */
const LONGEST_BODY = 12 * 2 ** 20;

/** @returns `tooLarge` as soon as that is clear, what follows is thrown away; `lost` when the client went away */
export function readBody(request: IncomingMessage): Promise<Buffer | 'tooLarge' | 'lost'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(request.headers['content-length'] ?? 0) > LONGEST_BODY) return giveUp();
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > LONGEST_BODY) giveUp();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('lost'));
    request.on('close', () => resolve('lost'));

    function giveUp(): void {
      request.removeAllListeners('data');
      request.on('error', () => undefined);
      request.resume();
      resolve('tooLarge');
    }
  });
}
