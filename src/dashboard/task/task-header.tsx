import { CircleStop, Trash2 } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { ask } from '../connection.js';
import { CopyButton } from '../copy-button.js';
import { toTaskgateError } from '../error-panel.js';
import { DeleteBcsRecordDocument, StopRenderTaskDocument, UntrackTaskDocument } from '../generated/documents.js';
import { LeavingButton } from '../leaving-button.js';
import { NotifyButton } from '../notifications/notify-button.js';
import { useWords } from '../preferences.js';
import { StatusBadge } from '../status-badge.js';
import { useMayChange } from '../viewer.js';
import type { ActionDocument, ShownTask } from './task-document.js';

interface TaskHeaderProps {
  readonly task: ShownTask;
  readonly removed: boolean;
  /** Told when something was done to the task: one that is done has no stream to tell of it. */
  readonly onActed: () => void;
}

/** What it is and where it stands, before everything else. */
export function TaskHeader({ task, removed, onActed }: TaskHeaderProps): ReactNode {
  const words = useWords();
  const name = words.kindNames[task.kind];
  return (
    <header className="task-header">
      <div className="task-title">
        <StatusBadge status={task.status} stale={task.stale} />
        <h1>
          {name !== undefined && <span>{name} </span>}
          <code>{task.kind}</code>
        </h1>
        {task.upstreamStatus !== null && (
          <span className="muted">
            {words.columns.upstream}
            {words.colon}
            <code>{task.upstreamStatus}</code>
          </span>
        )}
        <Whereabouts task={task} />
      </div>
      <div className="task-actions">
        <CopyButton text={() => task.id} label={words.copyId} />
        <CopyButton text={() => task.upstreamId} label={words.copyUpstreamId} />
        <CopyButton text={() => curlOf(task.id)} label={words.copyCurl} />
        <CopyButton text={() => documentOf(JSON.stringify(task.id))} label={words.copyGraphql} />
        {!removed && <NotifyButton task={task} />}
        {!removed && <TaskActions task={task} onActed={onActed} />}
      </div>
    </header>
  );
}

/** What it works on, and where; what else is known of these stands with the facts. */
function Whereabouts({ task: { resource, service, account, region } }: Pick<TaskHeaderProps, 'task'>): ReactNode {
  return (
    <p className="task-place">
      {resource && (
        <>
          <Link href={`/?q=${encodeURIComponent(resource.id)}`}>{resource.name ?? resource.id}</Link>
          {' · '}
        </>
      )}
      {[service, account, region].join(' · ')}
    </p>
  );
}

function TaskActions({ task, onActed }: Omit<TaskHeaderProps, 'removed'>): ReactNode {
  const words = useWords();
  if (!useMayChange()) return null;
  const { service, done, id } = task;
  const common = { id, onActed };
  return (
    <>
      {service === 'RENDER' && !done && (
        <Action
          word={words.stopTask}
          question={words.stopQuestion}
          document={StopRenderTaskDocument}
          icon="stop"
          {...common}
        />
      )}
      {service === 'BCS' && done && (
        <Action
          word={words.deleteRecord}
          question={words.deleteRecordQuestion}
          document={DeleteBcsRecordDocument}
          icon="remove"
          {...common}
        />
      )}
      <Action
        word={words.untrack}
        question={words.untrackQuestion}
        document={UntrackTaskDocument}
        icon="remove"
        {...common}
      />
    </>
  );
}

interface ActionProps {
  readonly word: string;
  readonly question: string;
  readonly document: ActionDocument;
  readonly id: string;
  readonly icon: 'stop' | 'remove';
  readonly onActed: () => void;
}

/** Asks first, in words, and says what was refused where it was asked. */
function Action({ word, question, document: document_, id, icon, onActed }: ActionProps): ReactNode {
  const words = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const Icon = icon === 'stop' ? CircleStop : Trash2;
  const run = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const said = await act(document_, id);
    setBusy(false);
    setRefusal(said);
    if (said !== null) return;
    dialog.current?.close();
    onActed();
  };
  return (
    <>
      <LeavingButton className="with-icon" onClick={() => dialog.current?.showModal()}>
        <Icon size={14} aria-hidden />
        {word}
      </LeavingButton>
      <dialog ref={dialog} className="dialog" aria-label={word} onClose={() => setRefusal(null)}>
        <p>{question}</p>
        {refusal !== null && (
          <p role="alert" className="field-error">
            {refusal}
          </p>
        )}
        <p className="dialog-buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
          <button type="button" className="primary" aria-disabled={busy} onClick={() => void run()}>
            {busy ? words.sending : word}
          </button>
        </p>
      </dialog>
    </>
  );
}

/** Null when it was done. */
async function act(document: ActionDocument, id: string): Promise<string | null> {
  try {
    const { data, error } = await ask(document, { id });
    const [refused] = data?.payload?.userErrors ?? [];
    const upstreamCode = refused && 'upstreamCode' in refused ? refused.upstreamCode : null;
    if (refused) return [refused.message, upstreamCode].filter(Boolean).join(' · ');
    return error ? `${error.code}: ${error.message}` : null;
  } catch (cause) {
    const { code, message } = toTaskgateError(cause);
    return `${code}: ${message}`;
  }
}

function documentOf(id: string): string {
  return `{
  task(id: ${id}) {
    id service account region kind status upstreamStatus done
    createdAt startedAt finishedAt
    error { code message upstreamCode }
    progress { done total percent }
  }
}`;
}

/** With the key as a variable of the shell, never the key. */
function curlOf(id: string): string {
  const body = JSON.stringify({ query: documentOf(JSON.stringify(id)).replace(/\s+/g, ' ') });
  const url = new URL('/graphql', window.location.href).href;
  return [
    `curl -s '${url}'`,
    `-H 'content-type: application/json'`,
    `-H "authorization: Bearer $TASKGATE_KEY"`,
    `--data '${body.replaceAll("'", "'\\''")}'`,
  ].join(' \\\n  ');
}
