import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * The upstream, written so that it costs next to nothing: one canned answer per request, counted. In the process that
 * makes the load, so that its part is known with it.
 */
export interface Upstream {
  readonly url: string;
  /** Requests answered so far. */
  readonly calls: number;
  close(): Promise<void>;
}

/** @returns the JSON of the answer to a path; undefined is a 404 */
export type Answer = (path: string, query: string) => string | undefined;

export async function startUpstream(answer: Answer): Promise<Upstream> {
  let calls = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.unref();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let left = '';
    socket.on('data', (data) => {
      left += data.toString('latin1');
      for (let end = left.indexOf('\r\n\r\n'); end >= 0; end = left.indexOf('\r\n\r\n')) {
        const head = left.slice(0, end);
        left = left.slice(end + 4);
        calls++;
        const closes = /\r\nconnection: close/i.test(head);
        socket.write(answerTo(head, answer, closes));
        if (closes) socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A scenario that failed must not keep the bench from its end.
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    close: () => close(server, sockets),
  };
}

function answerTo(head: string, answer: Answer, closes: boolean): string {
  const [path = '', query = ''] = (head.split(' ', 2)[1] ?? '').split('?');
  const body = answer(path, query);
  const text = body ?? '{"error_code":"SFS.TURBO.0019","error_msg":"no such job"}';
  const status = body === undefined ? '404 Not Found' : '200 OK';
  const connection = closes ? 'close' : 'keep-alive';
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nconnection: ${connection}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
