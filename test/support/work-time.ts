const HANGING_MS = 10_000;

/**
 * Begins to measure work: what it gives back tells the milliseconds of CPU that this process has spent since then,
 * which a busy machine does not stretch. Something that waits instead of working is told by its time on the clock.
 */
export function startWorkTime(): () => number {
  const begunAt = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    const elapsed = performance.now() - begunAt;
    return elapsed > HANGING_MS ? elapsed : Math.min(elapsed, (user + system) / 1_000);
  };
}
