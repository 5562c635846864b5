import { useRef, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { ErrorPanel } from '../error-panel.js';
import { ReadSourceStatesDocument, TrackTaskDocument } from '../generated/documents.js';
import { useWords } from '../preferences.js';
import { Field } from '../start/field.js';
import { fieldOf, inputOf, type FormField } from '../start/forms.js';
import { OutcomeNotice } from '../start/outcome-notice.js';
import { send, type Outcome } from '../start/send.js';
import { AccountField, focusRefused, sendAgain, SubmitButton } from '../start/start-form.js';
import { useTab } from '../tab.js';
import { usePolled } from '../use-polled.js';
import { useViewer, type Viewer } from '../viewer.js';

const UPSTREAM_ID: FormField = { name: 'upstreamId', type: 'text', required: true };
/** APIG's own tasks are told apart by their instance too. */
const INSTANCE_ID: FormField = { name: 'instanceId', type: 'text', required: true };

export function TrackPage(): ReactNode {
  const words = useWords();
  const viewer = useViewer();
  const { data, error, retry } = usePolled(ReadSourceStatesDocument);
  useTab(words.trackNav);
  return (
    <section className="narrow-page">
      <h1>{words.track}</h1>
      <p className="muted">{words.trackHint}</p>
      {error && <ErrorPanel error={error} onRetry={retry} />}
      {!(data && viewer) && !error && <p className="notice notice-late">{words.loading}</p>}
      {viewer?.role === 'READER' && <p className="notice notice-stale">{words.readerHint}</p>}
      {data && viewer && <TrackForm viewer={viewer} services={servicesOf(data.sources ?? [])} />}
    </section>
  );
}

function servicesOf(sources: readonly { readonly service: string }[]): readonly string[] {
  return [...new Set(sources.map(({ service }) => service))].sort();
}

interface TrackFormProps {
  readonly viewer: Viewer;
  readonly services: readonly string[];
}

function TrackForm({ viewer, services }: TrackFormProps): ReactNode {
  const words = useWords();
  const [, navigate] = useLocation();
  const element = useRef<HTMLFormElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [service, setService] = useState(services[0] ?? '');
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const disabled = viewer.role === 'READER';
  const fields = service === 'APIG' ? [UPSTREAM_ID, INSTANCE_ID] : [UPSTREAM_ID];
  const errors = outcome.type === 'refused' ? outcome.errors : [];
  const errorAt = (name: string) => errors.find((error) => fieldOf(error, fields) === name);

  const submit = async (): Promise<void> => {
    const form = element.current;
    if (!form || outcome.type === 'sending') return;
    setOutcome({ type: 'sending' });
    const data = new FormData(form);
    const next = await send(TrackTaskDocument, { ...inputOf(fields, data), service, account: data.get('account') });
    setOutcome(next);
    if (next.type === 'started') navigate(`/tasks/${encodeURIComponent(next.id)}`);
    if (next.type === 'refused') focusRefused(form, next.errors[0] && fieldOf(next.errors[0], fields));
  };

  return (
    <form
      ref={element}
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="field">
        <label htmlFor="field-service">{words.serviceLabel}</label>
        <select
          id="field-service"
          name="service"
          value={service}
          disabled={disabled}
          onChange={(event) => setService(event.currentTarget.value)}
        >
          {services.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </div>
      <AccountField accounts={viewer.accounts} disabled={disabled} />
      {fields.map((field) => (
        <Field key={field.name} field={field} error={errorAt(field.name)} disabled={disabled} />
      ))}
      <SubmitButton button={button} word={words.trackSubmit} disabled={disabled} sending={outcome.type === 'sending'} />
      <div aria-live="polite">
        <OutcomeNotice
          outcome={outcome}
          elsewhere={errors.filter((error) => fieldOf(error, fields) === undefined)}
          lookFor=""
          onRetry={() => sendAgain(button.current)}
        />
      </div>
    </form>
  );
}
