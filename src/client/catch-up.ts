import type { Clock, Timer } from './clock.js';

/** Who is still being told what it missed while the connection was lost. */
export interface CatchUp {
  readonly over: boolean;
  /** How many different events have come that were missed. */
  readonly missed: number;
  /** All of these have missed something. `at`: changes from then on are no longer missed ones. */
  begin(readers: Iterable<object>, at: number): void;
  /** An event of the reader, by its cursor, and when it happened. */
  heard(reader: object, cursor: unknown, at: number): void;
  /** Until `settle`. */
  hold(reader: object): void;
  settle(reader: object): void;
  stop(): void;
}

/** The gateway sends what was missed without a pause: behind one there is nothing left. */
const SILENCE_MS = 1_000;

export function createCatchUp(clock: Clock, whenOver: () => void): CatchUp {
  const behind = new Map<object, Timer | null>();
  /** One event may come to several readers. */
  const missed = new Set<unknown>();
  let until = 0;
  const settle = (reader: object): void => {
    behind.get(reader)?.cancel();
    if (!behind.delete(reader) || behind.size > 0) return;
    missed.clear();
    whenOver();
  };
  const wait = (reader: object): void => {
    behind.get(reader)?.cancel();
    behind.set(
      reader,
      clock.setTimer(SILENCE_MS, () => settle(reader)),
    );
  };
  return {
    get over() {
      return behind.size === 0;
    },
    get missed() {
      return missed.size;
    },
    begin(readers, at) {
      until = at;
      missed.clear();
      for (const reader of readers) wait(reader);
    },
    heard(reader, cursor, at) {
      if (!behind.has(reader)) return;
      if (at >= until) return settle(reader);
      missed.add(cursor);
      wait(reader);
    },
    hold: (reader) => void behind.set(reader, null),
    settle,
    stop() {
      for (const timer of behind.values()) timer?.cancel();
      behind.clear();
      missed.clear();
    },
  };
}
