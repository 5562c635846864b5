import type { LogEntry, LogPoint } from '../store/store.js';
import type { TaskEvent } from './delivery.js';

/** One entry of the log on its way: made once by whoever read it, shared by every reader that it concerns. */
export interface LogEvent {
  readonly point: LogPoint;
  readonly event: TaskEvent;
  /** What the event takes of a queue: the bytes of its JSON, roughly. Measured when first asked for. */
  size(): number;
}

export function createLogEvent(entry: LogEntry, cursor: string): LogEvent {
  const { type, task, transition, at } = entry;
  return wrap(entry.point, {
    type,
    cursor,
    task,
    transition,
    previousStatus: transition?.from ?? null,
    at,
    resetReason: null,
  });
}

export function wrap(point: LogPoint, event: TaskEvent): LogEvent {
  let size = -1;
  return {
    point,
    event,
    size: () => (size < 0 ? (size = JSON.stringify(event).length) : size),
  };
}
