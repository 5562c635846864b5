import { UPSTREAM_ID } from '../task/task-id.js';
import type { FieldError, StartInput } from './source.js';

/**
 * Checks of single input fields. A field that is not given passes: which ones must be given is in the input type.
 * The messages never repeat a value, which may be a secret.
 */

export function checkText(input: StartInput, field: string): FieldError[] {
  return checkField(input, field, (text) => text.trim() !== '', 'Must not be empty');
}

export function checkId(input: StartInput, field: string): FieldError[] {
  return checkField(input, field, isId, ID_RULE);
}

export function checkIds(input: StartInput, field: string): FieldError[] {
  const ids: readonly unknown[] = Array.isArray(input[field]) ? input[field] : [];
  return ids.flatMap((id, index) =>
    typeof id === 'string' && isId(id) ? [] : [{ path: [field, String(index)], message: ID_RULE }],
  );
}

export function checkOneOf(input: StartInput, field: string, values: readonly string[]): FieldError[] {
  return checkField(input, field, (text) => values.includes(text), `Must be one of ${values.join(', ')}`);
}

export function checkField(
  input: StartInput,
  field: string,
  isValid: (text: string) => boolean,
  message: string,
): FieldError[] {
  const value = input[field];
  return typeof value === 'string' && !isValid(value) ? [{ path: [field], message }] : [];
}

const ID_RULE = 'Must be an id: letters, digits, - and _, at most 128';

function isId(text: string): boolean {
  return UPSTREAM_ID.test(text);
}
