const ALIKE = 0.2;
/** A second, less what an answer takes. */
const LEAST_MS = 900;

/**
 * How often a task is read, where that may be said: when the next look is about as far from the last one as that was from
 * the one before. A look may be brought forward, put off or shared with other tasks, and the next one alone tells nothing.
 */
export function steadyIntervalMs(
  seenBefore: string | null,
  observedAt: string | null,
  nextPollAt: string | null,
): number | null {
  if (seenBefore === null || observedAt === null || nextPollAt === null) return null;
  const last = Date.parse(observedAt) - Date.parse(seenBefore);
  const next = Date.parse(nextPollAt) - Date.parse(observedAt);
  return next >= LEAST_MS && Math.abs(next - last) <= next * ALIKE ? next : null;
}
