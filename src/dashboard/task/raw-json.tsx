import { useEffect, useState, type ReactNode } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { ask } from '../connection.js';
import { CopyButton } from '../copy-button.js';
import { download } from '../download.js';
import { ErrorPanel, toTaskgateError } from '../error-panel.js';
import { ReadRawDocument } from '../generated/documents.js';
import { useWords } from '../preferences.js';

interface RawJsonProps {
  readonly id: string;
  /** Read again when it moves. */
  readonly seq: number;
}

/** Asked for only when somebody opens it. */
export function RawJson({ id, seq }: RawJsonProps): ReactNode {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className="card" id="raw" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.raw}</summary>
      {open && <Raw id={id} seq={seq} />}
    </details>
  );
}

function Raw({ id, seq }: RawJsonProps): ReactNode {
  const words = useWords();
  const [text, setText] = useState<string>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const { data, error: refused } = await ask(ReadRawDocument, { id }, controller.signal);
      if (controller.signal.aborted) return;
      setError(refused);
      if (data) setText(JSON.stringify(data.task?.raw ?? null, null, 2));
    };
    read().catch((cause: unknown) => {
      if (!controller.signal.aborted) setError(toTaskgateError(cause));
    });
    return () => controller.abort();
  }, [id, seq, attempt]);
  return (
    <>
      <div className="tools">
        <span className="muted">{words.rawHint}</span>
        {text !== undefined && (
          <span className="tools-end">
            <CopyButton text={() => text} label={words.copyJson} />
            <button type="button" onClick={() => download(text, `${id}.json`)}>
              {words.download}
            </button>
          </span>
        )}
      </div>
      {error && <ErrorPanel error={error} onRetry={() => setAttempt(attempt + 1)} />}
      {text !== undefined && (
        <pre tabIndex={0} role="region" aria-label={words.raw}>
          {text}
        </pre>
      )}
    </>
  );
}
