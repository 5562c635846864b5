import type { EventStream, OpenStream, StreamEvent } from './delivery.js';

/** Takes a stream one event at a time, each when it is asked for. */
export function iterateStream(stream: Pick<EventStream, 'open'>): AsyncIterator<StreamEvent, undefined> {
  let source: OpenStream | undefined;
  let arrived: StreamEvent[] = [];
  let ended: { readonly error?: Error } | undefined;
  let tell: () => void = () => undefined;

  function start(): OpenStream {
    return stream.open({
      next(event) {
        arrived.push(event);
        tell();
        return false;
      },
      complete() {
        ended ??= {};
        tell();
      },
      fail(error) {
        ended ??= { error };
        tell();
      },
    });
  }

  async function next(): Promise<IteratorResult<StreamEvent, undefined>> {
    for (;;) {
      const value = arrived.shift();
      if (value) return { done: false, value };
      if (ended) return end();
      const arrival = new Promise<void>((resolve) => (tell = resolve));
      if (source) source.resume();
      else source = start();
      await arrival;
    }
  }

  function end(): IteratorResult<StreamEvent, undefined> {
    const error = ended?.error;
    ended = {};
    if (error) throw error;
    return { done: true, value: undefined };
  }

  let turn: Promise<unknown> = Promise.resolve();
  return {
    next() {
      const result = turn.then(next, next);
      turn = result;
      return result;
    },
    return() {
      arrived = [];
      ended ??= {};
      source?.close();
      tell();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
