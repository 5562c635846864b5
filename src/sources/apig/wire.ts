import { z } from 'zod';
import { parseJson, type Json } from '../../base/json.js';
import { badResponse, parseAnswer } from '../upstream-answer.js';

const taskSchema = z.object({
  task_id: z.string().min(1),
  task_status: z.string().min(1),
  task_type: z.string().nullish(),
  /** A JSON document in a string; empty while the task is unfinished. */
  task_result: z.string().nullish(),
});
export type TaskWire = z.infer<typeof taskSchema>;

/**
 * @param taskId the task that was asked for
 * @throws UpstreamError UPSTREAM_BAD_RESPONSE for another shape, or for another task
 */
export function parseTask(body: Json | undefined, taskId: string): TaskWire {
  const task = parseAnswer(taskSchema, body);
  if (task.task_id !== taskId) throw badResponse('The upstream answered about another task');
  return task;
}

const startedSchema = z.object({ task_id: z.unknown() });

/** The id in the answer to a start; undefined when there is none. */
export function parseStarted(body: Json | undefined): unknown {
  return startedSchema.safeParse(body).data?.task_id;
}

/** A list that an upstream written in Go sends as null when it is empty. */
function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

const apiRefSchema = z.object({ method: z.string(), path: z.string() });
const importResultSchema = z.object({
  group_id: z.string().nullish(),
  swagger: z.object({ id: z.string().nullish() }).nullish(),
  success: list(apiRefSchema.extend({ id: z.string(), action: z.string() })),
  failure: list(apiRefSchema.extend({ error_code: z.string().nullish(), error_msg: z.string().nullish() })),
  // In the table of the task page, not in its example.
  ignore: list(apiRefSchema),
});
export type ImportResultWire = z.infer<typeof importResultSchema>;

/** @returns undefined when the text does not hold the result of an import */
export function parseImportResult(text: string | null | undefined): ImportResultWire | undefined {
  return parseResult(importResultSchema, text);
}

// The table of the task page says `file_type` and `content`; its example has the other set of names.
const exportResultSchema = z.union([
  z
    .object({ Comment: z.string(), FileName: z.string().nullish(), FileType: z.string().nullish() })
    .transform(({ Comment, FileName, FileType }) => ({ content: Comment, fileName: FileName, fileType: FileType })),
  z
    .object({ content: z.string(), file_name: z.string().nullish(), file_type: z.string().nullish() })
    .transform(({ content, file_name, file_type }) => ({ content, fileName: file_name, fileType: file_type })),
]);
export type ExportResultWire = z.infer<typeof exportResultSchema>;

/** @returns undefined when the text does not hold the result of an export */
export function parseExportResult(text: string | null | undefined): ExportResultWire | undefined {
  return parseResult(exportResultSchema, text);
}

const failureSchema = z.object({ error_code: z.string().nullish(), error_msg: z.string().nullish() });
export type FailureWire = z.infer<typeof failureSchema>;

/** @returns undefined when the text does not say why the task failed */
export function parseFailure(text: string | null | undefined): FailureWire | undefined {
  const failure = parseResult(failureSchema, text);
  return failure?.error_code || failure?.error_msg ? failure : undefined;
}

function parseResult<T>(schema: z.ZodType<T>, text: string | null | undefined): T | undefined {
  const value = text ? parseJson(text) : undefined;
  return value === undefined ? undefined : schema.safeParse(value).data;
}
