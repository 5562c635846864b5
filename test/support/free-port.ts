import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that the system hands out by itself; each worker of the tests has its own. */
const PORTS = 1_000;
const FIRST = 10_000 + PORTS * Number(process.env['JEST_WORKER_ID'] ?? 0);

let next = Math.floor(Math.random() * PORTS);

/** A port of this machine that nobody listens on, and that nobody is given who asks for any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (next++ % PORTS);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await Promise.race([once(server, 'listening'), once(server, 'error')]).then(
      () => server.listening,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
