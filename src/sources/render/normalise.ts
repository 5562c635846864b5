import { isRecord, type JsonObject } from '../../base/json.js';
import type { Facts } from '../../task/reading.js';
import { TaskErrorCode, type Task, type TaskError } from '../../task/task.js';
import { TaskStatus } from '../../task/task-status.js';
import { spoken } from '../wire-fields.js';
import type { WireRow } from './wire.js';

interface End {
  readonly status: TaskStatus;
  readonly error?: { readonly code: TaskErrorCode; readonly message: string };
}

/** `finish` says nothing of success; the reason does. */
const ENDS: ReadonlyMap<string, End> = new Map<string, End>([
  ['normal', { status: TaskStatus.SUCCEEDED }],
  ['cancel', { status: TaskStatus.CANCELLED }],
  ['device_changed', { status: TaskStatus.CANCELLED }],
  ['error', failure(TaskErrorCode.INTERNAL, 'The render task ended with a fault')],
  ['application_start_failed', failure(TaskErrorCode.UNAVAILABLE, 'The application could not be started')],
  ['server_deleted', failure(TaskErrorCode.NOT_FOUND, 'The server of the render task was deleted')],
]);

function failure(code: TaskErrorCode, message: string): End {
  return { status: TaskStatus.FAILED, error: { code, message } };
}

export function normaliseRow(row: WireRow, known: Task | null): Facts {
  const { applicationId, startedAt, finishedAt } = row;
  return {
    ...statusFacts(row),
    upstreamStatus: row.word,
    kind: 'render',
    ...(applicationId && { resource: { type: 'application', id: applicationId, name: null } }),
    ...spoken({ startedAt, finishedAt: row.word === 'finish' ? finishedAt : undefined }),
    details: detailsOf(row, known),
    raw: row.raw,
  };
}

function statusFacts({ word, finishReason }: WireRow): Facts {
  if (word === 'active') return { status: TaskStatus.RUNNING };
  if (word !== 'finish') return { status: TaskStatus.UNKNOWN };
  const end = ENDS.get(finishReason ?? '');
  if (!end) return { status: TaskStatus.UNKNOWN, done: true };
  return { status: end.status, ...(end.error && { error: errorOf(end.error, finishReason ?? null) }) };
}

function errorOf(error: NonNullable<End['error']>, upstreamCode: string | null): TaskError {
  return { ...error, upstreamCode };
}

/** Fields that the row does not have stay as they are; `locations` is never unknown. */
function detailsOf(row: WireRow, known: Task | null): JsonObject {
  const { applicationId, serverId, sessionId, applicationUser, launchArgs, protocol, resolution, gpuIpType } = row;
  const locations = row.locations ?? (known?.details.locations === undefined ? [] : undefined);
  return spoken({
    applicationId,
    serverId,
    sessionId,
    device: deviceOf(row, known),
    applicationUser,
    launchArgs,
    protocol,
    locations,
    resolution,
    gpuIpType,
    finishReason: row.finishReason,
  });
}

function deviceOf({ deviceId, deviceBrand, deviceType }: WireRow, known: Task | null): JsonObject | undefined {
  const said = spoken({ id: deviceId, brand: deviceBrand, type: deviceType });
  if (Object.keys(said).length === 0) return undefined;
  return { id: null, brand: null, type: null, ...knownDevice(known), ...said };
}

export function knownDevice(known: Task | null): JsonObject {
  const device = known?.details.device;
  return isRecord(device) ? device : {};
}
