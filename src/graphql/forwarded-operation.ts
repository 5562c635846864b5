import type { ExecutionResult } from 'graphql';
import type { EventStream, StreamEvent } from '../delivery/delivery.js';
import type { Caller, PreparedOperation } from './operation.js';

/** An operation that is what another one is; for those that do some of it in a way of their own. */
export class ForwardedOperation implements PreparedOperation {
  constructor(protected readonly inner: PreparedOperation) {}

  get type() {
    return this.inner.type;
  }

  get document() {
    return this.inner.document;
  }

  get text() {
    return this.inner.text;
  }

  get variables() {
    return this.inner.variables;
  }

  get operationName() {
    return this.inner.operationName;
  }

  get cost() {
    return this.inner.cost;
  }

  get groupKey() {
    return this.inner.groupKey;
  }

  execute(caller: Caller): Promise<ExecutionResult> {
    return this.inner.execute(caller);
  }

  subscribe(): Promise<EventStream | ExecutionResult> {
    return this.inner.subscribe();
  }

  render(event: StreamEvent): Promise<ExecutionResult> {
    return this.inner.render(event);
  }
}
