/** FIN and opcode 1: a text that is whole. */
const WHOLE_TEXT = 0x81;

/**
 * The `next` messages of graphql-transport-ws as the WebSocket frames that carry them, unmasked, as a server sends them
 * (RFC 6455, 5.2). One event goes to many sockets, one after the other: its payload is encoded once, and where the ids of
 * the subscriptions are equal, too, all of them are sent the same bytes.
 */
export class NextFrames {
  #json: string | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #tag = '';
  #frame: Buffer = Buffer.alloc(0);

  /** @param tag the id of the subscription, as JSON */
  of(tag: string, json: string): Buffer {
    if (json !== this.#json) {
      this.#json = json;
      this.#tail = Buffer.from(`,"type":"next","payload":${json}}`);
    } else if (tag === this.#tag) {
      return this.#frame;
    }
    this.#tag = tag;
    return (this.#frame = frameOf(`{"id":${tag}`, this.#tail));
  }
}

function frameOf(head: string, tail: Buffer): Buffer {
  const headLength = Buffer.byteLength(head);
  const length = headLength + tail.length;
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = WHOLE_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.write(head, start);
  tail.copy(frame, start + headLength);
  return frame;
}
