import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Tracer } from '../base/tracer.js';
import type { Delivery } from '../delivery/delivery.js';
import type { SourceConnection, SourceDefinition } from '../sources/source.js';
import type { TaskStore } from '../store/store.js';
import type { Watch } from '../watch/watch.js';

/** What the operations of one process stand on. */
export interface Gateway {
  readonly definitions: readonly SourceDefinition[];
  readonly store: TaskStore;
  readonly watch: Watch;
  readonly delivery: Delivery;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer?: Tracer;
}

/** The configured accounts, and what reaches the upstreams in their name. May change with a reload. */
export interface Connections {
  accounts(): readonly string[];
  /** Undefined when the account, or this service of it, is not configured. */
  find(account: string, service: string): SourceConnection | undefined;
}
