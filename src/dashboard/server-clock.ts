/** An HTTP date has no finer steps; within them both clocks count as one. */
const RESOLUTION_MS = 1_500;

let offsetMs = 0;

/** Learns from an answer's `Date` how far the gateway's clock is ahead of this machine's. */
export function noteServerDate(date: string | null, sentAt: number, receivedAt: number): void {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return;
  const ahead = at + 500 - (sentAt + receivedAt) / 2;
  offsetMs = Math.abs(ahead) < RESOLUTION_MS ? 0 : ahead;
}

/** An instant of this machine's clock by the gateway's. */
export function byServerClock(at: number): number {
  return at + offsetMs;
}

/** Milliseconds since 1970 by the gateway's clock: ages of what it says are measured by it. */
export function serverNow(): number {
  return byServerClock(Date.now());
}
