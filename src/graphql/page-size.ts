import { BadUserInputError } from '../task/errors.js';

export const DEFAULT_PAGE = 50;
export const LARGEST_PAGE = 200;

/** @throws BadUserInputError when the value is outside 1..200 */
export function pageSize(argument: 'first' | 'last', value: number | null | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (value >= 1 && value <= LARGEST_PAGE) return value;
  throw new BadUserInputError(`${argument} must be 1 to ${LARGEST_PAGE}`);
}
