import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ReadSourceStatesDocument } from '../generated/documents.js';
import { useWords } from '../preferences.js';
import { useTab } from '../tab.js';
import { usePolled } from '../use-polled.js';
import { useViewer } from '../viewer.js';
import { FORM_NAMES, FORMS, isFormName } from './forms.js';
import { StartForm } from './start-form.js';

export function StartPage({ form }: { readonly form: string | undefined }): ReactNode {
  const words = useWords();
  const viewer = useViewer();
  const name = isFormName(form) ? form : 'bindLdap';
  useTab(words.start);
  const reader = viewer?.role === 'READER';
  return (
    <section className="start-page">
      <nav className="form-list" aria-label={words.form}>
        <ul>
          {FORM_NAMES.map((each) => (
            <li key={each}>
              <Link href={`/start/${each}`} aria-current={each === name ? 'page' : undefined}>
                {words.forms[each]} <span className="muted">{FORMS[each].service}</span>
              </Link>
            </li>
          ))}
        </ul>
        <WithoutForm />
      </nav>
      <div className="form-side">
        <h1>{words.forms[name]}</h1>
        <p className="muted">{words.formHints[name]}</p>
        {!viewer && <p className="notice notice-late">{words.loading}</p>}
        {reader && <p className="notice notice-stale">{words.readerHint}</p>}
        {viewer && <StartForm key={name} name={name} accounts={viewer.accounts} disabled={reader} />}
      </div>
    </section>
  );
}

const WITH_FORM = new Set(Object.values(FORMS).map(({ service }) => service));
/** Their tasks begin elsewhere: there is nothing to start. */
const WITHOUT_STARTS = new Set(['RENDER', 'BCS']);

/** Services that came after this page was built. */
function WithoutForm(): ReactNode {
  const words = useWords();
  const { data } = usePolled(ReadSourceStatesDocument);
  const services = new Set<string>(data?.sources?.map(({ service }) => service));
  const others = [...services].filter((service) => !WITH_FORM.has(service) && !WITHOUT_STARTS.has(service));
  return others.length > 0 && <p className="muted">{words.noForm(others.join(words.listSeparator))}</p>;
}
