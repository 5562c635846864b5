import { Kind, type DocumentNode, type ExecutionResult } from 'graphql';
import type { Metrics } from '../base/metrics.js';
import type { SpanStart, Tracer } from '../base/tracer.js';
import type { EventStream, StreamEvent } from '../delivery/delivery.js';
import type { Answer } from '../graphql/format-error.js';
import { ForwardedOperation } from '../graphql/forwarded-operation.js';
import type { Caller, Operations, PreparedOperation } from '../graphql/operation.js';
import { ErrorCode } from '../task/errors.js';
import type { OperationNames } from './operation-names.js';

export interface Observing {
  readonly metrics: Pick<Metrics, 'requests' | 'requestSeconds' | 'internalErrors'>;
  readonly names: OperationNames;
  readonly tracer: Tracer;
}

/** The label of what was refused before it had a name that one may believe. */
export const NO_OPERATION = 'none';

/** Counts, times and traces what goes through `operations`, whatever carries it. */
export function observeOperations(operations: Operations, transport: string, observing: Observing): Operations {
  return {
    prepare(params, principal) {
      const end = observing.metrics.requestSeconds.startTimer();
      const prepared = operations.prepare(params, principal);
      if (prepared.type !== 'rejected') return new ObservedOperation(prepared, transport, observing, end);
      const code = codeOf(prepared.result);
      observing.metrics.requests.inc({ transport, operation: NO_OPERATION, code });
      if (code === ErrorCode.INTERNAL_SERVER_ERROR) observing.metrics.internalErrors.inc();
      return prepared;
    },
  };
}

class ObservedOperation extends ForwardedOperation {
  constructor(
    inner: PreparedOperation,
    private readonly transport: string,
    private readonly observing: Observing,
    private readonly end: (labels: { operation: string }) => void,
  ) {
    super(inner);
  }

  override async execute(caller: Caller): Promise<ExecutionResult> {
    const result = await this.#traced('server', () => this.inner.execute(caller));
    this.end({ operation: this.#count(result) });
    return result;
  }

  override async subscribe(): Promise<EventStream | ExecutionResult> {
    const opened = await this.#traced('server', () => this.inner.subscribe());
    this.#count('open' in opened ? {} : opened);
    return opened;
  }

  override render(event: StreamEvent): Promise<ExecutionResult> {
    const { tracer, metrics } = this.observing;
    return tracer.step('render', this.#about(), async (span) => {
      const result = await this.inner.render(event);
      if (result.errors) {
        span.fail(codeOf(result));
        if (codeOf(result) === ErrorCode.INTERNAL_SERVER_ERROR) metrics.internalErrors.inc();
      }
      return result;
    });
  }

  /** @returns the label of the operation */
  #count(result: Answer): string {
    const { metrics, names } = this.observing;
    const operation = names.labelOf(nameOf(this.inner));
    const code = codeOf(result);
    metrics.requests.inc({ transport: this.transport, operation, code });
    if (code === ErrorCode.INTERNAL_SERVER_ERROR) metrics.internalErrors.inc();
    return operation;
  }

  #traced<T extends ExecutionResult | EventStream>(kind: 'server', work: () => Promise<T>): Promise<T> {
    const { tracer } = this.observing;
    if (!tracer.enabled) return work();
    const name = nameOf(this.inner);
    const about = { ...this.#about(), kind };
    return tracer.trace(name === undefined ? this.inner.type : `${this.inner.type} ${name}`, about, async (span) => {
      const result = await work();
      if (!('open' in result) && result.errors) {
        span.fail(codeOf(result));
        const correlationId = result.errors[0]?.extensions['correlationId'];
        if (typeof correlationId === 'string') span.set({ 'taskgate.correlation_id': correlationId });
      }
      return result;
    });
  }

  #about(): SpanStart {
    if (!this.observing.tracer.enabled) return NOTHING;
    const name = nameOf(this.inner);
    return {
      attributes: {
        'graphql.operation.type': this.inner.type,
        'taskgate.transport': this.transport,
        ...(name !== undefined && { 'graphql.operation.name': name }),
      },
    };
  }
}

const NOTHING: SpanStart = {};
const names = new WeakMap<DocumentNode, string | null>();

/** The name that was asked for, or that the only operation of the document has. */
function nameOf({ operationName, document }: PreparedOperation): string | undefined {
  if (operationName !== undefined) return operationName;
  let name = names.get(document);
  if (name === undefined) {
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    name = (operation?.kind === Kind.OPERATION_DEFINITION && operation.name?.value) || null;
    names.set(document, name);
  }
  return name ?? undefined;
}

/** The code of the first error; `ok` without one. */
export function codeOf({ errors }: Answer): string {
  if (!errors?.[0]) return 'ok';
  const code = errors[0].extensions?.['code'];
  return typeof code === 'string' ? code : ErrorCode.INTERNAL_SERVER_ERROR;
}
