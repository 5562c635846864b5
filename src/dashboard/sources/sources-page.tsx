import { CircleCheck, CirclePause, Gauge, KeyRound, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ErrorPanel } from '../error-panel.js';
import { useWords } from '../preferences.js';
import { formatDuration, Instant, useNow } from '../time.js';
import { usePolled } from '../use-polled.js';
import type { Words } from '../words/en.js';

interface Source {
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

const POLL_MS = 5_000;
const NEAR_BUDGET = 0.8;
const READ_SOURCES = `{ sources {
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

export function SourcesPage(): ReactNode {
  const words = useWords();
  const { data, error, retry } = usePolled<{ readonly sources: readonly Source[] }>(READ_SOURCES, POLL_MS);
  return (
    <section className="sources-page">
      <h1>{words.sources}</h1>
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {!data && !error && <p className="notice notice-late">{words.loading}</p>}
      {data?.sources.length === 0 && <p className="notice">{words.noSources}</p>}
      <ul className="sources">
        {[...(data?.sources ?? [])].sort(compareSources).map((source) => (
          <SourceCard key={`${source.account} ${source.service}`} source={source} />
        ))}
      </ul>
    </section>
  );
}

function compareSources(a: Source, b: Source): number {
  return (
    WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) ||
    a.service.localeCompare(b.service) ||
    a.account.localeCompare(b.account)
  );
}

function SourceCard({ source }: { readonly source: Source }): ReactNode {
  const words = useWords();
  const now = useNow();
  const { service, account, region, state, watched, lastSuccessAt, nextPollAt, lastError } = source;
  const Icon = ICONS[state] ?? TriangleAlert;
  const known = (words.sourceStates as Readonly<Record<string, Words['sourceStates']['OK']>>)[state];
  return (
    <li className="card source" data-source={`${service} ${account}`} data-state={state}>
      <h2>
        {service} · {account} <span className="muted">{region}</span>
      </h2>
      <p className="source-state">
        <Icon size={16} aria-hidden />
        <strong>{known?.word ?? state}</strong> {known?.meaning(account)}
      </p>
      <Budget source={source} />
      <dl className="source-facts">
        <dt>{words.watched}</dt>
        <dd>{watched}</dd>
        <dt>{words.lastSuccess}</dt>
        <dd>{lastSuccessAt ? words.ago(formatDuration(now - Date.parse(lastSuccessAt), words)) : words.never}</dd>
        <dt>{words.nextPoll}</dt>
        <dd>{nextPollAt ? words.inTime(formatDuration(Date.parse(nextPollAt) - now, words)) : words.none}</dd>
        <dt>{words.lastError}</dt>
        <dd>
          {lastError ? (
            <>
              <code>{lastError.code}</code> {lastError.message} <Instant at={lastError.at} />
            </>
          ) : (
            words.none
          )}
        </dd>
      </dl>
    </li>
  );
}

function Budget({ source: { requestsPerMinute, requestBudgetPerMinute } }: { readonly source: Source }): ReactNode {
  const words = useWords();
  const share = requestBudgetPerMinute > 0 ? requestsPerMinute / requestBudgetPerMinute : 0;
  const text = words.budget(Math.round(requestsPerMinute), Math.round(requestBudgetPerMinute));
  return (
    <p className="source-budget" data-near={share >= NEAR_BUDGET ? '' : undefined}>
      <progress max={1} value={Math.min(1, share)} aria-label={text} /> {text}
      {share >= NEAR_BUDGET && <strong> {words.nearBudget}</strong>}
    </p>
  );
}
