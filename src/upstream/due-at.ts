/**
 * When a wait ends that was to end at `at`. Where that is further ahead than any such wait, the clock was set back
 * meanwhile, and the wait is over: nothing may stand still for an hour because of it.
 */
export function dueAt(at: number, longestWaitMs: number, now: number): number {
  return at - now > longestWaitMs ? now : at;
}
