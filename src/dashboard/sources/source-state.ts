import { CircleCheck, CirclePause, Gauge, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';
import type { ReadSourcesQuery } from '../generated/documents.js';

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
