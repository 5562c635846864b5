import type { ExecutionResult } from 'graphql';
import { ForwardedOperation } from './forwarded-operation.js';
import type { Caller, OperationParams, Operations, PreparedOperation } from './operation.js';
import type { Principal } from './principal.js';

/** Params that several requests have in common, with the queries that were prepared of them. */
export class SharedParams implements OperationParams {
  readonly query: unknown;
  readonly operationName: unknown;
  readonly variables: unknown;
  readonly extensions: unknown;
  readonly prepared: { readonly principal: Principal; readonly query: PreparedOperation }[] = [];

  constructor({ query, operationName, variables, extensions }: OperationParams) {
    this.query = query;
    this.operationName = operationName;
    this.variables = variables;
    this.extensions = extensions;
  }
}

/**
 * Queries of the same `SharedParams` and the same principal are prepared once and executed once. Whoever shares params has
 * come before any of them was prepared: so nobody is given an answer that was begun before he asked.
 */
export function shareQueries(operations: Operations): Operations {
  return {
    prepare(params, principal) {
      if (!(params instanceof SharedParams)) return operations.prepare(params, principal);
      const known = params.prepared.find((each) => each.principal === principal);
      if (known) return known.query;
      const prepared = operations.prepare(params, principal);
      if (prepared.type !== 'query') return prepared;
      const query = new SharedQuery(prepared);
      params.prepared.push({ principal, query });
      return query;
    },
  };
}

class SharedQuery extends ForwardedOperation {
  #callers = new Callers();
  #result: Promise<ExecutionResult> | undefined;

  override execute(caller: Caller): Promise<ExecutionResult> {
    // What was given up by all who asked before is no answer for who asks now.
    if (this.#callers.gone) [this.#callers, this.#result] = [new Callers(), undefined];
    this.#callers.join(caller);
    return (this.#result ??= this.inner.execute(this.#callers));
  }
}

/** All who wait for one answer; gone when every one of them is. */
class Callers implements Caller {
  readonly #callers: Caller[] = [];
  #gone: AbortController | undefined;

  get gone(): boolean {
    return this.#gone?.signal.aborted ?? false;
  }

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
