import { useEffect, useState, type ReactNode } from 'react';
import type { TaskgateError } from '../../client/index.js';
import { ask } from '../connection.js';
import { CopyButton } from '../copy-button.js';
import { download } from '../download.js';
import { ErrorPanel, toTaskgateError } from '../error-panel.js';
import { ReadRawDocument } from '../generated/documents.js';
import { useWords } from '../preferences.js';
import { JsonTree } from './json-tree.js';

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
  const [raw, setRaw] = useState<{ readonly value: unknown }>();
  const [error, setError] = useState<TaskgateError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const { data, error: refused } = await ask(ReadRawDocument, { id }, controller.signal);
      if (controller.signal.aborted) return;
      setError(refused);
      if (data) setRaw({ value: data.task?.raw ?? null });
    };
    read().catch((cause: unknown) => {
      if (!controller.signal.aborted) setError(toTaskgateError(cause));
    });
    return () => controller.abort();
  }, [id, seq, attempt]);
  const textOf = (value: unknown): string => JSON.stringify(value, null, 2);
  return (
    <>
      <div className="tools">
        <span className="muted">{words.rawHint}</span>
        {raw && (
          <span className="tools-end">
            <CopyButton text={() => textOf(raw.value)} label={words.copyJson} />
            <button type="button" onClick={() => download(textOf(raw.value), `${id}.json`)}>
              {words.download}
            </button>
          </span>
        )}
      </div>
      {error && <ErrorPanel error={error} onRetry={() => setAttempt(attempt + 1)} />}
      {raw && <JsonTree value={raw.value} label={words.raw} />}
    </>
  );
}
