import { useRef, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskgateError } from '../../client/index.js';
import { taskgate } from '../connection.js';
import { toTaskgateError } from '../error-panel.js';
import { useWords } from '../preferences.js';
import {
  FORMS,
  inputOf,
  startDocument,
  type FormField,
  type FormName,
  type StartData,
  type UserError,
} from './forms.js';

interface StartFormProps {
  readonly name: FormName;
  readonly accounts: readonly string[];
  readonly disabled: boolean;
}

export type Outcome =
  | { readonly type: 'none' | 'sending' }
  | { readonly type: 'started'; readonly id: string; readonly kind: string }
  | { readonly type: 'refused'; readonly errors: readonly UserError[] }
  | { readonly type: 'failed'; readonly error: TaskgateError };

/** One id for all tries of one intention: a lost answer may be asked for again without starting a second task. */
export function StartForm({ name, accounts, disabled }: StartFormProps): ReactNode {
  const words = useWords();
  const form = FORMS[name];
  const element = useRef<HTMLFormElement>(null);
  const [requestId, setRequestId] = useState(newRequestId);
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const errors = outcome.type === 'refused' ? outcome.errors : [];
  const errorAt = (field: string): UserError | undefined => errors.find(({ path }) => path?.at(-1) === field);
  const names = ['account', ...form.fields.map((field) => field.name)];
  const elsewhere = errors.filter(({ path }) => !names.includes(path?.at(-1) ?? ''));

  const submit = async (data: FormData): Promise<void> => {
    setOutcome({ type: 'sending' });
    const input = { ...inputOf(form, data), account: data.get('account'), clientRequestId: requestId };
    const next = await send(startDocument(name), input);
    setOutcome(next);
    if (next.type === 'started') {
      setRequestId(newRequestId());
      element.current?.reset();
    }
    if (next.type !== 'refused') return;
    // What was refused was not started; with other values it is another request.
    setRequestId(newRequestId());
    const field = next.errors[0]?.path?.at(-1);
    if (field !== undefined) element.current?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`)?.focus();
  };

  return (
    <form
      ref={element}
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (outcome.type !== 'sending') void submit(new FormData(event.currentTarget));
      }}
    >
      <label className="field">
        <span>{words.columns.account}</span>
        <select name="account" required disabled={disabled}>
          {accounts.map((account) => (
            <option key={account}>{account}</option>
          ))}
        </select>
        <FieldError error={errorAt('account')} id="account-error" />
      </label>
      {form.fields.map((field) => (
        <Field key={field.name} field={field} error={errorAt(field.name)} disabled={disabled} />
      ))}
      <button type="submit" className="primary" disabled={disabled || outcome.type === 'sending'}>
        {outcome.type === 'sending' ? words.sending : words.submit}
      </button>
      <div aria-live="polite">
        <OutcomeNotice outcome={outcome} elsewhere={elsewhere} />
      </div>
    </form>
  );
}

export async function send(document: string, input: Readonly<Record<string, unknown>>): Promise<Outcome> {
  try {
    const { data, error } = await taskgate.query<StartData>(document, { input });
    if (error) return { type: 'failed', error };
    const { task = null, userErrors = [] } = data?.payload ?? {};
    return task ? { type: 'started', ...task } : { type: 'refused', errors: userErrors };
  } catch (cause) {
    return { type: 'failed', error: toTaskgateError(cause) };
  }
}

interface FieldProps {
  readonly field: FormField;
  readonly error: UserError | undefined;
  readonly disabled: boolean;
}

export function Field({ field: { name, type, required = false, example }, error, disabled }: FieldProps): ReactNode {
  const words = useWords();
  const id = `${name}-error`;
  const common = {
    name,
    required,
    disabled,
    placeholder: example,
    'aria-invalid': error !== undefined,
    'aria-describedby': error ? id : undefined,
  };
  if (type === 'flag') {
    return (
      <label className="field field-flag">
        <input type="checkbox" name={name} disabled={disabled} />
        <code>{name}</code>
      </label>
    );
  }
  return (
    <label className="field">
      <span>
        <code>{name}</code> {required && <span className="muted">{words.required}</span>}
      </span>
      {type === 'long' ? (
        <textarea rows={8} {...common} />
      ) : (
        <input type={type === 'secret' ? 'password' : 'text'} autoComplete="off" {...common} />
      )}
      <FieldError error={error} id={id} />
    </label>
  );
}

function FieldError({ error, id }: { readonly error: UserError | undefined; readonly id: string }): ReactNode {
  if (!error) return null;
  return (
    <span className="field-error" id={id}>
      <Refusal error={error} />
    </span>
  );
}

function Refusal({ error: { message, upstreamCode } }: { readonly error: UserError }): ReactNode {
  const words = useWords();
  if (upstreamCode === undefined) return message;
  return (
    <>
      {words.upstreamRefused}: {message} {upstreamCode !== null && <code>{upstreamCode}</code>}
    </>
  );
}

interface OutcomeProps {
  readonly outcome: Outcome;
  /** Refusals that belong to no field that is shown. */
  readonly elsewhere: readonly UserError[];
}

export function OutcomeNotice({ outcome, elsewhere }: OutcomeProps): ReactNode {
  const words = useWords();
  if (outcome.type === 'started') {
    return (
      <p className="notice">
        {words.started} <Link href={`/tasks/${encodeURIComponent(outcome.id)}`}>{outcome.kind}</Link>
      </p>
    );
  }
  if (outcome.type === 'failed') {
    return (
      <p className="notice notice-error">
        <code>{outcome.error.code}</code> {outcome.error.message}
      </p>
    );
  }
  return elsewhere.map((error, index) => (
    <p className="notice notice-error" key={index}>
      <Refusal error={error} />
    </p>
  ));
}

/** `randomUUID` is kept from pages that came over plain HTTP from elsewhere than this machine. */
function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
