import { connect, type Socket } from 'node:net';

/**
 * Asks as fast as it is answered, over so many connections. Raw sockets: the generator must cost little beside what it
 * measures, and much less than any HTTP client of Node does.
 */
export interface LoadOptions {
  readonly url: string;
  readonly connections: number;
  /** The bodies to be sent, over and over; each connection goes on with the next one. */
  readonly bodies: readonly Buffer[];
  readonly path?: string;
  readonly headers?: readonly string[];
}

export interface Load {
  /** Runs for so long, and says how many answers came. */
  run(ms: number): Promise<{ readonly requests: number }>;
  close(): void;
}

export function openLoad({ url, connections, bodies, path = '/graphql', headers = [] }: LoadOptions): Load {
  const { hostname, port } = new URL(url);
  const requests = bodies.map((body) => requestOf(`${hostname}:${port}`, path, headers, body));
  let next = 0;
  let answered = 0;
  let failure: Error | undefined;
  let until = 0;
  let idle: (() => void) | undefined;
  let busy = 0;

  const fail = (error: Error): void => {
    failure ??= error;
    idle?.();
  };
  const ask = (lane: Lane): void => {
    if (failure ?? performance.now() >= until) {
      busy--;
      if (busy === 0) idle?.();
      return;
    }
    const request = requests[next]!;
    next = (next + 1) % requests.length;
    lane.send(request);
  };
  const lanes = Array.from({ length: connections }, () => {
    const lane: Lane = new Lane({ host: hostname, port: Number(port) }, fail, () => {
      answered++;
      ask(lane);
    });
    return lane;
  });
  return {
    async run(ms) {
      // A server may close what was idle while it was another one's turn.
      await Promise.all(lanes.map((lane) => lane.connect()));
      answered = 0;
      busy = lanes.length;
      until = performance.now() + ms;
      const over = new Promise<void>((resolve) => (idle = resolve));
      for (const lane of lanes) ask(lane);
      const awake = stayAwake();
      await over;
      awake.end();
      if (failure) throw failure;
      return { requests: answered };
    },
    close() {
      for (const lane of lanes) lane.close();
    },
  };
}

/**
 * Whoever writes to a sleeping core has to wake it, which may cost more than the answer; a system that is fast enough to keep
 * the generator busy would be spared that, and a slower one would not.
 */
function stayAwake(): { end(): void } {
  let immediate: NodeJS.Immediate;
  const turn = (): void => void (immediate = setImmediate(turn));
  turn();
  return { end: () => clearImmediate(immediate) };
}

function requestOf(host: string, path: string, headers: readonly string[], body: Buffer): Buffer {
  const lines = [`POST ${path} HTTP/1.1`, `host: ${host}`, 'content-type: application/json', ...headers];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`), body]);
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const ERRORS = Buffer.from('"errors":');

/** One connection with one request under way. */
class Lane {
  #socket: Socket | undefined;
  #received: Buffer | undefined;
  #waiting = false;

  constructor(
    private readonly to: { readonly host: string; readonly port: number },
    private readonly fail: (error: Error) => void,
    private readonly answered: () => void,
  ) {}

  async connect(): Promise<void> {
    if (this.#socket) return;
    const socket = connect(this.to);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#lost(error));
    socket.on('close', () => this.#lost(new Error('The server closed a connection')));
    this.#socket = socket;
  }

  send(request: Buffer): void {
    this.#waiting = true;
    this.#socket?.write(request);
  }

  close(): void {
    this.#waiting = false;
    this.#socket?.destroy();
  }

  #lost(error: Error): void {
    this.#socket = undefined;
    if (this.#waiting) this.fail(error);
  }

  #take(data: Buffer): void {
    const received = this.#received ? Buffer.concat([this.#received, data]) : data;
    const length = answerLength(received);
    if (length === undefined || received.length < length) {
      this.#received = received;
      return;
    }
    this.#received = undefined;
    this.#waiting = false;
    const status = received.toString('latin1', 9, 12);
    if (status !== '200' || received.includes(ERRORS)) {
      this.fail(new Error(`An answer that is none: ${received.toString('utf8').slice(0, 1000)}`));
      return;
    }
    this.answered();
  }
}

/** How long the answer is that begins here; undefined as long as that cannot be told. */
function answerLength(received: Buffer): number | undefined {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const bodyAt = headEnd + HEAD_END.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return bodyAt + Number(length);
  const last = received.indexOf(LAST_CHUNK, bodyAt);
  return last < 0 ? undefined : last + LAST_CHUNK.length;
}
