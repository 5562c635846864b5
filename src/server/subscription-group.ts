import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Metrics } from '../base/metrics.js';
import { noTracer, type Tracer } from '../base/tracer.js';
import type { StreamEvent } from '../delivery/delivery.js';
import type { PreparedOperation } from '../graphql/operation.js';
import type { Framed } from './next-frame.js';

export interface GroupPort {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'eventAge' | 'subscriptionGroups'>;
  readonly tracer?: Tracer | undefined;
}

/** An event as subscribers of one group are sent it: executed and serialised once, however many they are; `json` is undefined until then. */
export interface Rendered extends Framed {
  readonly event: StreamEvent;
  /** Calls `waiter.flush` once `json` is there. */
  tell(waiter: { flush(): void }): void;
}

/** Ages beyond this are those of events that a client comes back for, not of news. */
const OLDEST_NEWS_MS = 60_000;

export class SubscriptionGroup {
  members = 0;
  /** Equal readers that are caught up are given one and the same event object. */
  readonly #rendered = new WeakMap<StreamEvent, Rendered>();

  constructor(
    readonly key: string,
    private readonly prepared: PreparedOperation,
    private readonly port: GroupPort,
  ) {}

  render(event: StreamEvent): Rendered {
    let rendered = this.#rendered.get(event);
    if (!rendered) {
      rendered = this.#start(event);
      this.#rendered.set(event, rendered);
    }
    return rendered;
  }

  #start(event: StreamEvent): Rendered {
    const waiters: { flush(): void }[] = [];
    const rendered = {
      event,
      json: undefined as string | undefined,
      made: undefined,
      tell: (waiter: { flush(): void }) => void waiters.push(waiter),
    };
    void this.#toJson(event).then((json) => {
      rendered.json = json;
      const { tracer = noTracer } = this.port;
      tracer.step('send', { attributes: { 'taskgate.subscriptions': waiters.length } }, () => {
        for (const waiter of waiters.splice(0)) waiter.flush();
      });
      this.#observeAge(event);
    });
    return rendered;
  }

  async #toJson(event: StreamEvent): Promise<string> {
    try {
      return JSON.stringify(await this.prepared.render(event));
    } catch (error) {
      this.port.logger.error({ err: error }, 'An event could not be rendered');
      return '{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}';
    }
  }

  /** Once for all who are sent it: the last of them has been handed it by now. */
  #observeAge(event: StreamEvent): void {
    if (!('type' in event) || event.type === 'SNAPSHOT' || event.type === 'RESET') return;
    const age = this.port.clock.now() - event.at;
    if (age >= 0 && age <= OLDEST_NEWS_MS) this.port.metrics.eventAge.observe(age / 1000);
  }
}

export class SubscriptionGroups {
  readonly #groups = new Map<string, SubscriptionGroup>();

  constructor(private readonly port: GroupPort) {}

  get size(): number {
    return this.#groups.size;
  }

  join(prepared: PreparedOperation): SubscriptionGroup {
    let group = this.#groups.get(prepared.groupKey);
    if (!group) {
      group = new SubscriptionGroup(prepared.groupKey, prepared, this.port);
      this.#groups.set(group.key, group);
      this.port.metrics.subscriptionGroups.inc();
    }
    group.members++;
    return group;
  }

  leave(group: SubscriptionGroup): void {
    if (--group.members > 0) return;
    this.#groups.delete(group.key);
    this.port.metrics.subscriptionGroups.dec();
  }
}
