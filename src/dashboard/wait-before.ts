const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 300_000;

/** How long what has failed so often is left alone: thousands of pages may ask a gateway that is in trouble. */
export function waitBefore(failures: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
}
