/** FIN and opcode 1: a text that is whole. */
const WHOLE_TEXT = 0x81;

interface Made {
  readonly tail: Buffer;
  tag: string;
  frame: Buffer;
}

/** They go with the event, which others let go of once it is old. */
const made = new WeakMap<object, Made>();

/**
 * A `next` message of graphql-transport-ws as the WebSocket frame that carries it, unmasked, as a server sends it
 * (RFC 6455, 5.2). One event goes to many sockets, one after the other: its payload is encoded once, and where the ids of
 * the subscriptions are equal, too, all of them are sent the same bytes.
 *
 * @param tag the id of the subscription, as JSON
 */
export function nextFrame(event: { readonly json: string | undefined }, tag: string): Buffer {
  const known = made.get(event);
  if (known?.tag === tag) return known.frame;
  const tail = known?.tail ?? Buffer.from(`,"type":"next","payload":${event.json ?? 'null'}}`);
  const frame = frameOf(`{"id":${tag}`, tail);
  if (known) {
    known.tag = tag;
    known.frame = frame;
  } else made.set(event, { tail, tag, frame });
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
