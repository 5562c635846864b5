import { CircleCheck, CirclePause, Gauge, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';
import type { ReadSourcesQuery } from '../generated/documents.js';
import { formatDuration } from '../format-time.js';
import type { Words } from '../words/en.js';

export type Source = NonNullable<ReadSourcesQuery['sources']>[number];

/** What needs a person comes first; a state that this page does not know comes before all. */
const WORST_FIRST = ['UNAUTHORIZED', 'OPEN', 'FAILING', 'THROTTLED', 'OK', 'IDLE'];
const ICONS: Readonly<Record<string, LucideIcon>> = {
  UNAUTHORIZED: KeyRound,
  OPEN: Unplug,
  FAILING: TriangleAlert,
  THROTTLED: Gauge,
  OK: CircleCheck,
  IDLE: CirclePause,
};

export function iconOfState(state: string): LucideIcon {
  return ICONS[state] ?? TriangleAlert;
}

/** Undefined for a state that this page does not know. */
export function wordsOfState(words: Words, state: string): Words['sourceStates']['OK'] | undefined {
  return (words.sourceStates as Readonly<Record<string, Words['sourceStates']['OK']>>)[state];
}

const NEAR_BUDGET = 0.8;

/** How much of the budget the requests of the last minute took: 0 to 1, and whether that is nearly all of it. */
export function budgetUse({
  requestsPerMinute,
  requestBudgetPerMinute,
}: Pick<Source, 'requestsPerMinute' | 'requestBudgetPerMinute'>): { readonly share: number; readonly near: boolean } {
  const share = requestBudgetPerMinute > 0 ? requestsPerMinute / requestBudgetPerMinute : 0;
  return { share: Math.min(1, share), near: share >= NEAR_BUDGET };
}

/** What is due within a second has been read before anybody has read this. */
export function nextReadIn(nextPollAt: string | null, now: number, words: Words): string {
  if (nextPollAt === null) return words.none;
  const inMs = Date.parse(nextPollAt) - now;
  return inMs < 1000 ? words.nextPollNow : words.inTime(formatDuration(inMs, words));
}

export function isWell({ state }: { readonly state: string }): boolean {
  return state === 'OK' || state === 'IDLE';
}

export function worstFirst(sources: readonly Source[]): readonly Source[] {
  return sources.toSorted(
    (a, b) =>
      WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) ||
      a.service.localeCompare(b.service) ||
      a.account.localeCompare(b.account),
  );
}
