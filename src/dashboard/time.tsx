import { useSyncExternalStore, type ReactNode } from 'react';
import type { FollowedTask } from '../client/index.js';
import { useWords } from './preferences.js';
import type { Words } from './words/en.js';

/** `2026-11-24 14:03:22`, in the reader's own zone. */
export function formatInstant(instant: string | number): string {
  const date = new Date(instant);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatClock(instant)}`;
}

export function formatClock(instant: string | number): string {
  const date = new Date(instant);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** In its two largest units; never below nothing, whatever the clocks say. */
export function formatDuration(ms: number, { units }: Words): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), units.day],
    [Math.floor(seconds / 3_600) % 24, units.hour],
    [Math.floor(seconds / 60) % 60, units.minute],
    [seconds % 60, units.second],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return `0${units.second}`;
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(' ');
}

/** One timer for all clocks of the page, and none while nothing ticks or the tab is hidden. */
const ticker = {
  now: Date.now(),
  listeners: new Set<() => void>(),
  timer: undefined as ReturnType<typeof setInterval> | undefined,
};

function subscribeToTicks(listener: () => void): () => void {
  ticker.listeners.add(listener);
  ticker.timer ??= setInterval(() => {
    if (document.visibilityState === 'hidden') return;
    ticker.now = Date.now();
    for (const each of ticker.listeners) each();
  }, 1_000);
  return () => {
    ticker.listeners.delete(listener);
    if (ticker.listeners.size > 0) return;
    clearInterval(ticker.timer);
    ticker.timer = undefined;
  };
}

/** Milliseconds since 1970, anew every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToTicks, () => ticker.now);
}

export function Instant({ at }: { readonly at: string }): ReactNode {
  return (
    <time dateTime={at} title={at}>
      {formatInstant(at)}
    </time>
  );
}

/** How long a task took, or takes: unknown of one that was over when it was first seen. */
export function TaskDuration({ task }: { readonly task: FollowedTask }): ReactNode {
  const { startedAt, createdAt, finishedAt, updatedAt, done, seq } = task;
  if (done && startedAt === null && seq === 1) return null;
  return <Duration from={startedAt ?? createdAt} to={finishedAt ?? (done ? updatedAt : null)} />;
}

/** Ticks while there is no end. */
function Duration({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  return to === null ? <TickingDuration from={from} /> : <FixedDuration ms={Date.parse(to) - Date.parse(from)} />;
}

function TickingDuration({ from }: { readonly from: string }): ReactNode {
  return <FixedDuration ms={useNow() - Date.parse(from)} />;
}

function FixedDuration({ ms }: { readonly ms: number }): ReactNode {
  return formatDuration(ms, useWords());
}
