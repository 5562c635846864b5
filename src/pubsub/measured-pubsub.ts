import type { Metrics } from '../base/metrics.js';
import type { PubSub } from './pubsub.js';

/**
 * Measures how long a hint takes from its publication until this process hears of it: what is on the way to others is at
 * least as long on the way. Hints that others publish, and those that merge on the way, are not measured.
 */
export function withMeasuredLatency(pubsub: PubSub, metrics: Pick<Metrics, 'busLatency'>): PubSub {
  const underWay = new Map<string, () => void>();

  function arrived(topic: string): void {
    const end = underWay.get(topic);
    underWay.delete(topic);
    end?.();
  }

  return {
    publish(topic) {
      if (!underWay.has(topic)) underWay.set(topic, metrics.busLatency.startTimer());
      pubsub.publish(topic);
    },
    subscribe: (topic, listener) =>
      pubsub.subscribe(topic, () => {
        arrived(topic);
        listener();
      }),
    connected: () => pubsub.connected(),
    close: () => pubsub.close(),
  };
}
