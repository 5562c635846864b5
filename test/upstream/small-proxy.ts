import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Forgets nothing that it was asked, and knows one name: whatever it is asked for, it asks the upstream of the test. */
export class SmallProxy {
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** What it answers a tunnel instead of making it. */
  refusal: number | undefined;
  /** What becomes of a request that it is asked to carry. */
  forward = (request: IncomingMessage, response: ServerResponse): void => {
    response.end(`for ${request.headers.host ?? ''}`);
  };
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((request, response) => {
    this.#note(request);
    this.forward(request, response);
  });

  constructor(private readonly upstreamPort: () => number) {
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('connect', (request: IncomingMessage, socket: Socket) => {
      this.#note(request);
      socket.on('error', () => undefined);
      if (this.refusal !== undefined) {
        socket.end(`HTTP/1.1 ${this.refusal} No\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      const upstream = connect(this.upstreamPort(), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      this.#sockets.add(upstream);
      upstream.on('error', () => undefined);
    });
  }

  async listen(): Promise<string> {
    return `http://bot:s3cr%40t@127.0.0.1:${await listening(this.#server)}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #note({ method, url, headers }: IncomingMessage): void {
    this.asked.push(`${method ?? ''} ${url ?? ''}`);
    this.authorizations.push(headers['proxy-authorization']);
  }
}

/** Listens on a free port. */
export function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
