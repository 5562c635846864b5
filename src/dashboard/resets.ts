import { useSyncExternalStore } from 'react';
import type { ResetCause } from '../client/index.js';

const SAID_FOR_MS = 6_000;

let reason: ResetCause | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** What is shown could not be followed on from where it was, and has been read again: said for a while. */
export function noteReset(cause: ResetCause): void {
  clearTimeout(timer);
  timer = setTimeout(() => set(null), SAID_FOR_MS);
  set(cause);
}

/** Why, as long as it is said. */
export function useReset(): ResetCause | null {
  return useSyncExternalStore(subscribe, () => reason);
}

function set(next: ResetCause | null): void {
  reason = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
