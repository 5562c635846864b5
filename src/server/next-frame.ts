/** FIN and opcode 1: a text that is whole. */
const WHOLE_TEXT = 0x81;

/** An event as it is sent, with what was made of it for the socket before. */
export interface Framed {
  readonly json: string | undefined;
  made?: { readonly tail: Buffer; tag: string; frame: Buffer } | undefined;
}

/**
 * A `next` message of graphql-transport-ws as the WebSocket frame that carries it, unmasked, as a server sends it
 * (RFC 6455, 5.2). One event goes to many sockets, one after the other: its payload is encoded once, and where the ids of
 * the subscriptions are equal, too, all of them are sent the same bytes.
 *
 * @param tag the id of the subscription, as JSON
 */
export function nextFrame(event: Framed, tag: string): Buffer {
  const { made } = event;
  if (made?.tag === tag) return made.frame;
  const tail = made?.tail ?? Buffer.from(`,"type":"next","payload":${event.json ?? 'null'}}`);
  const frame = frameOf(`{"id":${tag}`, tail);
  event.made = { tail, tag, frame };
  return frame;
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
