import type { Tracer } from '../base/tracer.js';
import type { TaskStore } from './store.js';

/** The store, with a span around each call that belongs to a trace. */
export function withTracing(store: TaskStore, tracer: Tracer): TaskStore {
  if (!tracer.enabled) return store;
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown =>
        tracer.step(`store ${String(name)}`, {}, () => Reflect.apply(member, target, args) as unknown);
    },
  });
}
