import type { ReactNode } from 'react';
import { useWords } from '../preferences.js';
import { DefinitionField } from './definition-field.js';
import type { FormField, UserError } from './forms.js';

interface FieldProps {
  readonly field: FormField;
  readonly error: UserError | undefined;
  readonly disabled: boolean;
}

/** A field with its own name, what it is for, and what was refused about it. */
export function Field({ field, error, disabled }: FieldProps): ReactNode {
  const words = useWords();
  const { name, required = false } = field;
  const known = words.inputs[name];
  const help = known?.help;
  const described = [error && `${name}-error`, help !== undefined && `${name}-help`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={`field-${name}`}>
        {known?.label ?? name} <code>{name}</code> {required && <span className="required">{words.required}</span>}
      </label>
      {help !== undefined && (
        <span className="muted field-help" id={`${name}-help`}>
          {help}
        </span>
      )}
      <Control field={field} disabled={disabled} invalid={error !== undefined} described={described} />
      <FieldError error={error} id={`${name}-error`} />
    </div>
  );
}

interface ControlProps {
  readonly field: FormField;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly described: string;
}

function Control({ field, disabled, invalid, described }: ControlProps): ReactNode {
  const words = useWords();
  const { name, type, required = false, example, choices = [] } = field;
  const common = {
    id: `field-${name}`,
    name,
    required,
    disabled,
    'aria-invalid': invalid,
    'aria-describedby': described === '' ? undefined : described,
  };
  switch (type) {
    case 'choice':
    case 'enum':
      return (
        <select {...common}>
          <option value="">{words.byDefault}</option>
          {choices.map((each) => (
            <option key={each} value={each}>
              {words.choices[each] === undefined ? each : words.choiceOf(words.choices[each], each)}
            </option>
          ))}
        </select>
      );
    case 'boolean':
      return (
        <select {...common}>
          <option value="">{words.byDefault}</option>
          <option value="true">{words.yes}</option>
          <option value="false">{words.no}</option>
        </select>
      );
    case 'definition':
      return <DefinitionField common={common} example={example} />;
    case 'secret':
      // Masked by its style: a password box would take the line breaks out of a private key.
      return name === 'auth.key' ? (
        <textarea className="masked" rows={3} autoComplete="off" spellCheck={false} {...common} />
      ) : (
        <input type="password" autoComplete="off" {...common} />
      );
    case 'number':
      return <input type="number" min={1} step={1} placeholder={example} {...common} />;
    case 'list':
      return <textarea rows={2} autoComplete="off" spellCheck={false} {...common} />;
    default:
      return <input type="text" autoComplete="off" spellCheck={false} placeholder={example} {...common} />;
  }
}

export function FieldError({ error, id }: { readonly error: UserError | undefined; readonly id: string }): ReactNode {
  if (!error) return null;
  return (
    <span className="field-error" id={id}>
      <Refusal error={error} />
    </span>
  );
}

export function Refusal({ error: { message, upstreamCode } }: { readonly error: UserError }): ReactNode {
  const words = useWords();
  if (upstreamCode === undefined) return message;
  return (
    <>
      {words.upstreamRefused}
      {words.colon}
      {message} {upstreamCode !== null && <code>{upstreamCode}</code>}
    </>
  );
}
