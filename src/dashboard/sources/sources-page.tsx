import type { ReactNode } from 'react';
import { ErrorPanel } from '../error-panel.js';
import { ReadSourcesDocument } from '../generated/documents.js';
import { OldData } from '../old-data.js';
import { useWords } from '../preferences.js';
import { useTab } from '../tab.js';
import { formatDuration, Instant, useNow } from '../time.js';
import { usePolled } from '../use-polled.js';
import { budgetUse, iconOfState, nextReadIn, wordsOfState, worstFirst, type Source } from './source-state.js';

const POLL_MS = 5_000;

export function SourcesPage(): ReactNode {
  const words = useWords();
  const { data, error, readAt, retry } = usePolled(ReadSourcesDocument, POLL_MS);
  useTab(words.sources);
  const sources = data?.sources ?? [];
  return (
    <section className="sources-page">
      <h1>{words.sources}</h1>
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {error && readAt !== null && <OldData readAt={readAt} />}
      {!data && !error && <p className="notice notice-late">{words.loading}</p>}
      {data && !error && sources.length === 0 && <p className="notice">{words.noSources}</p>}
      <ul className="sources" data-dimmed={error ? '' : undefined}>
        {worstFirst(sources).map((source) => (
          <SourceCard key={`${source.account} ${source.service}`} source={source} />
        ))}
      </ul>
    </section>
  );
}

function SourceCard({ source }: { readonly source: Source }): ReactNode {
  const words = useWords();
  const now = useNow();
  const { service, account, region, state, watched, lastSuccessAt, nextPollAt, lastError } = source;
  const Icon = iconOfState(state);
  const known = wordsOfState(words, state);
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
        <dd>{nextReadIn(nextPollAt, now, words)}</dd>
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

function Budget({ source }: { readonly source: Source }): ReactNode {
  const words = useWords();
  const { share, near } = budgetUse(source);
  const text = words.budget(Math.round(source.requestsPerMinute), Math.round(source.requestBudgetPerMinute));
  return (
    <p className="source-budget" data-near={near ? '' : undefined}>
      <progress max={1} value={share} aria-label={text} /> {text}
      {near && <strong> {words.nearBudget}</strong>}
    </p>
  );
}
