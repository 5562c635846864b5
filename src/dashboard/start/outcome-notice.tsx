import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskgateError } from '../../client/index.js';
import { useTask } from '../../client/react.js';
import { CopyableId } from '../copy-button.js';
import { ErrorPanel } from '../error-panel.js';
import { NotifyButton } from '../notifications/notify-button.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { Refusal } from './field.js';
import type { UserError } from './forms.js';
import type { Outcome } from './send.js';

interface OutcomeNoticeProps {
  readonly outcome: Outcome;
  /** Refusals that belong to no field that is shown. */
  readonly elsewhere: readonly UserError[];
  /** What to search the board for when nobody knows whether something began. */
  readonly lookFor: string;
  readonly onRetry: () => void;
}

export function OutcomeNotice({ outcome, elsewhere, lookFor, onRetry }: OutcomeNoticeProps): ReactNode {
  switch (outcome.type) {
    case 'started':
      return <StartedTask id={outcome.id} kind={outcome.kind} />;
    case 'failed':
      return outcome.error.code === 'UPSTREAM_UNKNOWN_OUTCOME' ? (
        <UnknownOutcome error={outcome.error} lookFor={lookFor} />
      ) : (
        <ErrorPanel error={outcome.error} onRetry={onRetry} changes />
      );
    case 'refused':
      return elsewhere.map((error, index) => (
        <p className="notice notice-error" key={index}>
          <Refusal error={error} />
        </p>
      ));
    default:
      return null;
  }
}

/** Followed to its end where it was started. */
export function StartedTask({ id, kind }: { readonly id: string; readonly kind: string }): ReactNode {
  const words = useWords();
  const { task } = useTask(id);
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (task?.done) setDone(true);
  }, [task]);
  return (
    <div className="notice started" data-testid="started">
      <span>{words.started}</span>
      <Link href={`/tasks/${encodeURIComponent(id)}`}>
        {words.kindNames[kind] ?? ''} <code>{kind}</code>
      </Link>
      {task && <StatusBadge status={task.status} stale={task.stale} />}
      {task && <NotifyButton task={{ id, kind, done: done || task.done }} />}
    </div>
  );
}

/** The one failure that must not be tried again without looking first. */
function UnknownOutcome({ error, lookFor }: { readonly error: TaskgateError; readonly lookFor: string }): ReactNode {
  const words = useWords();
  return (
    <div className="notice notice-stale" data-testid="unknown-outcome">
      <h2>{words.unknownOutcome}</h2>
      <p>{words.unknownOutcomeHint}</p>
      <p>
        <Link href={`/?q=${encodeURIComponent(lookFor)}`}>{words.lookForIt}</Link>
      </p>
      <p>
        <code>{error.code}</code> {error.message}
      </p>
      {error.correlationId !== null && (
        <p>
          {words.correlation}
          {words.colon}
          <CopyableId id={error.correlationId} label={words.copyOf(words.correlation)} />
        </p>
      )}
    </div>
  );
}
