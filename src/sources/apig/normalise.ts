import type { JsonObject } from '../../base/json.js';
import type { Facts } from '../../task/reading.js';
import { TaskErrorCode, type TaskError } from '../../task/task.js';
import { TaskStatus } from '../../task/task-status.js';
import { errorCodeOfText, textWithoutSecrets } from '../wire-fields.js';
import {
  parseExportResult,
  parseFailure,
  parseImportResult,
  type ExportResultWire,
  type FailureWire,
  type ImportResultWire,
  type TaskWire,
} from './wire.js';

export const IMPORT_KIND = 'import_api';
export const EXPORT_KIND = 'export_api';

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map([
  ['waiting', TaskStatus.PENDING],
  ['processing', TaskStatus.RUNNING],
  ['succeed', TaskStatus.SUCCEEDED],
  ['failed', TaskStatus.FAILED],
]);

export function normaliseStatus(word: string): TaskStatus {
  return STATUSES.get(word) ?? TaskStatus.UNKNOWN;
}

/**
 * What an answer about a task says of it. `raw` is the caller's to add.
 *
 * @param knownKind for an answer that names no type
 */
export function normaliseTask(task: TaskWire, knownKind?: string): Facts {
  const status = normaliseStatus(task.task_status);
  const kind = task.task_type || knownKind;
  return {
    status,
    upstreamStatus: task.task_status,
    ...(task.task_type && { kind: task.task_type }),
    ...(status === TaskStatus.SUCCEEDED && normaliseResult(kind, task.task_result)),
    ...(status === TaskStatus.FAILED && normaliseFailure(task.task_result)),
  };
}

/**
 * A success whose result cannot be read is a success all the same, since that is what the upstream says and it will
 * not say anything else: a warning tells that the result is missing, and `raw` keeps the text.
 */
function normaliseResult(kind: string | undefined, text: string | null | undefined): Facts {
  if (kind === IMPORT_KIND) {
    const result = parseImportResult(text);
    return result ? normaliseImport(result) : UNREADABLE;
  }
  if (kind === EXPORT_KIND) {
    const result = parseExportResult(text);
    return result ? normaliseExport(result) : UNREADABLE;
  }
  return {};
}

const UNREADABLE: Facts = {
  details: { result: null },
  warnings: [
    { code: TaskErrorCode.UNKNOWN, message: 'The task succeeded; its result cannot be read', upstreamCode: null },
  ],
};

function normaliseImport(result: ImportResultWire): Facts {
  const groupId = result.group_id || null;
  const imported = result.success.map(({ id, action, method, path }) => ({ id, action, method, path }));
  const failures = result.failure.map(({ method, path, error_code, error_msg }) => ({
    method,
    path,
    code: error_code || null,
    message: error_msg ? textWithoutSecrets(error_msg) : null,
  }));
  const ignored = result.ignore.map(({ method, path }) => ({ method, path }));
  const swaggerId = result.swagger?.id || null;
  return {
    ...(groupId && { resource: { type: 'api_group', id: groupId, name: null } }),
    warnings: result.failure.map((failure) => {
      const { message, ...error } = errorOf(failure, 'not imported');
      return { ...error, message: `${failure.method} ${failure.path}: ${message}` };
    }),
    details: { result: { __typename: 'ApigImportResult', groupId, swaggerId, imported, failures, ignored } },
  };
}

/** The content itself is large and not among the details: see `Facts.content`. */
function normaliseExport({ content, fileName, fileType }: ExportResultWire): Facts {
  const result: JsonObject = {
    __typename: 'ApigExportResult',
    fileName: fileName || null,
    fileType: normaliseFileType(fileType),
  };
  return { content, details: { result } };
}

/** One word for both sets of names and for `ExportApisInput.type`: `.json` is json. */
function normaliseFileType(fileType: string | null | undefined): string | null {
  return fileType?.trim().replace(/^\./, '').toLowerCase() || null;
}

const LONGEST_MESSAGE = 1_000;

function normaliseFailure(text: string | null | undefined): Facts {
  // A text that is not of the documented shape is still the best reason there is.
  const failure = parseFailure(text) ?? { error_msg: textWithoutSecrets(text?.trim() ?? '').slice(0, LONGEST_MESSAGE) };
  return { error: errorOf(failure, 'The task failed') };
}

function errorOf({ error_code: code, error_msg: text }: FailureWire, fallback: string): TaskError {
  return {
    code: normaliseErrorCode(code, text),
    message: textWithoutSecrets(text || fallback),
    upstreamCode: code || null,
  };
}

const ERROR_CODES: readonly (readonly [RegExp, TaskErrorCode])[] = [
  [/^APIGW?\.0308$/, TaskErrorCode.UNAVAILABLE],
  [/^APIG\.1\d{3}$/, TaskErrorCode.PERMISSION_DENIED],
  [/^APIG\.2\d{3}$/, TaskErrorCode.INVALID_INPUT],
  [/^APIG\.30\d\d$/, TaskErrorCode.NOT_FOUND],
  [/^APIG\.32\d\d$/, TaskErrorCode.CONFLICT],
  [/^APIG\.3500$/, TaskErrorCode.UNAVAILABLE],
  [/^APIG\.3603$/, TaskErrorCode.INVALID_INPUT],
  [/^APIG\.9999$/, TaskErrorCode.INTERNAL],
];

/** By the family of the code; where that is not known, by what the text says. */
function normaliseErrorCode(code: string | null | undefined, text: string | null | undefined): TaskErrorCode {
  return ERROR_CODES.find(([family]) => family.test(code ?? ''))?.[1] ?? errorCodeOfText(text ?? '');
}
