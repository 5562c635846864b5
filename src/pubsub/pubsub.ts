/**
 * Who hears that there is news. Only a hint: it carries no state, may be lost, doubled or late, and nothing that
 * matters may depend on it. What happened is in the store's log.
 */
export interface PubSub {
  /** Tells the subscribers of `topic`, here and on other replicas. Never throws: a lost hint is made up by the log. */
  publish(topic: string): void;
  /**
   * Calls `listener` for each hint from the moment the promise resolves on. Several listeners share one
   * subscription, released with the last of them. A hint missed while disconnected is not made up.
   */
  subscribe(topic: string, listener: () => void): Promise<Unsubscribe>;
  /** Whether hints travel at present; without them the log is read every few seconds. */
  connected(): boolean;
  close(): Promise<void>;
}

export type Unsubscribe = () => Promise<void>;
