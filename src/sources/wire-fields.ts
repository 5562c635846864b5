import { z } from 'zod';
import { hideNamedSecrets, isSecretKey as namesSecret } from '../base/hide-secrets.js';
import { jsonEqual, parseJson, type Json, type JsonObject } from '../base/json.js';
import { TaskErrorCode } from '../task/task.js';

/**
 * Fields of answers, read tolerantly: absent or of the wrong type gives undefined (not spoken of), null and "" give null
 * (there is none).
 */
export type Spoken<T> = T | null | undefined;

/** A string, or a number as its digits. */
export const textField = z
  .unknown()
  .optional()
  .transform((value): Spoken<string> => {
    if (value === null || value === '') return null;
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' ? value : undefined;
  });

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 with a zone, as an instant. A time before 1970 (Go writes year 1 for "none") gives null. */
export const isoField = z
  .unknown()
  .optional()
  .transform((value): Spoken<number> => {
    if (value === null || value === '') return null;
    if (typeof value !== 'string' || !ISO_INSTANT.test(value)) return undefined;
    if (!isDate(value.slice(0, 10))) return undefined;
    const instant = Date.parse(value);
    if (Number.isNaN(instant)) return undefined;
    return instant > 0 ? instant : null;
  });

const DAYS_OF_EVERY_MONTH = 28;

/** Whether the calendar has it, of the form 2016-01-02: the 30th of February would roll over into March. */
export function isDate(date: string): boolean {
  const day = Number(date.slice(8));
  if (day <= DAYS_OF_EVERY_MONTH) return true;
  const [year = NaN, month = NaN] = date.split('-').map(Number);
  const midnight = new Date(Date.UTC(year, month - 1, day));
  return midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
}

/** The object without the keys whose value was not spoken of. */
export function spoken<T extends Readonly<Record<string, unknown>>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The answer as it may be stored and shown: entries that hold a secret are left out, however deep they sit. */
export function withoutSecrets(value: Json): Json {
  return mayHoldSecret(value) ? copyWithoutSecrets(value) : value;
}

/** Without one of these no text names a secret. */
const MAY_NAME_SECRET =
  /pass|pwd|secret|token|credential|authorization|signature|cookie|(?:private|access|api)[_-]?key|\b(?:auth|key|ak|sk|pw)\b|\\u|[密令]/i;

/** What stands between a name and its secret, or begins a document; most texts are ids and words that have none of it. */
const SEPARATES = /[\s=:：{["]/;

function mayNameSecret(text: string): boolean {
  return SEPARATES.test(text) && MAY_NAME_SECRET.test(text);
}

function mayHoldSecret(value: Json): boolean {
  if (typeof value === 'string') return mayNameSecret(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return (value as readonly Json[]).some(mayHoldSecret);
  const object = value as JsonObject;
  return Object.keys(object).some((key) => isSecretKey(key) || mayHoldSecret(object[key] as Json));
}

function copyWithoutSecrets(value: Json): Json {
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(copyWithoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const kept: (readonly [string, Json])[] = [];
  for (const [key, entry] of Object.entries(value as JsonObject)) {
    if (!isSecretKey(key)) kept.push([key, copyWithoutSecrets(entry)]);
  }
  return Object.fromEntries(kept);
}

/** A text for people without what it calls a secret; it may hold a JSON document (APIG's `task_result`) and that others. */
export function textWithoutSecrets(text: string): string {
  if (!mayNameSecret(text)) return text;
  const document = /^\s*[{["]/.test(text) ? parseJson(text) : undefined;
  if (document === undefined) return hideNamedSecrets(text);
  const clean = withoutSecrets(document);
  return jsonEqual(clean, document) ? text : JSON.stringify(clean);
}

/** A text that an upstream wrote for people. */
export const freeTextField = textField.transform((text) => (text ? textWithoutSecrets(text) : text));

/** Answers repeat their keys; a stranger's are not kept without end. */
const judgedKeys = new Map<string, boolean>();
const MOST_JUDGED_KEYS = 1_000;

function isSecretKey(key: string): boolean {
  const known = judgedKeys.get(key);
  if (known !== undefined) return known;
  const secret = namesSecret(key);
  if (judgedKeys.size < MOST_JUDGED_KEYS) judgedKeys.set(key, secret);
  return secret;
}

const WORDS: readonly (readonly [RegExp, TaskErrorCode])[] = [
  [/not (be )?found|(does|do|did) not exist|no such|not exist/i, TaskErrorCode.NOT_FOUND],
  [/quota|limit (is |was )?(reached|exceeded)|insufficient|not enough|too many/i, TaskErrorCode.QUOTA_EXCEEDED],
  [/permission|forbidden|not authori[sz]ed|unauthori[sz]ed|access denied/i, TaskErrorCode.PERMISSION_DENIED],
  [/already|conflict|in use|being (used|deleted|processed)|duplicate/i, TaskErrorCode.CONFLICT],
  [/unavailable|time(d)?[ -]?out|unreachable|connect|busy|abnormal/i, TaskErrorCode.UNAVAILABLE],
  [/invalid|illegal|incorrect|wrong|mismatch|parameter|malformed|not match/i, TaskErrorCode.INVALID_INPUT],
  [/internal|system error|server error|update public key error/i, TaskErrorCode.INTERNAL],
];

/** The normalised code for a failure of which the upstream gives only a text; the first word found decides. */
export function errorCodeOfText(message: string): TaskErrorCode {
  return WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? TaskErrorCode.UNKNOWN;
}
