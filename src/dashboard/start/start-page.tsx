import { useEffect, useState, type ReactNode } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { ErrorPanel, toTaskgateError } from '../error-panel.js';
import { useWords } from '../preferences.js';
import { FORM_NAMES, type FormName } from './forms.js';
import { StartForm } from './start-form.js';

interface Viewer {
  readonly role: string;
  readonly accounts: readonly string[];
}

export function StartPage(): ReactNode {
  const words = useWords();
  const [viewer, setViewer] = useState<Viewer>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [name, setName] = useState<FormName>('bindLdap');

  useEffect(() => {
    let current = true;
    const read = async (): Promise<void> => {
      const { data, error: refused } = await taskgate.query<{ viewer: Viewer }>('{ viewer { role accounts } }');
      if (!current) return;
      setError(refused);
      if (data) setViewer(data.viewer);
    };
    read().catch((cause: unknown) => current && setError(toTaskgateError(cause)));
    return () => void (current = false);
  }, [attempt]);

  return (
    <section className="start-page">
      <h1>{words.start}</h1>
      {error && <ErrorPanel error={error} onRetry={() => setAttempt(attempt + 1)} />}
      {!viewer && !error && <p className="notice notice-late">{words.loading}</p>}
      {viewer?.role === 'READER' && <p className="notice notice-stale">{words.readerHint}</p>}
      {viewer && (
        <>
          <label className="field">
            <span>{words.form}</span>
            <select value={name} onChange={(event) => setName(event.currentTarget.value as FormName)}>
              {FORM_NAMES.map((each) => (
                <option key={each} value={each}>
                  {words.forms[each]}
                </option>
              ))}
            </select>
          </label>
          <StartForm key={name} name={name} accounts={viewer.accounts} disabled={viewer.role === 'READER'} />
        </>
      )}
    </section>
  );
}
