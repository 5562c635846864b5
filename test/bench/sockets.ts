import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** What arrives at one subscriber. */
export type Receive = (payload: string, subscriber: number) => void;

/**
 * Subscribers of `graphql-transport-ws`, one socket each and one subscription on each. Raw sockets: five thousand clients
 * of a library would cost more than what they measure.
 */
export interface Crowd {
  readonly size: number;
  /** Sockets that the server has closed. */
  readonly lost: number;
  close(): void;
}

export interface CrowdOptions {
  readonly url: string;
  readonly size: number;
  /** The payload of each one's `subscribe`; undefined: nothing is said, frames are all that is waited for. */
  readonly subscribe?: (subscriber: number) => { readonly query: string; readonly variables?: object };
  /** Called with the whole text of each message that is a `next`. */
  readonly receive: Receive;
}

/** Connections that are opened at the same time. */
const OPENING = 50;

export async function openCrowd({ url, size, subscribe, receive }: CrowdOptions): Promise<Crowd> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  let closed = false;
  let lost = 0;
  const open = async (subscriber: number): Promise<void> => {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    const frames = new Frames();
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => {
        if (!closed) lost++;
      });
      socket.once('connect', () => socket.write(handshake(`${hostname}:${port}`)));
      socket.on('data', (data) => {
        for (const message of frames.take(data)) {
          if (message === PING) socket.write(PONG);
          else if (message === UPGRADED) {
            if (!subscribe) return resolve();
            socket.write(frame('{"type":"connection_init"}'));
          } else if (message.startsWith('{"type":"connection_ack"') && subscribe) {
            // An id of its own, as every client makes one.
            const id = randomUUID();
            socket.write(frame(JSON.stringify({ id, type: 'subscribe', payload: subscribe(subscriber) })));
            resolve();
          } else if (message.includes('"type":"next"')) receive(message, subscriber);
          else if (message.includes('"type":"error"')) reject(new Error(message));
          else if (message.startsWith('{"type":"ping"')) socket.write(frame('{"type":"pong"}'));
        }
      });
    });
  };
  const waiting = Array.from({ length: size }, (_, subscriber) => subscriber).values();
  const work = async (): Promise<void> => {
    for (const subscriber of waiting) await open(subscriber);
  };
  try {
    await Promise.all(Array.from({ length: OPENING }, work));
  } catch (error) {
    for (const socket of sockets) socket.destroy();
    throw error;
  }
  return {
    size,
    get lost() {
      return lost;
    },
    close() {
      closed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

const UPGRADED = '';
const PING = 'ping';
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

function handshake(host: string): string {
  const key = Buffer.from('taskgate-bench-1').toString('base64');
  const lines = ['GET /graphql HTTP/1.1', `host: ${host}`, 'connection: upgrade', 'upgrade: websocket'];
  const more = ['sec-websocket-version: 13', `sec-websocket-key: ${key}`];
  return `${[...lines, ...more, 'sec-websocket-protocol: graphql-transport-ws'].join('\r\n')}\r\n\r\n`;
}

/** A text frame, masked as clients must: with zeros, which change nothing. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** Takes frames apart: texts that are whole, and empty pings. */
class Frames {
  #left: Buffer | undefined;
  #upgraded = false;

  *take(data: Buffer): Iterable<string> {
    let buffer = this.#left ? Buffer.concat([this.#left, data]) : data;
    this.#left = undefined;
    if (!this.#upgraded) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return void (this.#left = buffer);
      const status = buffer.toString('latin1', 9, 12);
      if (status !== '101') throw new Error(`No WebSocket: ${buffer.toString('utf8', 0, 500)}`);
      this.#upgraded = true;
      buffer = buffer.subarray(end + 4);
      yield UPGRADED;
    }
    for (let length = frameLength(buffer); length > 0 && length <= buffer.length; length = frameLength(buffer)) {
      const extended = (buffer[1]! & 0x7f) === 126;
      const kind = buffer[0]! & 0x0f;
      if (kind === 9) yield PING;
      if (kind === 1) yield buffer.toString('utf8', extended ? 4 : 2, length);
      buffer = buffer.subarray(length);
    }
    if (buffer.length > 0) this.#left = buffer;
  }
}

function frameLength(buffer: Buffer): number {
  if (buffer.length < 2) return 0;
  const short = buffer[1]! & 0x7f;
  if (short < 126) return 2 + short;
  if (short === 127) throw new Error('A frame of more than 64 KiB');
  return buffer.length < 4 ? 0 : 4 + buffer.readUInt16BE(2);
}
