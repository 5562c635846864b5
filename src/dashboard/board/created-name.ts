import { formatInstant } from '../format-time.js';
import type { BoardWords } from '../words/en-board.js';
import { isCreated } from './view.js';

/** A window of time as a person reads it; what the board does not understand stays as it is. */
export function createdName(created: string, { windows, createdBetween }: BoardWords): string {
  const known = (windows as Readonly<Record<string, string>>)[created];
  if (known !== undefined || !created.includes('..') || !isCreated(created)) return known ?? created;
  const [from = '', to = ''] = created
    .split('..', 2)
    .map((instant) => (Number.isNaN(Date.parse(instant)) ? '' : formatInstant(instant)));
  return createdBetween(from, to);
}
