import type { ExecutionResult } from 'graphql';
import { ForwardedOperation } from './forwarded-operation.js';
import type { Caller, OperationParams, Operations, PreparedOperation } from './operation.js';
import type { Principal } from './principal.js';

/**
 * Queries that are one and the same `params` object, of the same principal, are prepared once and executed once. Made anew
 * for each group of requests of which none has been answered before the last has come: so nobody is given an answer
 * that was begun before he asked.
 */
export function shareQueries(operations: Operations): Operations {
  const shared = new Map<OperationParams, { readonly principal: Principal; readonly query: PreparedOperation }[]>();
  return {
    prepare(params, principal) {
      const ofParams = shared.get(params);
      const known = ofParams?.find((each) => each.principal === principal);
      if (known) return known.query;
      const prepared = operations.prepare(params, principal);
      if (prepared.type !== 'query') return prepared;
      const query = new SharedQuery(prepared);
      if (ofParams) ofParams.push({ principal, query });
      else shared.set(params, [{ principal, query }]);
      return query;
    },
  };
}

class SharedQuery extends ForwardedOperation {
  readonly #callers = new Callers();
  #result: Promise<ExecutionResult> | undefined;

  override execute(caller: Caller): Promise<ExecutionResult> {
    this.#callers.join(caller);
    return (this.#result ??= this.inner.execute(this.#callers));
  }
}

/** All who wait for one answer; gone when every one of them is. */
class Callers implements Caller {
  readonly #callers: Caller[] = [];
  #gone: AbortController | undefined;

  join(caller: Caller): void {
    this.#callers.push(caller);
    if (this.#gone) this.#watch(caller, this.#gone);
  }

  get signal(): AbortSignal {
    if (!this.#gone) {
      this.#gone = new AbortController();
      for (const caller of this.#callers) this.#watch(caller, this.#gone);
    }
    return this.#gone.signal;
  }

  #watch({ signal }: Caller, gone: AbortController): void {
    const look = (): void => {
      if (this.#callers.every((caller) => caller.signal.aborted)) gone.abort();
    };
    if (signal.aborted) look();
    else signal.addEventListener('abort', look, { once: true });
  }
}
