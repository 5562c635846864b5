import { CircleCheck, CirclePause, Gauge, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';

export interface Source {
  readonly service: string;
  readonly account: string;
  readonly region: string;
  readonly state: string;
  readonly watched: number;
  readonly requestsPerMinute: number;
  readonly requestBudgetPerMinute: number;
  readonly lastSuccessAt: string | null;
  readonly nextPollAt: string | null;
  readonly lastError: { readonly code: string; readonly message: string; readonly at: string } | null;
}

export interface SourcesData {
  readonly sources: readonly Source[] | null;
}

export const READ_SOURCES = `query ReadSources { sources {
  service account region state watched requestsPerMinute requestBudgetPerMinute lastSuccessAt nextPollAt
  lastError { code message at }
} }`;

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

export function isWell({ state }: Pick<Source, 'state'>): boolean {
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
