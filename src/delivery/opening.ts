import type { Clock } from '../base/clock.js';
import type { Metrics } from '../base/metrics.js';
import type { Accounts, LogEntry, LogPoint, TaskStore } from '../store/store.js';
import { BadUserInputError, TaskNotFoundError } from '../task/errors.js';
import type { Task } from '../task/task.js';
import type { TaskId } from '../task/task-id.js';
import { formatCursor, parseCursor, type Cursor } from './cursor.js';
import { ResetReason, type StreamRequest, type TaskEvent } from './delivery.js';
import { wrap, type LogEvent } from './log-event.js';
import type { Opening } from './reader.js';

export type TaskRequest = Extract<StreamRequest, { readonly type: 'task' }>;
export type TasksRequest = Extract<StreamRequest, { readonly type: 'tasks' }>;

export interface OpeningPort {
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'resets'>;
}

const SLICE = 100;
const never = (): boolean => false;
const isRemoval = ({ type }: TaskEvent): boolean => type === 'REMOVED';
const isEnd = ({ type, task }: TaskEvent): boolean => type === 'REMOVED' || task?.done === true;

/**
 * Finds where a subscription begins.
 *
 * @throws BadUserInputError
 * @throws TaskNotFoundError
 */
export async function findOpening(port: OpeningPort, request: TaskRequest | TasksRequest): Promise<Opening> {
  const cursor = request.after === null ? undefined : readCursor(request.after);
  const trouble = cursor && (await findTrouble(port, cursor));
  if (trouble) return openWithReset(port, request, trouble);
  if (request.type === 'task') {
    return cursor && !cursor.snapshotDue ? resumeTask(port, request, cursor.point) : openWithSnapshot(port, request);
  }
  return { first: [], point: cursor?.point ?? (await port.store.head()), endsWithLog: false, isFinal: never };
}

/** How a subscription goes on behind a gap: RESET, then what belongs behind it. */
export async function openWithReset(
  port: OpeningPort,
  request: TaskRequest | TasksRequest,
  reason: ResetReason,
): Promise<Opening> {
  const point = await port.store.head();
  const opening: Opening =
    request.type === 'task'
      ? await openWithSnapshot(port, request)
      : { first: [], point, endsWithLog: false, isFinal: never };
  port.metrics.resets.inc({ reason });
  return { ...opening, first: [resetEvent(port, point, request.type === 'task', reason), ...opening.first] };
}

function readCursor(after: string): Cursor {
  const cursor = parseCursor(after);
  if (!cursor) throw new BadUserInputError('after: not a cursor of a stream');
  return cursor;
}

async function findTrouble({ store }: OpeningPort, cursor: Cursor): Promise<ResetReason | undefined> {
  if (cursor.epoch !== store.epoch) return ResetReason.UNKNOWN_CURSOR;
  const place = await store.locate(cursor.point);
  if (place === 'held') return undefined;
  return place === 'trimmed' ? ResetReason.TRIMMED : ResetReason.UNKNOWN_CURSOR;
}

/**
 * The task and the place in the log that it belongs to. The head is taken first and the log behind it is read last:
 * what changed in between is in that slice, and the snapshot is then the newest state in it.
 */
async function openWithSnapshot(port: OpeningPort, { id, accounts }: TaskRequest): Promise<Opening> {
  const { store } = port;
  let point = await store.head();
  let task: Task | null = (await store.get([id], accounts)).get(id)?.task ?? null;
  for (;;) {
    const slice = await store.readLog({ after: point.position, accounts, id, limit: SLICE });
    for (const entry of slice.entries) task = entry.type === 'REMOVED' ? null : entry.task;
    if (slice.scannedTo.position > point.position) point = slice.scannedTo;
    if (slice.complete) break;
  }
  if (!task) throw new TaskNotFoundError();
  return { first: [snapshotEvent(port, point, task)], point, endsWithLog: false, isFinal: isEnd };
}

async function resumeTask({ store }: OpeningPort, request: TaskRequest, point: LogPoint): Promise<Opening> {
  const { id, accounts } = request;
  const task = (await store.get([id], accounts)).get(id)?.task;
  const previous = await entryAt(store, request, point);
  if (previous?.type === 'REMOVED') return { first: [], point, endsWithLog: true, isFinal: isRemoval };
  if (task) return { first: [], point, endsWithLog: task.done, isFinal: isEnd };
  const rest = await store.readLog({ after: point.position, accounts, id, limit: 1 });
  if (rest.entries.length === 0) throw new TaskNotFoundError();
  return { first: [], point, endsWithLog: true, isFinal: isRemoval };
}

/** The entry of this task that a cursor was made for, if it was. */
async function entryAt(
  store: TaskStore,
  { id, accounts }: { readonly id: TaskId; readonly accounts: Accounts },
  point: LogPoint,
): Promise<LogEntry | undefined> {
  if (point.position === 0) return undefined;
  const slice = await store.readLog({ after: point.position - 1, accounts, id, limit: 1 });
  const [entry] = slice.entries;
  return entry?.point.position === point.position ? entry : undefined;
}

function snapshotEvent({ store, clock }: OpeningPort, point: LogPoint, task: Task): LogEvent {
  return wrap(point, {
    type: 'SNAPSHOT',
    cursor: formatCursor({ epoch: store.epoch, point, snapshotDue: false }),
    task,
    transition: null,
    previousStatus: null,
    at: clock.now(),
    resetReason: null,
  });
}

function resetEvent(
  { store, clock }: OpeningPort,
  point: LogPoint,
  snapshotDue: boolean,
  resetReason: ResetReason,
): LogEvent {
  return wrap(point, {
    type: 'RESET',
    cursor: formatCursor({ epoch: store.epoch, point, snapshotDue }),
    task: null,
    transition: null,
    previousStatus: null,
    at: clock.now(),
    resetReason,
  });
}
