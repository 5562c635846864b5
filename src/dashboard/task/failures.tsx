import type { ReactNode } from 'react';
import type { TaskFailure } from '../../client/index.js';
import { CopyButton } from '../copy-button.js';
import { usePreferences, useWords, type Language } from '../preferences.js';
import type { ShownTask } from './task-document.js';

/** Why the task failed, or what failed inside one that did not. */
export function Failures({ task: { error, warnings } }: { readonly task: ShownTask }): ReactNode {
  const words = useWords();
  return (
    <>
      {error && (
        <section className="notice notice-error" data-testid="failure">
          <h2>{words.errorCard}</h2>
          <Failure failure={error} />
          <Hint failure={error} />
        </section>
      )}
      {warnings.length > 0 && (
        <section className="notice notice-stale" data-testid="warnings">
          <h2>{words.counted(words.warnings, warnings.length)}</h2>
          <ul className="failure-list">
            {warnings.map((warning, index) => (
              <li key={index}>
                <Failure failure={warning} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Failure({ failure: { code, message, upstreamCode } }: { readonly failure: TaskFailure }): ReactNode {
  const words = useWords();
  const meaning = code === null ? undefined : words.failureCodes[code];
  return (
    <div className="failure">
      <p>
        {meaning !== undefined && <strong>{words.failedAs(meaning.word)}</strong>}
        {message}
      </p>
      <p className="failure-codes">
        {code !== null && <code>{code}</code>}
        {upstreamCode !== null && (
          <span className="copyable">
            {words.upstreamCode}
            {words.colon}
            <code>{upstreamCode}</code>
            <CopyButton text={() => upstreamCode} label={words.copyCode} iconOnly />
          </span>
        )}
      </p>
    </div>
  );
}

/** Nothing is fetched of it, and it is not told which page it was opened from. */
const ERROR_CENTERS: Readonly<Record<Language, string>> = {
  en: 'https://console-intl.huaweicloud.com/apiexplorer/#/errorcenter',
  zh: 'https://console.huaweicloud.com/apiexplorer/#/errorcenter',
};

/** What to try: by the normalised code, which is the same for every service. No code, no advice. */
function Hint({ failure: { code, upstreamCode } }: { readonly failure: TaskFailure }): ReactNode {
  const { language } = usePreferences();
  const words = useWords();
  const advice = code === null ? undefined : words.failureCodes[code]?.advice;
  return (
    <p className="failure-hint">
      <strong>
        {words.whatToTry}
        {words.colon}
      </strong>
      {advice ?? words.noAdvice}{' '}
      {upstreamCode !== null && (
        <a
          href={`${ERROR_CENTERS[language]}?keyword=${encodeURIComponent(upstreamCode)}`}
          target="_blank"
          rel="noreferrer"
        >
          {words.errorReference}
        </a>
      )}
    </p>
  );
}
