import { isRecord, type Json } from '../base/json.js';
import { PLACEHOLDER } from '../base/secret.js';

const LONGEST_SHOWN = 200;

type Values = Readonly<Record<string, unknown>>;

/** The values that stand at dotted paths of an input. */
export function secretValues(input: Values, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const value = path.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), input);
    return typeof value === 'string' ? [value] : [];
  });
}

/** An input fit for a log line: secrets replaced, long texts (a definition of megabytes) cut. */
export function loggable(value: unknown, secrets: readonly string[], path = ''): Json {
  if (secrets.includes(path)) return PLACEHOLDER;
  if (typeof value === 'string') {
    return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}… (${value.length} characters)` : value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.slice(0, LONGEST_SHOWN).map((item) => loggable(item, secrets, path));
  if (!isRecord(value)) return null;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, loggable(field, secrets, path === '' ? key : `${path}.${key}`)]),
  );
}

/** A mutation's input as plain values; a field that is null says as little as one left out. */
export function plainInput(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainInput);
  if (!isRecord(value) || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined && field !== null)
      .map(([key, field]) => [key, plainInput(field)]),
  );
}

/** The same text for the same values, whatever the order of their fields. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    isRecord(field) ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))) : field,
  );
}
