import type { PubSub } from './pubsub.js';

interface Subscription {
  readonly listener: () => void;
}

/** Hints within one process. Listeners are called before `publish` returns; one that throws keeps none from its hint. */
export function createMemoryPubSub(): PubSub {
  const topics = new Map<string, Set<Subscription>>();
  let closed = false;

  function release(topic: string, subscription: Subscription): void {
    const subscriptions = topics.get(topic);
    if (subscriptions?.delete(subscription) && subscriptions.size === 0) topics.delete(topic);
  }

  return {
    publish(topic) {
      // A copy: a listener may subscribe or release while it is told.
      for (const { listener } of [...(topics.get(topic) ?? [])]) {
        try {
          listener();
        } catch {
          // What a listener failed to do, it makes up for from the log.
        }
      }
    },
    subscribe(topic, listener) {
      const subscription = { listener };
      if (!closed) {
        const subscriptions = topics.get(topic) ?? new Set();
        topics.set(topic, subscriptions.add(subscription));
      }
      return Promise.resolve(() => {
        release(topic, subscription);
        return Promise.resolve();
      });
    },
    connected: () => !closed,
    close() {
      closed = true;
      topics.clear();
      return Promise.resolve();
    },
  };
}
