/**
 * Who hears that there is news. Only a hint: it carries no state, may be lost, doubled or late, and nothing that
 * matters may depend on it. What happened is in the store's log.
 */
export interface PubSub {
  /**
   * Tells the subscribers of `topic`: those of this process before it returns, those of others some time later. Never
   * throws: a lost hint is made up by the log.
   */
  publish(topic: string): void;
  /**
   * Calls `listener` for each hint from the moment the promise resolves on, which it does without a connection, too, and
   * never rejects. Hints that are missed while disconnected are one hint once it is there again.
   */
  subscribe(topic: string, listener: () => void): Promise<Unsubscribe>;
  /** Whether hints travel at present; without them the log is read every few seconds. */
  connected(): boolean;
  close(): Promise<void>;
}

export type Unsubscribe = () => Promise<void>;
