import { z } from 'zod';
import type { Json } from '../../base/json.js';
import { UPSTREAM_ID } from '../../task/task-id.js';
import { badResponse, parseAnswer } from '../upstream-answer.js';
import { freeTextField, textField, withoutSecrets, type Spoken } from '../wire-fields.js';

/** KPS ShowTask: three fields and no more. */
export interface WireTask {
  readonly taskId: string;
  readonly word: string;
  readonly serverId: Spoken<string>;
  readonly raw: Json;
}

/** A row of running-tasks or failed-tasks. */
export interface WireRow {
  readonly taskId: string;
  /** Free text: the two lists' enum, examples and clients contradict one another (KPS ListRunningTask). */
  readonly operateType: Spoken<string>;
  readonly taskTime: Spoken<number>;
  readonly serverId: Spoken<string>;
  readonly serverName: Spoken<string>;
  readonly keypairName: Spoken<string>;
  readonly errorCode: Spoken<string>;
  readonly errorMessage: Spoken<string>;
  readonly raw: Json;
}

export interface WireList {
  readonly total: number;
  readonly rows: readonly WireRow[];
}

/** A start's answer; `submission` is about the submission, not the task. */
export interface WireStart {
  readonly taskId: Spoken<string>;
  readonly submission: Spoken<string>;
  readonly errorCode: Spoken<string>;
  readonly errorMessage: Spoken<string>;
}

const idField = z.string().regex(UPSTREAM_ID);

/** "1523342130000": milliseconds since 1970 in a string of at most 13 digits. */
const epochMsField = textField.transform((text): Spoken<number> => {
  if (text === undefined || text === null) return text;
  return /^\d{1,13}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
});

const taskSchema = z.object({ task_id: idField, task_status: z.string().min(1), server_id: textField });

const rowSchema = z.object({
  task_id: idField,
  operate_type: textField,
  task_time: epochMsField,
  server_id: textField,
  server_name: textField,
  keypair_name: textField,
  task_error_code: textField,
  task_error_msg: freeTextField,
});

const listSchema = z.object({
  total: z.number().int().nonnegative().optional().catch(undefined),
  tasks: z
    .array(z.unknown())
    .nullable()
    .transform((rows) => rows ?? []),
});

const startSchema = z.object({
  task_id: textField,
  status: textField,
  error_code: textField,
  error_msg: textField,
});

/** @throws UpstreamError UPSTREAM_BAD_RESPONSE, also when the answer is about another task */
export function parseTask(body: Json | undefined, askedId: string): WireTask {
  const { task_id, task_status, server_id } = parseAnswer(taskSchema, body);
  if (task_id.toLowerCase() !== askedId.toLowerCase()) throw badResponse('The upstream answered about another task');
  return { taskId: task_id, word: task_status, serverId: server_id, raw: withoutSecrets(body ?? null) };
}

/**
 * Rows that cannot be read are left out.
 *
 * @throws UpstreamError UPSTREAM_BAD_RESPONSE when it is no list
 */
export function parseList(body: Json | undefined): WireList {
  const { total, tasks } = parseAnswer(listSchema, body);
  return { total: total ?? tasks.length, rows: tasks.flatMap(parseRow) };
}

function parseRow(value: unknown): readonly WireRow[] {
  const { success, data } = rowSchema.safeParse(value);
  if (!success) return [];
  return [
    {
      taskId: data.task_id,
      operateType: data.operate_type,
      taskTime: data.task_time,
      serverId: data.server_id,
      serverName: data.server_name,
      keypairName: data.keypair_name,
      errorCode: data.task_error_code,
      errorMessage: data.task_error_msg,
      raw: withoutSecrets(value as Json),
    },
  ];
}

/** An answer that is no object says nothing, not even that the start was refused. */
export function parseStart(body: Json | undefined): WireStart {
  const { success, data } = startSchema.safeParse(body);
  if (!success) return { taskId: undefined, submission: undefined, errorCode: undefined, errorMessage: undefined };
  return {
    taskId: data.task_id,
    submission: data.status,
    errorCode: data.error_code,
    errorMessage: data.error_msg,
  };
}
