import type { Clock } from '../base/clock.js';
import { dueAt } from './due-at.js';

const WINDOW_MS = 10_000;
const FEWEST_REQUESTS = 10;
const PROBE_EVERY_MS = 5_000;
const RAMP_MS = 10_000;
/** At the beginning of the ramp a request costs this many times its share of the budget. */
const RAMP_COST = 4;

/** `alive`: the upstream answered, whatever it said. `failed`: transport, timeout or 5xx. `unknown`: given up by us. */
export type CircuitOutcome = 'alive' | 'failed' | 'unknown';

export interface Permit {
  /** Says what became of the request; called exactly once. */
  settle(outcome: CircuitOutcome): void;
}

/**
 * Stops sending to an upstream that fails: opens when most of at least 10 requests within 10 s fail, then lets one
 * request through every 5 s, and closes on the first that is answered. It waits for nothing and owns no timer: the
 * traffic itself probes.
 */
export interface Circuit {
  /** When the next request may pass; null when the circuit is closed. */
  readonly opensUpAt: number | null;
  /** @returns undefined when the circuit refuses */
  enter(): Permit | undefined;
  /** How many times its share of the budget a request costs: 1, and more right after closing, so that no burst follows. */
  cost(): number;
}

export function createCircuit(options: {
  readonly clock: Clock;
  readonly onChange?: (state: 'open' | 'closed') => void;
}): Circuit {
  const { clock, onChange } = options;
  const recent = createWindow();
  let open: { probeAt: number; probing: boolean } | null = null;
  let closedAt = -Infinity;

  function record(failed: boolean): void {
    const now = clock.now();
    recent.add(now, failed);
    if (recent.size < FEWEST_REQUESTS || recent.failures * 2 <= recent.size) return;
    recent.clear();
    open = { probeAt: now + PROBE_EVERY_MS, probing: false };
    onChange?.('open');
  }

  function settleProbe(outcome: CircuitOutcome): void {
    if (!open) return;
    open.probing = false;
    if (outcome !== 'alive') return;
    open = null;
    closedAt = clock.now();
    onChange?.('closed');
  }

  function enter(): Permit | undefined {
    if (!open) {
      return {
        settle(outcome) {
          // What was sent before the circuit opened says nothing new when it comes back.
          if (!open && outcome !== 'unknown') record(outcome === 'failed');
        },
      };
    }
    const now = clock.now();
    if (open.probing || now < dueAt(open.probeAt, PROBE_EVERY_MS, now)) return undefined;
    open = { probeAt: now + PROBE_EVERY_MS, probing: true };
    return { settle: settleProbe };
  }

  return {
    get opensUpAt() {
      if (!open) return null;
      const due = dueAt(open.probeAt, PROBE_EVERY_MS, clock.now());
      return open.probing ? Math.max(due, clock.now() + 1) : due;
    },
    enter,
    cost() {
      const since = clock.now() - closedAt;
      return since >= 0 && since < RAMP_MS ? 1 + (RAMP_COST - 1) * (1 - since / RAMP_MS) : 1;
    },
  };
}

/** What ended within the last 10 s. Costs the same for each request, however many there are. */
function createWindow() {
  let ended: { readonly at: number; readonly failed: boolean }[] = [];
  let first = 0;
  let failures = 0;

  function clear(): void {
    ended = [];
    first = 0;
    failures = 0;
  }

  function forget(now: number): void {
    // The clock was set back: instants ahead of it say nothing.
    const newest = ended.at(-1);
    if (newest && newest.at > now) {
      ended = ended.slice(first).filter(({ at }) => at <= now);
      first = 0;
      failures = ended.filter((one) => one.failed).length;
    }
    for (let oldest = ended[first]; oldest && oldest.at <= now - WINDOW_MS; oldest = ended[first]) {
      if (oldest.failed) failures--;
      first++;
    }
    if (first * 2 > ended.length) {
      ended = ended.slice(first);
      first = 0;
    }
  }

  return {
    get size() {
      return ended.length - first;
    },
    get failures() {
      return failures;
    },
    add(now: number, failed: boolean): void {
      forget(now);
      ended.push({ at: now, failed });
      if (failed) failures++;
    },
    clear,
  };
}
