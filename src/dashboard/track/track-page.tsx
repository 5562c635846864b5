import { useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { ErrorPanel } from '../error-panel.js';
import { useWords } from '../preferences.js';
import type { FormField } from '../start/forms.js';
import { Field, OutcomeNotice, send, type Outcome } from '../start/start-form.js';
import { usePolled } from '../use-polled.js';

interface Choices {
  readonly viewer: { readonly role: string; readonly accounts: readonly string[] };
  readonly sources: readonly { readonly service: string }[];
}

const READ_CHOICES = '{ viewer { role accounts } sources { service } }';
const TRACK = `mutation Track($input: TrackTaskInput!) {
  payload: trackTask(input: $input) { task { id kind } userErrors { code message path } }
}`;
const UPSTREAM_ID: FormField = { name: 'upstreamId', type: 'text', required: true };
/** APIG's own tasks are told apart by their instance too. */
const INSTANCE_ID: FormField = { name: 'instanceId', type: 'text', required: true };

export function TrackPage(): ReactNode {
  const words = useWords();
  const { data, error, retry } = usePolled<Choices>(READ_CHOICES);
  return (
    <section className="start-page">
      <h1>{words.track}</h1>
      <p className="muted">{words.trackHint}</p>
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {!data && !error && <p className="notice notice-late">{words.loading}</p>}
      {data?.viewer.role === 'READER' && <p className="notice notice-stale">{words.readerHint}</p>}
      {data && <TrackForm choices={data} />}
    </section>
  );
}

function TrackForm({ choices: { viewer, sources } }: { readonly choices: Choices }): ReactNode {
  const words = useWords();
  const [, navigate] = useLocation();
  const services = [...new Set(sources.map(({ service }) => service))].sort();
  const [service, setService] = useState(services[0] ?? '');
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const disabled = viewer.role === 'READER';
  const fields = service === 'APIG' ? [UPSTREAM_ID, INSTANCE_ID] : [UPSTREAM_ID];
  const errors = outcome.type === 'refused' ? outcome.errors : [];
  const errorAt = (name: string) => errors.find(({ path }) => path?.at(-1) === name);
  const elsewhere = errors.filter(({ path }) => !fields.some(({ name }) => name === path?.at(-1)));

  const submit = async (form: HTMLFormElement): Promise<void> => {
    setOutcome({ type: 'sending' });
    const values = [...new FormData(form)].map(([name, value]) => [
      name,
      typeof value === 'string' ? value.trim() : '',
    ]);
    const next = await send(TRACK, Object.fromEntries(values) as Readonly<Record<string, string>>);
    setOutcome(next);
    if (next.type === 'started') navigate(`/tasks/${encodeURIComponent(next.id)}`);
    if (next.type !== 'refused') return;
    const refused = next.errors[0]?.path?.at(-1);
    if (refused !== undefined) form.querySelector<HTMLElement>(`[name="${CSS.escape(refused)}"]`)?.focus();
  };

  return (
    <form
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (outcome.type !== 'sending') void submit(event.currentTarget);
      }}
    >
      <label className="field">
        <span>{words.serviceLabel}</span>
        <select
          name="service"
          value={service}
          disabled={disabled}
          onChange={(event) => setService(event.currentTarget.value)}
        >
          {services.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{words.columns.account}</span>
        <select name="account" required disabled={disabled}>
          {viewer.accounts.map((account) => (
            <option key={account}>{account}</option>
          ))}
        </select>
      </label>
      {fields.map((field) => (
        <Field key={field.name} field={field} error={errorAt(field.name)} disabled={disabled} />
      ))}
      <button type="submit" className="primary" disabled={disabled || outcome.type === 'sending'}>
        {outcome.type === 'sending' ? words.sending : words.trackSubmit}
      </button>
      <div aria-live="polite">
        <OutcomeNotice outcome={outcome} elsewhere={elsewhere} />
      </div>
    </form>
  );
}
