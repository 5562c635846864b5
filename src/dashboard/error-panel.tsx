import { useEffect, useRef, useState, type ReactNode } from 'react';
import { TaskgateError } from '../client/index.js';
import { CopyButton } from './copy-button.js';
import { LeavingButton } from './leaving-button.js';
import { openLogin } from './login/login-dialog.js';
import { useWords } from './preferences.js';
import { formatDuration, useLocalNow } from './time.js';
import { useSession } from './viewer.js';

export function toTaskgateError(error: unknown): TaskgateError {
  return error instanceof TaskgateError ? error : new TaskgateError('UNKNOWN', String(error));
}

interface ErrorPanelProps {
  readonly error: TaskgateError;
  readonly onRetry: () => void;
  /** What failed would have changed something: it is tried again by a press, and never by itself. */
  readonly changes?: boolean;
}

export function ErrorPanel({ error, onRetry, changes = false }: ErrorPanelProps): ReactNode {
  const words = useWords();
  if (error.code === 'UNAUTHENTICATED') return <SignInNotice onSignedIn={onRetry} />;
  const { correlationId } = error;
  return (
    <div className="notice notice-error" role="alert">
      <h2>{changes ? words.requestFailed : words.errorTitle}</h2>
      <p>
        <code>{error.code}</code> {words.errorMessages[error.message] ?? error.message}
      </p>
      {correlationId !== null && (
        <p className="copyable">
          {words.correlation}
          {words.colon}
          <code>{correlationId}</code>
          <CopyButton text={() => correlationId} label={words.copyOf(words.correlation)} iconOnly />
        </p>
      )}
      {error.retryAfterMs === null ? (
        <LeavingButton onClick={onRetry}>{words.retry}</LeavingButton>
      ) : (
        <RetryLater error={error} waitMs={error.retryAfterMs} onRetry={onRetry} changes={changes} />
      )}
    </div>
  );
}

interface RetryLaterProps extends Required<ErrorPanelProps> {
  readonly waitMs: number;
}

/**
 * The gateway said how long to wait: it is waited for. Then what only reads is tried by itself; what changes something
 * is not, because meanwhile a person may have begun to write something else.
 */
function RetryLater({ error, waitMs, onRetry, changes }: RetryLaterProps): ReactNode {
  const words = useWords();
  // By this machine's clock: what is learned meanwhile of the gateway's makes a wait no longer and no shorter.
  const now = useLocalNow();
  const [wait, setWait] = useState(() => ({ error, dueAt: Date.now() + waitMs }));
  if (wait.error !== error) setWait({ error, dueAt: Date.now() + waitMs });
  const latest = useRef(onRetry);
  useEffect(() => {
    latest.current = onRetry;
  });
  const due = now >= wait.dueAt;
  useEffect(() => {
    if (due && !changes) latest.current();
  }, [due, wait, changes]);
  if (changes) {
    return (
      <p aria-live="off">
        {!due && words.possibleAgainIn(formatDuration(wait.dueAt - now, words))}{' '}
        <LeavingButton aria-disabled={!due} onClick={() => due && onRetry()}>
          {words.retry}
        </LeavingButton>
      </p>
    );
  }
  return (
    <p aria-live="off">
      {words.triedAgainIn(formatDuration(wait.dueAt - now, words))}{' '}
      <LeavingButton onClick={onRetry}>{words.tryNow}</LeavingButton>
    </p>
  );
}

/** What failed for want of a key is tried again after the next sign-in, wherever that happens. */
function SignInNotice({ onSignedIn }: { readonly onSignedIn: () => void }): ReactNode {
  const words = useWords();
  const { signIns } = useSession();
  const first = useRef(signIns);
  const latest = useRef(onSignedIn);
  useEffect(() => {
    latest.current = onSignedIn;
  });
  useEffect(() => {
    if (signIns !== first.current) latest.current();
  }, [signIns]);
  return (
    <div className="notice">
      <p>{words.keyWanted}</p>
      <LeavingButton onClick={openLogin}>{words.signIn}</LeavingButton>
    </div>
  );
}
