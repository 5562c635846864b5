import type { TaskStatus } from '../client/index.js';

/** As shown: what needs a person comes first. */
export const STATUSES = [
  'FAILED',
  'EXPIRED',
  'UNKNOWN',
  'RUNNING',
  'PENDING',
  'SUCCEEDED',
  'CANCELLED',
] as const satisfies readonly TaskStatus[];
