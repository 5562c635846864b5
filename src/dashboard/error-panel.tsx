import { useEffect, useRef, useState, type ReactNode } from 'react';
import { TaskgateError } from '../client/index.js';
import { CopyButton } from './copy-button.js';
import { openLogin } from './login/login-dialog.js';
import { useWords } from './preferences.js';
import { serverNow } from './server-clock.js';
import { formatDuration, useNow } from './time.js';
import { useSession } from './viewer.js';

export function toTaskgateError(error: unknown): TaskgateError {
  return error instanceof TaskgateError ? error : new TaskgateError('UNKNOWN', String(error));
}

interface ErrorPanelProps {
  readonly error: TaskgateError;
  readonly onRetry: () => void;
}

export function ErrorPanel({ error, onRetry }: ErrorPanelProps): ReactNode {
  const words = useWords();
  if (error.code === 'UNAUTHENTICATED') return <SignInNotice onSignedIn={onRetry} />;
  const { correlationId } = error;
  return (
    <div className="notice notice-error" role="alert">
      <h2>{words.errorTitle}</h2>
      <p>
        <code>{error.code}</code> {error.message}
      </p>
      {correlationId !== null && (
        <p className="copyable">
          {words.correlation}: <code>{correlationId}</code>
          <CopyButton text={() => correlationId} label={words.copyOf(words.correlation)} iconOnly />
        </p>
      )}
      {error.retryAfterMs === null ? (
        <button type="button" onClick={onRetry}>
          {words.retry}
        </button>
      ) : (
        <RetryLater error={error} waitMs={error.retryAfterMs} onRetry={onRetry} />
      )}
    </div>
  );
}

interface RetryLaterProps extends ErrorPanelProps {
  readonly waitMs: number;
}

/** The gateway said how long to wait: it is waited for, and then tried by itself. */
function RetryLater({ error, waitMs, onRetry }: RetryLaterProps): ReactNode {
  const words = useWords();
  const now = useNow();
  // Each refusal is waited for anew, from when it came: the clock that ticks may have stood still until now.
  const [wait, setWait] = useState(() => ({ error, dueAt: serverNow() + waitMs }));
  if (wait.error !== error) setWait({ error, dueAt: serverNow() + waitMs });
  const latest = useRef(onRetry);
  useEffect(() => {
    latest.current = onRetry;
  });
  const due = now >= wait.dueAt;
  useEffect(() => {
    if (due) latest.current();
  }, [due, wait]);
  return (
    <p aria-live="off">
      {words.triedAgainIn(formatDuration(wait.dueAt - now, words))}{' '}
      <button type="button" onClick={onRetry}>
        {words.tryNow}
      </button>
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
      <button type="button" onClick={openLogin}>
        {words.signIn}
      </button>
    </div>
  );
}
