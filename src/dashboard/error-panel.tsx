import { useState, type ReactNode } from 'react';
import { TaskgateError } from '../client/index.js';
import { signIn } from './connection.js';
import { useWords } from './preferences.js';

export function toTaskgateError(error: unknown): TaskgateError {
  return error instanceof TaskgateError ? error : new TaskgateError('UNKNOWN', String(error));
}

interface ErrorPanelProps {
  readonly error: TaskgateError;
  readonly onRetry: () => void;
}

export function ErrorPanel({ error, onRetry }: ErrorPanelProps): ReactNode {
  const words = useWords();
  if (error.code === 'UNAUTHENTICATED') return <SignIn onSignedIn={onRetry} />;
  return (
    <div className="notice notice-error" role="alert">
      <h2>{words.errorTitle}</h2>
      <p>
        <code>{error.code}</code> {error.message}
      </p>
      {error.correlationId !== null && (
        <p>
          {words.correlation}: <code>{error.correlationId}</code>
        </p>
      )}
      <button type="button" onClick={onRetry}>
        {words.retry}
      </button>
    </div>
  );
}

function SignIn({ onSignedIn }: { readonly onSignedIn: () => void }): ReactNode {
  const words = useWords();
  const [key, setKey] = useState('');
  return (
    <form
      className="notice"
      onSubmit={(event) => {
        event.preventDefault();
        signIn(key);
        onSignedIn();
      }}
    >
      <p>{words.keyHint}</p>
      <label className="field">
        <span>{words.key}</span>
        <input
          type="password"
          autoComplete="off"
          required
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{words.signIn}</button>
    </form>
  );
}
