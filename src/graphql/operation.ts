import type { DocumentNode, ExecutionResult } from 'graphql';
import type { EventStream, StreamEvent } from '../delivery/delivery.js';
import type { Principal } from './principal.js';

/**
 * One set of rules for every transport: what is parsed, validated, limited, authorised, executed and masked is so here,
 * and POST, GET, SSE and WebSocket only carry it.
 */
export interface Operations {
  /**
   * Parses and validates a request and holds it against the limits and the rights of the principal. Nothing is
   * executed yet. Errors are already masked and carry `code`, `retryable` and `correlationId`.
   */
  prepare(params: OperationParams, principal: Principal): PreparedOperation | RejectedOperation;
}

/** A request body as the transport found it; `prepare` checks the types of its fields. */
export interface OperationParams {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

export interface RejectedOperation {
  readonly type: 'rejected';
  /** The status for transports that have one. */
  readonly status: number;
  readonly result: ExecutionResult;
}

/** Whoever waits for the answer. */
export interface Caller {
  /** Aborts when the caller is gone. May be made when it is first asked for. */
  readonly signal: AbortSignal;
}

export interface PreparedOperation {
  readonly type: 'query' | 'mutation' | 'subscription';
  /** The document; one object per text, as long as the text is in use. */
  readonly document: DocumentNode;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  /** What it costs by the rules of contract/errors.md: for an event, where it is a subscription. */
  readonly cost: number;
  /**
   * Equal for operations that give equal answers to equal events: same text, operation name, variables and rights.
   * Subscriptions with the same key may share one execution and one serialisation per event.
   */
  readonly groupKey: string;
  /** Queries and mutations. Never rejects. */
  execute(caller: Caller): Promise<ExecutionResult>;
  /** Subscriptions: opens the source of events, or says why not. Never rejects. */
  subscribe(): Promise<EventStream | ExecutionResult>;
  /** What the subscriber is sent for one event. Never rejects. */
  render(event: StreamEvent): Promise<ExecutionResult>;
}
