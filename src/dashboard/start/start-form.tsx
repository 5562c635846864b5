import { useRef, useState, type ReactNode, type RefObject } from 'react';
import { CopyButton } from '../copy-button.js';
import { useWords } from '../preferences.js';
import { Field, FieldError } from './field.js';
import { fieldOf, FORMS, inputOf, type FormField, type FormName, type StartInput } from './forms.js';
import { graphqlOf } from './graphql-of.js';
import { OutcomeNotice } from './outcome-notice.js';
import { inputsOf, recentInputs, type Inputs } from './recent-inputs.js';
import { RecentList } from './recent-list.js';
import { createRequestId, send, type Outcome } from './send.js';

interface StartFormProps {
  readonly name: FormName;
  readonly accounts: readonly string[];
  readonly disabled: boolean;
}

export function StartForm({ name, accounts, disabled }: StartFormProps): ReactNode {
  const words = useWords();
  const { fields, document } = FORMS[name];
  const element = useRef<HTMLFormElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const sending = useRef(false);
  const [requestId] = useState(createRequestId);
  const [lookFor, setLookFor] = useState('');
  const [outcome, setOutcome] = useState<Outcome>({ type: 'none' });
  const errors = outcome.type === 'refused' ? outcome.errors : [];
  const errorAt = (field: string) => errors.find((error) => fieldOf(error, fields) === field);

  const inputIn = (data: FormData): StartInput => ({ ...inputOf(fields, data), account: data.get('account') });
  const copied = (): string => graphqlOf(name, element.current ? inputIn(new FormData(element.current)) : {});

  const submit = async (): Promise<void> => {
    const form = element.current;
    if (!form || sending.current) return;
    sending.current = true;
    setOutcome({ type: 'sending' });
    const data = new FormData(form);
    const input = inputIn(data);
    setLookFor(resourceOf(input));
    const next = await send(document, { ...input, clientRequestId: requestId.forInput(input) });
    sending.current = false;
    setOutcome(next);
    if (next.type === 'started' || next.type === 'refused') requestId.renew();
    if (next.type === 'started') {
      recentInputs.add(name, inputsOf(fields, data));
      form.reset();
    }
    if (next.type === 'refused') focusRefused(form, next.errors[0] && fieldOf(next.errors[0], fields));
  };

  /** What waits for a sign-in is sent after it; other input is another intention, and waits for a press. */
  const edited = (): void => {
    if (outcome.type === 'failed' && outcome.error.code === 'UNAUTHENTICATED') setOutcome({ type: 'none' });
  };

  const draw = (field: FormField): ReactNode => (
    <Field key={field.name} field={field} error={errorAt(field.name)} disabled={disabled} />
  );
  return (
    <form
      ref={element}
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onInput={edited}
    >
      {!disabled && (
        <RecentList
          form={name}
          onTake={(inputs) => {
            if (element.current) fillIn(element.current, inputs);
            edited();
          }}
        />
      )}
      <fieldset>
        <legend>{words.requiredFields}</legend>
        <AccountField accounts={accounts} disabled={disabled}>
          <FieldError error={errorAt('account')} id="account-error" />
        </AccountField>
        {fields.filter(isRequired).map(draw)}
      </fieldset>
      {!fields.every(isRequired) && (
        <fieldset>
          <legend>{words.optionalFields}</legend>
          {fields.filter((field) => !isRequired(field)).map(draw)}
        </fieldset>
      )}
      <p className="form-end">
        <SubmitButton button={button} word={words.submit} disabled={disabled} sending={outcome.type === 'sending'} />
        {!disabled && <CopyButton text={copied} label={words.copyGraphql} />}
        <span className="muted">
          {words.requestId}
          {words.colon}
          <code>{requestId.current()}</code>
        </span>
      </p>
      <div aria-live="polite">
        <OutcomeNotice
          outcome={outcome}
          elsewhere={errors.filter((error) => fieldOf(error, fields) === undefined)}
          lookFor={lookFor}
          onRetry={() => sendAgain(button.current)}
        />
      </div>
    </form>
  );
}

interface AccountFieldProps {
  readonly accounts: readonly string[];
  readonly disabled: boolean;
  readonly children?: ReactNode;
}

export function AccountField({ accounts, disabled, children }: AccountFieldProps): ReactNode {
  const words = useWords();
  return (
    <div className="field">
      <label htmlFor="field-account">
        {words.columns.account} <code>account</code>
      </label>
      <select id="field-account" name="account" required disabled={disabled}>
        {accounts.map((account) => (
          <option key={account}>{account}</option>
        ))}
      </select>
      {children}
    </div>
  );
}

interface SubmitButtonProps {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly word: string;
  readonly disabled: boolean;
  readonly sending: boolean;
}

/** Keeps the focus while it sends. */
export function SubmitButton({ button, word, disabled, sending }: SubmitButtonProps): ReactNode {
  const words = useWords();
  return (
    <button ref={button} type="submit" className="primary" disabled={disabled} aria-disabled={sending}>
      {sending ? words.sending : word}
    </button>
  );
}

/** As by a press of the button: with what is required, and with the focus where it stays. */
export function sendAgain(button: HTMLButtonElement | null): void {
  button?.focus();
  button?.form?.requestSubmit(button);
}

export function focusRefused(form: HTMLFormElement, field: string | undefined): void {
  if (field !== undefined) form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`)?.focus();
}

function isRequired({ required = false }: FormField): boolean {
  return required;
}

/** What was sent then takes the place of what stands there now; of secrets nothing was kept, and they stay. */
function fillIn(form: HTMLFormElement, inputs: Inputs): void {
  for (const [field, value] of Object.entries(inputs)) {
    const control = form.elements.namedItem(field);
    if (control instanceof Element && 'value' in control) control.value = value;
  }
}

/** What the board can be searched for. */
function resourceOf(input: StartInput): string {
  const id = input['shareId'] ?? input['serverId'] ?? input['groupId'] ?? '';
  return typeof id === 'string' ? id : '';
}
