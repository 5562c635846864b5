/** An HTTP date has no finer steps. */
const RESOLUTION_MS = 1_000;
const SLACK_MS = 500;

let offsetMs = 0;

/** Learns from an answer's `Date` how far the gateway's clock is ahead of this machine's: as far as was thought, if that can be. */
export function noteServerDate(date: string | null, sentAt: number, receivedAt: number): void {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return;
  const ahead = at + RESOLUTION_MS / 2 - (sentAt + receivedAt) / 2;
  const uncertain = RESOLUTION_MS + SLACK_MS + (receivedAt - sentAt) / 2;
  if (Math.abs(ahead - offsetMs) > uncertain) offsetMs = ahead;
}

/** An instant of this machine's clock by the gateway's. */
export function byServerClock(at: number): number {
  return at + offsetMs;
}

/** Milliseconds since 1970 by the gateway's clock: ages of what it says are measured by it. */
export function serverNow(): number {
  return byServerClock(Date.now());
}
