import type { Redis } from 'ioredis';
import type { Clock } from '../base/clock.js';

/** A line of evenly spaced slots; what nobody took is gone. */
export interface Slots {
  /**
   * Takes the next free slot if it is no further than `patienceMs` away; the one behind it is `spacingMs` later.
   *
   * @returns how far away the slot is, and whether it was taken
   */
  ask(spacingMs: number, patienceMs: number): Promise<Slot>;
}

export interface Slot {
  readonly taken: boolean;
  readonly waitMs: number;
}

/** A slot so much further ahead than anybody waits was left by a clock that was set back. */
const FURTHEST_MS = 120_000;
/** Timers and networks are late by a few milliseconds; where slots are close, that may be made up for. */
const CATCH_UP_BELOW_MS = 20;

const catchUpMs = (spacingMs: number): number => (spacingMs < CATCH_UP_BELOW_MS ? CATCH_UP_BELOW_MS : 0);

/** In this process, while the shared ones cannot be reached. */
export interface LocalSlots extends Slots {
  /** A slot was taken elsewhere, for now or for later. */
  note(spacingMs: number, waitMs: number): void;
}

export function createLocalSlots(clock: Clock): LocalSlots {
  let freeAt = -Infinity;
  return {
    ask(spacingMs, patienceMs) {
      const now = clock.now();
      const free = freeAt - now > FURTHEST_MS + spacingMs ? now : Math.max(freeAt, now - catchUpMs(spacingMs));
      const waitMs = Math.max(free - now, 0);
      const taken = waitMs <= patienceMs;
      if (taken) freeAt = free + spacingMs;
      return Promise.resolve({ taken, waitMs });
    },
    note(spacingMs, waitMs) {
      freeAt = Math.max(freeAt, clock.now() + waitMs + spacingMs);
    },
  };
}

/** By the clock of Redis, in microseconds, so that no replica's own clock matters. */
const TAKE_SLOT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local spacing, patience, catch_up, furthest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if free - now > furthest + spacing then free = now end
free = math.max(free, now - catch_up)
local wait = math.max(free - now, 0)
if wait > patience then return {0, string.format('%.0f', wait)} end
redis.call('SET', KEYS[1], string.format('%.0f', free + spacing), 'PX', math.ceil((wait + spacing + furthest) / 1000))
return {1, string.format('%.0f', wait)}
`;

/** Shared by every process that names the same key. Rejects when Redis does not answer. */
export function createRedisSlots(redis: Redis, key: string): Slots {
  const micros = (ms: number): string => String(Math.round(ms * 1000));
  return {
    async ask(spacingMs, patienceMs) {
      const limits = [spacingMs, patienceMs, catchUpMs(spacingMs), FURTHEST_MS].map(micros);
      const answer: unknown = await redis.eval(TAKE_SLOT, 1, key, ...limits);
      const [taken, wait] = Array.isArray(answer) ? (answer as readonly unknown[]) : [];
      const waitMs = Number(wait) / 1000;
      if (!Number.isFinite(waitMs)) throw new Error('Redis answered with no time to wait');
      return { taken: Number(taken) === 1, waitMs };
    },
  };
}
