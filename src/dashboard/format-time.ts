import type { Words } from './words/en.js';

/** Where instants are read: in the reader's own zone, or in one that was chosen. */
export type TimeZone = 'local' | (string & {});

let clockFormat: Intl.DateTimeFormat;
let instantFormat: Intl.DateTimeFormat;
setTimeZone('local');

/** From now on every instant is written in this zone. A zone that the browser does not know counts as the local one. */
export function setTimeZone(zone: TimeZone): void {
  const timeZone = zone !== 'local' && isTimeZone(zone) ? { timeZone: zone } : {};
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  // Swedish writes as ISO 8601 does, but for the T.
  clockFormat = new Intl.DateTimeFormat('sv-SE', { ...clock, ...timeZone });
  instantFormat = new Intl.DateTimeFormat('sv-SE', { ...day, ...clock, ...timeZone });
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** `2026-11-24 14:03:22`, in the chosen zone. */
export function formatInstant(instant: string | number): string {
  return instantFormat.format(new Date(instant));
}

/** `14:03:22`, in the chosen zone. */
export function formatClock(instant: string | number): string {
  return clockFormat.format(new Date(instant));
}

/** `UTC+8`, as it is at this instant in the chosen zone. */
export function zoneName(instant: number): string {
  const { timeZone } = instantFormat.resolvedOptions();
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(instant);
  return (parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone).replace('GMT', 'UTC');
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

/** Without seconds behind the first minute: for places where many of them tick. */
export function formatRoughly(ms: number, words: Words): string {
  return formatDuration(ms < 60_000 ? ms : Math.floor(ms / 60_000) * 60_000, words);
}
