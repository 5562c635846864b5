import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { closeRedis, connectRedis } from '../base/redis.js';
import { createMemoryPubSub } from './memory.js';
import type { PubSub } from './pubsub.js';

export interface RedisPubSubOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'busLatency'>;
}

const PREFIX = 'taskgate:hint:';
/** Hints on one topic within so short a time are one hint to the other replicas. */
const SPACING_MS = 5;
/** Tells a connection that is only silent from one that is dead. */
const PING_MS = 5_000;

interface Sending {
  again: boolean;
  timer?: Timer;
}

/**
 * Hints between replicas, on one channel per topic. Listeners of the publishing process are told directly, so that they
 * need no Redis; after Redis was away, every listener gets one hint for whatever it missed.
 */
export function createRedisPubSub({ url, clock, logger, metrics }: RedisPubSubOptions): PubSub {
  const self = randomUUID();
  const publisher = connectRedis({ url, logger });
  const subscriber = connectRedis({ url, logger: logger.child({}, { level: 'silent' }) });
  const local = createMemoryPubSub();
  const channels = new Map<string, { listeners: number; subscribed: Promise<unknown> }>();
  const sending = new Map<string, Sending>();
  /** By channel: called when the own hint has come back, which takes it as long as to another replica. */
  const timed = new Map<string, () => void>();
  let subscribed = false;
  let closed = false;
  let pings: Timer | undefined;

  subscriber.on('ready', () => void resubscribe());
  subscriber.on('close', () => {
    subscribed = false;
    timed.clear();
  });
  subscriber.on('message', (channel: string, sender: string) => {
    if (sender !== self) return local.publish(channel);
    timed.get(channel)?.();
    timed.delete(channel);
  });
  ping();

  async function resubscribe(): Promise<void> {
    const all = [...channels.keys()];
    try {
      if (all.length > 0) await subscriber.subscribe(...all);
    } catch (error) {
      logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'No hints from other replicas');
      return;
    }
    subscribed = subscriber.status === 'ready';
    for (const channel of all) local.publish(channel);
  }

  function ping(): void {
    if (subscriber.status === 'ready') subscriber.ping().catch(() => undefined);
    pings = clock.setTimer(PING_MS, ping);
  }

  /** One hint of a topic is on its way at a time; any number that come meanwhile are one more. */
  function send(channel: string): void {
    const underWay = sending.get(channel);
    if (underWay) {
      underWay.again = true;
      return;
    }
    if (publisher.status !== 'ready') return;
    const state: Sending = { again: false };
    sending.set(channel, state);
    const sent = (): void => {
      if (closed) return;
      state.timer = clock.setTimer(SPACING_MS, () => {
        sending.delete(channel);
        if (state.again) send(channel);
      });
    };
    if (subscribed && channels.has(channel)) timed.set(channel, metrics.busLatency.startTimer());
    publisher.publish(channel, self).then(sent, sent);
  }

  function hold(channel: string): Promise<unknown> {
    // What fails now is made up for when the connection is ready again.
    const entry = channels.get(channel) ?? {
      listeners: 0,
      subscribed: subscriber.subscribe(channel).catch(() => undefined),
    };
    entry.listeners++;
    channels.set(channel, entry);
    return entry.subscribed;
  }

  async function release(channel: string): Promise<void> {
    const entry = channels.get(channel);
    if (!entry || --entry.listeners > 0) return;
    channels.delete(channel);
    timed.delete(channel);
    await subscriber.unsubscribe(channel).catch(() => undefined);
  }

  return {
    publish(topic) {
      if (closed) return;
      const channel = channelOf(topic);
      local.publish(channel);
      send(channel);
    },
    async subscribe(topic, listener) {
      const channel = channelOf(topic);
      const releaseLocal = await local.subscribe(channel, listener);
      if (!closed) await hold(channel);
      let released = closed;
      return async () => {
        await releaseLocal();
        if (released) return;
        released = true;
        if (!closed) await release(channel);
      };
    },
    connected: () => !closed && subscribed && subscriber.status === 'ready' && publisher.status === 'ready',
    async close() {
      if (closed) return;
      closed = true;
      pings?.cancel();
      for (const { timer } of sending.values()) timer?.cancel();
      sending.clear();
      channels.clear();
      await local.close();
      await Promise.all([closeRedis(publisher), closeRedis(subscriber)]);
    },
  };
}

/** Any text, half surrogates included, has a channel of its own. */
function channelOf(topic: string): string {
  return PREFIX + JSON.stringify(topic);
}
