import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Clock, Timer } from '../base/clock.js';
import type { Outgoing } from './broken-reply.js';
import type { FaultEffect } from './faults.js';

const FLOOD_BYTES = 200 * 2 ** 20;

/** Whether this fault leaves the client without a complete status line and headers. */
export function leavesUnanswered(effect: FaultEffect | undefined): boolean {
  return effect?.kind === 'resetBefore' || effect?.kind === 'resetAfter' || effect?.kind === 'hangAfter';
}

/** Sends the reply in the way that the fault asks for; without one, at once and whole. */
export function deliver(
  response: ServerResponse,
  reply: Outgoing,
  effect: FaultEffect | undefined,
  clock: Clock,
): void {
  const { body } = reply;
  switch (effect?.kind) {
    case 'resetBefore':
    case 'resetAfter':
      response.socket?.resetAndDestroy();
      return;
    case 'hangAfter':
      return;
    case 'resetDuring':
      head(response, reply, body.length);
      response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.socket?.destroy());
      return;
    case 'slowHeaders':
      return later(response, clock, effect.delayMs, () => whole(response, reply));
    case 'slowBody':
      head(response, reply, body.length);
      response.flushHeaders();
      return trickle(response, body, effect.overMs, effect.pieces ?? 10, clock);
    case 'endlessBody':
      head(response, reply, undefined);
      response.write('{"endless":"');
      return endless(response, effect.everyMs ?? 100, clock);
    case 'huge':
      head(response, reply, undefined);
      pipeline(flood(effect.bytes ?? FLOOD_BYTES), response, () => undefined);
      return;
    case 'gzipBomb':
      head(response, { ...reply, headers: { ...reply.headers, 'Content-Encoding': 'gzip' } }, undefined);
      pipeline(flood(effect.bytes ?? FLOOD_BYTES), createGzip(), response, () => undefined);
      return;
    default:
      whole(response, reply);
  }
}

function head(response: ServerResponse, { status, headers }: Outgoing, length: number | undefined): void {
  response.writeHead(status, length === undefined ? headers : { ...headers, 'Content-Length': String(length) });
}

function whole(response: ServerResponse, reply: Outgoing): void {
  head(response, reply, reply.body.length);
  response.end(reply.body);
}

/** Does something later, unless the connection is gone by then. */
function later(response: ServerResponse, clock: Clock, delayMs: number, then: () => void): void {
  if (response.destroyed) return;
  const cancel = (): void => timer.cancel();
  const timer: Timer = clock.setTimer(delayMs, () => {
    response.off('close', cancel);
    then();
  });
  response.once('close', cancel);
}

function trickle(response: ServerResponse, body: Buffer, overMs: number, pieces: number, clock: Clock): void {
  const size = Math.max(Math.ceil(body.length / pieces), 1);
  const next = (offset: number): void => {
    later(response, clock, overMs / pieces, () => {
      response.write(body.subarray(offset, offset + size));
      if (offset + size >= body.length) response.end();
      else next(offset + size);
    });
  };
  next(0);
}

function endless(response: ServerResponse, everyMs: number, clock: Clock): void {
  later(response, clock, everyMs, () => {
    response.write('and so on ');
    endless(response, everyMs, clock);
  });
}

/** One JSON object with one very long string in it. */
function flood(bytes: number): Readable {
  const block = Buffer.alloc(64 * 1024, 'a');
  function* pieces(): Generator<Buffer> {
    yield Buffer.from('{"flood":"');
    for (let left = bytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length));
    yield Buffer.from('"}');
  }
  return Readable.from(pieces());
}
