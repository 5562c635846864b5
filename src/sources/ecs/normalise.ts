import type { JsonObject } from '../../base/json.js';
import type { Facts } from '../../task/reading.js';
import { TaskErrorCode, type Task, type TaskError, type TaskResource } from '../../task/task.js';
import { TaskStatus } from '../../task/task-status.js';
import { errorCodeOfText, spoken, type Spoken } from '../wire-fields.js';
import type { WireRow, WireTask } from './wire.js';

export const NO_REASON = 'The upstream gave no reason';

const PHASES: ReadonlyMap<string, TaskStatus> = new Map([
  ['READY', TaskStatus.PENDING],
  ['RUNNING', TaskStatus.RUNNING],
  ['SUCCESS', TaskStatus.SUCCEEDED],
  ['FAILED', TaskStatus.FAILED],
]);

/** `<PHASE>_<OP>`, split on the first `_`. The documented list of words lacks some that occur, so OP is open. */
export function splitWord(word: string): { readonly status: TaskStatus; readonly operation: string } | undefined {
  const at = word.indexOf('_');
  const operation = word.slice(at + 1);
  const status = PHASES.get(word.slice(0, Math.max(at, 0)));
  return status && operation !== '' ? { status, operation } : undefined;
}

export function kindOf(operation: string): string {
  return `keypair_${operation.toLowerCase()}`;
}

/** What a query by id says. */
export function normaliseTask({ word, serverId, raw }: WireTask, known: Task | null): Facts {
  const split = splitWord(word);
  return {
    status: split?.status ?? TaskStatus.UNKNOWN,
    upstreamStatus: word,
    ...operationFacts(split && rename(split.operation, known), { serverId, serverName: undefined, known }),
    raw,
  };
}

/** Being in the list of running tasks means running, whatever `operate_type` says. */
export function normaliseRunning(row: WireRow, known: Task | null): Facts {
  const word = row.operateType ?? '';
  const open = splitWord(word);
  const status = open?.status === TaskStatus.PENDING ? TaskStatus.PENDING : TaskStatus.RUNNING;
  const fits = word === 'RUNNING' || open?.status === status;
  return { status, ...(fits && { upstreamStatus: word }), ...rowFacts(row, known) };
}

/** Being in the list of failed tasks means failed; the list alone knows why. */
export function normaliseFailed(row: WireRow, known: Task | null): Facts {
  const word = row.operateType ?? '';
  const fits = splitWord(word)?.status === TaskStatus.FAILED;
  return {
    status: TaskStatus.FAILED,
    ...(fits && { upstreamStatus: word }),
    ...rowFacts(row, known),
    error: reasonOf(row),
  };
}

/** A query's word, with what the list of failed tasks adds to it; null when it has no row for the task. */
export function explainFailure(facts: Facts, row: WireRow | null, known: Task | null): Facts {
  if (!row) return { ...facts, error: { code: TaskErrorCode.UNKNOWN, message: NO_REASON, upstreamCode: null } };
  const { details, ...listed } = normaliseFailed(row, known);
  return {
    ...listed,
    ...facts,
    ...spoken({ resource: listed.resource ?? facts.resource }),
    details: { ...details, ...facts.details },
    raw: { task: facts.raw ?? null, failed: listed.raw ?? null },
  };
}

function reasonOf({ errorCode, errorMessage }: WireRow): TaskError {
  const message = errorMessage ?? NO_REASON;
  return { code: errorCodeOfText(message), message, upstreamCode: errorCode ?? null };
}

function rowFacts(row: WireRow, known: Task | null): Facts {
  const { serverId, serverName, keypairName, taskTime, raw } = row;
  const knowsOperation = typeof known?.details.operation === 'string';
  const operation = knowsOperation ? undefined : splitWord(row.operateType ?? '')?.operation;
  const { details, ...facts } = operationFacts(operation, { serverId, serverName, known });
  return {
    ...facts,
    ...(taskTime && { startedAt: taskTime }),
    details: { ...details, ...spoken({ serverName, keypairName }) },
    raw,
  };
}

/** A replace may end in the words of a reset (the KPS page prints RESET twice where REPLACE belongs). */
function rename(operation: string, known: Task | null): string {
  return operation === 'RESET' && known?.details.operation === 'REPLACE' ? 'REPLACE' : operation;
}

function operationFacts(
  operation: string | undefined,
  server: { readonly serverId: Spoken<string>; readonly serverName: Spoken<string>; readonly known: Task | null },
): Facts & { readonly details: JsonObject } {
  const { serverId } = server;
  return {
    ...(operation !== undefined && { kind: kindOf(operation) }),
    ...(serverId && { resource: resourceOf(serverId, server.serverName ?? server.known?.resource?.name ?? null) }),
    details: spoken({ operation, serverId }),
  };
}

export function resourceOf(serverId: string, name: string | null): TaskResource {
  return { type: 'server', id: serverId, name };
}
