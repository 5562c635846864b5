import { Redis } from 'ioredis';
import type { Logger } from './logger.js';

export interface RedisOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS. */
  readonly url: string;
  readonly logger: Logger;
}

/** A Redis that says nothing for so long, while something was asked, is as good as away. */
const SILENCE_MS = 2_000;
/** How long a connection that is closed may hold the process. */
const PARTING_MS = 200;
const SHORTEST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 1_000;

/**
 * A connection that is made again whenever it was lost. While it is away commands fail at once: nothing that Redis is used
 * for here is worth a queue. Logs the loss and the return, never the address.
 */
export function connectRedis({ url, logger }: RedisOptions): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENCE_MS,
    disconnectTimeout: PARTING_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (times) => Math.min(SHORTEST_RETRY_MS * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
  });
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) logger.warn({ reason: error.message }, 'Redis is away: hints and shared limits do without it');
    away = true;
  });
  redis.on('ready', () => {
    if (away) logger.info('Redis is back');
    away = false;
  });
  return redis;
}

/** Resolves when the connection is gone, and makes no other. */
export async function closeRedis(redis: Redis): Promise<void> {
  const connected = redis.status !== 'end' && redis.status !== 'reconnecting';
  const ended = connected ? new Promise<void>((resolve) => redis.once('end', resolve)) : undefined;
  redis.disconnect();
  await ended;
}
