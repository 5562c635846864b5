import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Exchange {
  readonly request: SeenRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** How many requests came before this one. */
  readonly index: number;
}

export type Script = (exchange: Exchange) => unknown;

/** An upstream on loopback that does what its script says with every request, and remembers them all. */
export interface ScriptedServer {
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  script: Script;
  /** Opens it again after `close`. */
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

export async function startServer(script: Script): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks) };
      requests.push(request);
      response.on('error', () => undefined);
      running.script({ request, response, socket: incoming.socket, index: requests.length - 1 });
    });
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const running: ScriptedServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script,
    listen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return running;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Each request is answered by the next script, and the last one answers all that follow. */
export function inTurn(...scripts: readonly Script[]): Script {
  return (exchange) => scripts[Math.min(exchange.index, scripts.length - 1)]?.(exchange);
}

/** Bytes as they are, without HTTP's help; then the connection ends, unless it is to stay open. */
export function rawBytes(text: string, then: 'end' | 'reset' | 'stay' = 'end'): Script {
  return ({ socket }) => {
    socket.on('error', () => undefined);
    socket.write(text, () => {
      if (then === 'end') socket.end();
      if (then === 'reset') socket.resetAndDestroy();
    });
  };
}
