import { useState, type ReactNode } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { signIn } from '../connection.js';
import { useWords } from '../preferences.js';

interface LoginFormProps {
  readonly onSignedIn: () => void;
}

/** One field. A key that the gateway does not take is not kept. */
export function LoginForm({ onSignedIn }: LoginFormProps): ReactNode {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<TaskgateError | null>(null);
  const submit = async (data: FormData): Promise<void> => {
    const key = data.get('key');
    setBusy(true);
    const refusal = await signIn(typeof key === 'string' ? key : '', data.get('keep') !== null);
    setBusy(false);
    setError(refusal);
    if (!refusal) onSignedIn();
  };
  return (
    <form
      className="login-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit(new FormData(event.currentTarget));
      }}
    >
      <p>{words.keyHint}</p>
      <label className="field">
        <span>{words.key}</span>
        <input
          type="password"
          name="key"
          autoComplete="off"
          required
          autoFocus
          aria-invalid={error !== null}
          aria-describedby={error ? 'key-error' : undefined}
        />
        {error && (
          <span className="field-error" id="key-error" role="alert">
            {error.code === 'UNAUTHENTICATED' ? words.keyRefused : `${error.code}: ${error.message}`}
          </span>
        )}
      </label>
      <label className="field field-flag">
        <input type="checkbox" name="keep" />
        <span>
          {words.keepKey} <span className="muted">{words.keepKeyHint}</span>
        </span>
      </label>
      <button type="submit" className="primary" aria-disabled={busy}>
        {busy ? words.sending : words.signIn}
      </button>
    </form>
  );
}
